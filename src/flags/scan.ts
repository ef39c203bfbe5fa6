import { UsageError } from '../errors.ts';
import type { FlagKind, FlagSpec, FlagValue } from './flag.ts';
import { didYouMean } from './suggest.ts';
import { parseValue } from './values.ts';

/** One flag as it stood on the command line, its value parsed. */
export interface Assignment {
  readonly spec: FlagSpec;
  readonly value: FlagValue;
}

/** What a scan found; `end` is the index in argv where it stopped. */
export interface Scan {
  readonly assignments: readonly Assignment[];
  readonly positionals: readonly string[];
  /** What stood after `--`, undefined where there was none. */
  readonly rest: readonly string[] | undefined;
  /** Flags nobody declared, as written and without any value that followed them; only with `keepUnknown`. */
  readonly unknown: readonly string[];
  readonly end: number;
}

/** How far a scan goes, and whether unknown flags are kept instead of refused. */
export interface ScanOptions {
  /** Stop before the first word that is no flag. */
  readonly untilPositional?: boolean;
  readonly keepUnknown?: boolean;
}

/**
 * Reads argv with pflag's grammar (github.com/spf13/pflag): flags and positionals in any order, `--` ends the flags.
 * Of two specs with one name or one short name the first wins. Throws UsageError in pflag's words.
 */
export function scan(argv: readonly string[], specs: readonly FlagSpec[], options: ScanOptions = {}): Scan {
  return new Scanner(argv, specs, options).run();
}

/** The kinds that stand alone, so that more short flags may follow in the same word. */
const bareKinds: ReadonlySet<FlagKind> = new Set(['bool', 'optional', 'refused', 'unsupported']);

class Scanner {
  readonly #argv: readonly string[];
  readonly #options: ScanOptions;
  readonly #long = new Map<string, FlagSpec>();
  readonly #short = new Map<string, FlagSpec>();
  readonly #assignments: Assignment[] = [];
  readonly #unknown: string[] = [];
  #at = 0;

  constructor(argv: readonly string[], specs: readonly FlagSpec[], options: ScanOptions) {
    this.#argv = argv;
    this.#options = options;
    for (const spec of specs) {
      if (!this.#long.has(spec.name)) this.#long.set(spec.name, spec);
      if (spec.short !== undefined && !this.#short.has(spec.short)) this.#short.set(spec.short, spec);
    }
  }

  run(): Scan {
    const positionals: string[] = [];
    let rest: readonly string[] | undefined;
    while (this.#at < this.#argv.length) {
      const word = this.#argv[this.#at]!;
      if (!word.startsWith('-') || word === '-') {
        if (this.#options.untilPositional) break;
        positionals.push(word);
        this.#at++;
        continue;
      }
      this.#at++;
      if (word === '--') {
        rest = this.#argv.slice(this.#at);
        this.#at = this.#argv.length;
      } else if (word.startsWith('--')) this.#readLong(word);
      else this.#readShorts(word.slice(1));
    }
    return { assignments: this.#assignments, positionals, rest, unknown: this.#unknown, end: this.#at };
  }

  #readLong(word: string): void {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    if (name === '' || name.startsWith('-')) throw new UsageError(`bad flag syntax: ${word}`);
    const spec = this.#long.get(name);
    if (spec === undefined) {
      if (this.#options.keepUnknown) this.#unknown.push(word);
      else throw new UsageError(`unknown flag: --${name}`, { more: this.#suggestions(name) });
      return;
    }
    const written = equals < 0 ? undefined : word.slice(equals + 1);
    this.#assign(spec, `--${name}`, written ?? this.#bare(spec) ?? this.#following(`--${name}`));
  }

  /** A cluster of short flags; `-` followed by what is left of it is how pflag names it in messages. */
  #readShorts(cluster: string): void {
    let left = cluster;
    while (left !== '') {
      const letter = String.fromCodePoint(left.codePointAt(0)!);
      const after = left.slice(letter.length);
      const spec = this.#short.get(letter);
      if (spec === undefined) {
        if (!this.#options.keepUnknown) throw new UsageError(`unknown shorthand flag: '${letter}' in -${left}`);
        this.#unknown.push(`-${left}`);
        return;
      }
      const flag = `-${letter}`;
      const attached = this.#attached(spec, after);
      this.#assign(
        spec,
        flag,
        attached ?? this.#bare(spec, after === '') ?? this.#following(`'${letter}' in -${left}`),
      );
      left = attached === undefined ? after : '';
    }
  }

  /** The value that a short flag has in its own word: `-n=x`, `-nx`, `-v6`; undefined where what follows are more flags. */
  #attached(spec: FlagSpec, after: string): string | undefined {
    if (after.length > 1 && after.startsWith('=')) return after.slice(1);
    if (spec.kind === 'verbosity') return /^[0-9]/.test(after) ? after : undefined;
    return after === '' || bareKinds.has(spec.kind) ? undefined : after;
  }

  /** What a flag means without a value; undefined where it needs one. A refused flag needs none to be refused. */
  #bare(spec: FlagSpec, last = true): string | undefined {
    if (spec.kind === 'bool') return 'true';
    if (spec.kind === 'optional') return spec.noOptDefault ?? '';
    if (spec.kind === 'refused' || spec.kind === 'unsupported') return '';
    if (spec.kind !== 'verbosity') return undefined;
    // `-v 6` is a level, `-v pods` is not: only a small integer right after -v is taken from the words that follow.
    const next = last ? this.#argv[this.#at] : undefined;
    if (next === undefined || !/^([0-9]|10)$/.test(next)) return 'details';
    this.#at++;
    return next;
  }

  #following(flag: string): string {
    const next = this.#argv[this.#at];
    if (next === undefined) throw new UsageError(`flag needs an argument: ${flag}`);
    this.#at++;
    return next;
  }

  #assign(spec: FlagSpec, written: string, text: string): void {
    if (spec.kind === 'refused') throw new UsageError(`${written} is not accepted: ${spec.hint ?? spec.help}`);
    // `--watch=false` asks for nothing that is missing.
    if (spec.kind === 'unsupported' && /^(?:0|f|F|false|FALSE|False)$/.test(text)) return;
    if (spec.kind === 'unsupported')
      throw new UsageError(`${written} is not supported yet${spec.hint ? `: ${spec.hint}` : ''}`);
    const value = spec.kind === 'verbosity' && text === 'details' ? text : parseValue(spec, text);
    this.#assignments.push({ spec, value });
  }

  #suggestions(name: string): readonly string[] {
    const shown = [...this.#long.values()].filter(
      (spec) => !spec.hidden && spec.kind !== 'refused' && spec.kind !== 'unsupported',
    );
    return didYouMean(
      `--${name}`,
      shown.map((spec) => `--${spec.name}`),
    );
  }
}
