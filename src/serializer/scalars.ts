/**
 * Which plain YAML words mean something else than their text, in the dialect of kubectl's YAML library (YAML 1.1 without
 * base-60 numbers and timestamps). Readers use it to resolve words, the writer to know what needs quotes.
 */

/** What a plain (unquoted) scalar means: `0644` is 420, `yes` is true, `~` is null, `12:30` stays text. */
export function resolvePlain(text: string): string | number | boolean | null {
  if (!MAY_RESOLVE.test(text)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  // Only what begins with a digit, a sign or a point can be a number.
  if (first > 57) return text;
  return resolveNumber(text) ?? text;
}

/** True when `text` must be quoted to stay text, also for readers that know base-60 numbers and timestamps. */
export function resolvesToOther(text: string): boolean {
  return typeof resolvePlain(text) !== 'string' || BASE_60.test(text) || isTimestamp(text);
}

const MAY_RESOLVE = /^(?:[-+.0-9yYnNtTfFoO~]|$)/;

const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
]);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const PREFIXED = /^([-+]?)0([xXbBoO]?)([0-9a-fA-F]+)$/;
const BASES: Readonly<Record<string, string>> = { x: '0x', b: '0b', o: '0o', '': '0o' };
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function resolveNumber(text: string): number | undefined {
  // Underscores may stand anywhere in a number, but a point in front rules them out.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const prefixed = PREFIXED.exec(digits);
  if (prefixed) {
    const [, sign = '', base = '', rest = ''] = prefixed;
    const value = toBigInt(`${BASES[base.toLowerCase()]}${rest}`);
    // Larger than 64 bits it is no number but text: hashes and addresses.
    if (value !== undefined && value < (sign === '' ? 2n ** 64n : 2n ** 63n)) return Number(`${sign}${value}`);
  }
  if (!FLOAT.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? value : undefined;
}

function toBigInt(literal: string): bigint | undefined {
  try {
    return BigInt(literal);
  } catch {
    return undefined;
  }
}

const TIMESTAMP =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d{2}:\d{2})| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (!match) return false;
  const [, month, day, ...clock] = match;
  const [hour, minute, second] = clock.filter((part) => part !== undefined);
  const days = daysOf(Number(text.slice(0, 4)), Number(month));
  return (
    Number(day) >= 1 &&
    Number(day) <= days &&
    Number(hour ?? 0) < 24 &&
    Number(minute ?? 0) < 60 &&
    Number(second ?? 0) < 60
  );
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
