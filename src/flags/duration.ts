import { UsageError } from '../errors.ts';

/** Milliseconds per unit, in Go's spellings (both micro signs). */
const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** What Go's int64 of nanoseconds can hold, in milliseconds (292 years). */
const longest = 2 ** 63 / 1e6;

/**
 * Parses a Go duration (`1h2m3.5s`, `300ms`) or a bare number of seconds into milliseconds; 0 means "no limit" to those who
 * take limits. Throws UsageError naming `where` (a flag or a key of a file) where one is given.
 */
export function parseDuration(text: string, where?: string): number {
  const result = readDuration(text);
  if (typeof result === 'number') return result;
  throw new UsageError(
    where === undefined
      ? result.problem
      : `invalid argument ${JSON.stringify(text)} for "${where}" flag: ${result.problem}`,
  );
}

/** The milliseconds of a duration, or what is wrong with it in Go's words. */
export function readDuration(text: string): number | { readonly problem: string } {
  const quoted = JSON.stringify(text);
  const invalid = { problem: `time: invalid duration ${quoted}` };
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (/^([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(rest)) return within(sign * Number(rest) * 1000) ?? invalid;
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const amount = /^([0-9]+\.?[0-9]*|\.[0-9]+)/.exec(rest)?.[0];
    if (amount === undefined) return invalid;
    const unit = /^[^.0-9]*/.exec(rest.slice(amount.length))![0];
    if (unit === '') return { problem: `time: missing unit in duration ${quoted}` };
    if (!Object.hasOwn(units, unit)) {
      return { problem: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    }
    total += Number(amount) * units[unit]!;
    rest = rest.slice(amount.length + unit.length);
  }
  return within(sign * total) ?? invalid;
}

function within(ms: number): number | undefined {
  return Math.abs(ms) < longest ? ms + 0 : undefined;
}

/** Writes milliseconds the short way: `1h30m`, `5m`, `3.5s`, `300ms`, `0s`; parseDuration reads it back. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1000) return `${plain(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = plain((ms % 60_000) / 1000);
  return [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', seconds === '0' ? '' : `${seconds}s`].join(
    '',
  );
}

/** A number without an exponent and without the noise of binary fractions. */
function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
