import { hintArg, hintMissing, hintValue } from './refusals.ts';

/** A closed grammar: these positional words in this order, these flags once each, and nothing else. */
export interface HintGrammar {
  readonly command: string;
  readonly recipe: string;
  readonly positionals: readonly string[];
  /** Spelling of a flag to the name its value is kept under; two spellings of one name may not both be there. */
  readonly flags: Readonly<Record<string, string>>;
}

/** The values of a hint's flags by name. */
export type HintValues = ReadonlyMap<string, { readonly flag: string; readonly value: string }>;

/** `a,b,c`, a JSON array of strings (for values with commas), or "" for no arguments at all. */
export function splitHintArgs(text: string | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  return jsonStrings(text) ?? text.split(',');
}

/** Parses arguments by the grammar, `--flag value` and `--flag=value` alike; one token that is not in it refuses all. Throws ClusterFailure. */
export function parseHintArgs(args: readonly string[], grammar: HintGrammar): HintValues {
  const { positionals, flags, ...source } = grammar;
  const values = new Map<string, { flag: string; value: string }>();
  const expected = [...positionals];
  const queue = [...args];
  for (let token = queue.shift(); token !== undefined; token = queue.shift()) {
    const flag = token.startsWith('-') ? (token.split('=', 1)[0] ?? token) : token;
    if (token === expected[0] && flag === token && !token.startsWith('-')) {
      expected.shift();
      continue;
    }
    const name = Object.hasOwn(flags, flag) ? flags[flag] : undefined;
    if (name === undefined || values.has(name)) throw hintArg(source, flag);
    const value = flag === token ? queue.shift() : token.slice(flag.length + 1);
    if (value === undefined) throw hintValue(source, flag);
    values.set(name, { flag, value });
  }
  if (expected[0] !== undefined) throw hintMissing(source, expected[0]);
  return values;
}

function jsonStrings(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
