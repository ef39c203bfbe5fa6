import type { FlagSet, FlagSpec, FlagValue, FlagValues } from './flag.ts';
import { type Assignment, scan } from './scan.ts';

/** A parsed argument list; `unknown` is filled only where unknown flags were asked to be kept. */
export interface ParsedFlags<S extends readonly FlagSpec[] = readonly FlagSpec[]> extends FlagSet<S> {
  readonly positionals: readonly string[];
  /** What stood after `--`. */
  readonly rest: readonly string[];
  readonly unknown: readonly string[];
}

/** Parses an argument list against one set of flags; throws UsageError in pflag's words. */
export function parseFlags<const S extends readonly FlagSpec[]>(
  argv: readonly string[],
  specs: S,
  options: { readonly keepUnknown?: boolean } = {},
): ParsedFlags<S> {
  const { assignments, positionals, rest, unknown } = scan(argv, specs, options);
  return { ...flagSet(specs, assignments), positionals, rest: rest ?? [], unknown };
}

/** Puts assignments together: of a single value the last one counts, lists and arrays accumulate and replace their default. */
export function flagSet<const S extends readonly FlagSpec[]>(specs: S, assignments: readonly Assignment[]): FlagSet<S> {
  const given = new Map<string, FlagValue>();
  for (const { spec, value } of assignments) {
    const before = given.get(spec.name);
    given.set(spec.name, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
  }
  const values: Record<string, FlagValue | undefined> = {};
  for (const spec of specs) {
    if (spec.kind === 'refused' || spec.kind === 'unsupported') continue;
    values[spec.name] = given.get(spec.name) ?? spec.default ?? absent(spec);
  }
  const set = new Set(given.keys());
  return { values: values as FlagValues<S>, set, isSet: (name) => set.has(name) };
}

function absent(spec: FlagSpec): FlagValue | undefined {
  if (spec.kind === 'bool') return false;
  return spec.kind === 'list' || spec.kind === 'array' ? [] : undefined;
}
