import type { FlagSet, FlagSpec } from './flag.ts';
import { flagSet } from './parse.ts';
import { type Assignment, type Scan, scan } from './scan.ts';

/** The flags of the two scopes; `verbs` knows a verb by its words (`get`, `clusters`, `clusters list`) and returns its own flags. */
export interface CommandGrammar<G extends readonly FlagSpec[]> {
  readonly global: G;
  readonly verbs: (name: string) => readonly FlagSpec[] | undefined;
}

/** A whole command line, parsed. */
export interface CommandLine<G extends readonly FlagSpec[]> {
  /** One word, or two where the verb has verbs of its own; undefined where none was given. */
  readonly verb: string | undefined;
  /** False for a word that is no verb: then nothing after it was parsed, see `raw`. */
  readonly known: boolean;
  readonly global: FlagSet<G>;
  /** The verb's own flags. */
  readonly flags: FlagSet;
  readonly positionals: readonly string[];
  /** What stood after `--`. */
  readonly rest: readonly string[];
  /** Everything after the verb as it was typed. */
  readonly raw: readonly string[];
}

/**
 * Parses a command line in two scopes: before the verb a flag is global; after it the verb's own flags come first, long and
 * short, and the global ones it does not shadow may still be written. Throws UsageError in pflag's words.
 */
export function parseCommandLine<const G extends readonly FlagSpec[]>(
  argv: readonly string[],
  grammar: CommandGrammar<G>,
): CommandLine<G> {
  const before = scan(argv, grammar.global, { untilPositional: true });
  const word = argv[before.end];
  const own = word === undefined ? undefined : grammar.verbs(word);
  if (word === undefined || own === undefined) {
    return {
      verb: word,
      known: false,
      global: flagSet(grammar.global, before.assignments),
      flags: flagSet([], []),
      positionals: [],
      rest: before.rest ?? [],
      raw: word === undefined ? [] : argv.slice(before.end + 1),
    };
  }
  const { verb, specs, raw } = wholeVerb(word, own, argv.slice(before.end + 1), grammar);
  const after = scan(raw, scope(specs, grammar.global));
  return { verb, known: true, ...split(grammar.global, specs, before, after), raw };
}

/** What may stand after a verb: its own flags, then the global ones of other names; a short name of the verb's wins by coming first. */
function scope(own: readonly FlagSpec[], global: readonly FlagSpec[]): readonly FlagSpec[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...global.filter(({ name }) => !names.has(name))];
}

/** Looks for a second word of the verb: the first positional, with flags of the first word or global ones before it. */
function wholeVerb(
  word: string,
  own: readonly FlagSpec[],
  raw: readonly string[],
  grammar: CommandGrammar<readonly FlagSpec[]>,
): { verb: string; specs: readonly FlagSpec[]; raw: readonly string[] } {
  const start = scan(raw, scope(own, grammar.global), { untilPositional: true, keepUnknown: true });
  const second = raw[start.end];
  const verb = `${word} ${second}`;
  const specs = second === undefined || second.includes(' ') ? undefined : grammar.verbs(verb);
  if (specs === undefined) return { verb: word, specs: own, raw };
  return { verb, specs, raw: [...raw.slice(0, start.end), ...raw.slice(start.end + 1)] };
}

function split<G extends readonly FlagSpec[]>(global: G, specs: readonly FlagSpec[], before: Scan, after: Scan) {
  const isGlobal = ({ spec }: Assignment) => !specs.includes(spec);
  return {
    global: flagSet(global, [...before.assignments, ...after.assignments.filter(isGlobal)]),
    flags: flagSet(
      specs,
      after.assignments.filter((assignment) => !isGlobal(assignment)),
    ),
    positionals: after.positionals,
    rest: after.rest ?? [],
  };
}
