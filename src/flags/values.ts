import { UsageError } from '../errors.ts';
import { readDuration } from './duration.ts';
import type { FlagSpec, FlagValue } from './flag.ts';
import { didYouMean } from './suggest.ts';

/** The spellings of strconv.ParseBool. */
const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false])),
};

/** Turns the text of one flag into its value; throws UsageError in pflag's words. */
export function parseValue(spec: FlagSpec, text: string): FlagValue {
  if (spec.nonEmpty && text === '') throw invalid(spec, text, 'must not be empty');
  switch (spec.kind) {
    case 'bool':
      if (!Object.hasOwn(booleans, text)) {
        throw invalid(spec, text, `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
      }
      return booleans[text]!;
    case 'int':
      return parseInteger(spec, text, /^[+-]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/);
    case 'verbosity':
      return parseInteger(spec, text, /^[+-]?[0-9]+$/);
    case 'duration':
      return parseLimit(spec, text);
    case 'list':
      return splitList(spec, text).map((item) => chosen(spec, item));
    case 'array':
      return [chosen(spec, text)];
    default:
      return chosen(spec, text);
  }
}

/** The names of a flag as messages show them: `-A, --all-namespaces`. */
export function flagNames(spec: FlagSpec): string {
  return spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
}

function invalid(spec: FlagSpec, text: string, cause: string, more: readonly string[] = []): UsageError {
  return new UsageError(`invalid argument ${JSON.stringify(text)} for "${flagNames(spec)}" flag: ${cause}`, { more });
}

/** Go's strconv.ParseInt: decimal for -v, and with the prefixes 0x, 0o, 0b and 0 for other integers. */
function parseInteger(spec: FlagSpec, text: string, grammar: RegExp): number {
  const parsing = `strconv.ParseInt: parsing ${JSON.stringify(text)}`;
  if (!grammar.test(text)) throw invalid(spec, text, `${parsing}: invalid syntax`);
  const digits = text.replace(/^[+-]/, '');
  const octal = spec.kind === 'int' && /^0[0-7]/.test(digits);
  const value = (text.startsWith('-') ? -1 : 1) * Number(octal ? `0o${digits.slice(1)}` : digits);
  if (!Number.isSafeInteger(value)) throw invalid(spec, text, `${parsing}: value out of range`);
  return value + 0;
}

function parseLimit(spec: FlagSpec, text: string): number {
  const result = readDuration(text);
  if (typeof result !== 'number') throw invalid(spec, text, result.problem);
  if (result < 0) throw invalid(spec, text, 'must not be negative');
  return result;
}

function chosen(spec: FlagSpec, text: string): string {
  if (spec.choices === undefined || spec.choices.includes(text)) return text;
  throw invalid(spec, text, `must be one of ${spec.choices.join(', ')}`, didYouMean(text, spec.choices));
}

/** Splits at commas as pflag's string slices do: one line of CSV, so `"a,b",c` is two values and nothing is none. */
function splitList(spec: FlagSpec, text: string): string[] {
  if (text === '') return [];
  if (!text.includes('"')) return text.split(',');
  const items: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(text.slice(at));
    const item = quoted?.[0] ?? /^[^,]*/.exec(text.slice(at))![0];
    if (!quoted && item.includes('"')) {
      const cause = item.startsWith('"') ? 'extraneous or missing " in quoted-field' : 'bare " in non-quoted-field';
      throw invalid(spec, text, cause);
    }
    items.push(quoted ? quoted[1]!.replaceAll('""', '"') : item);
    at += item.length;
    if (at >= text.length) return items;
    at += 1;
  }
}
