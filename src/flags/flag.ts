/**
 * How a flag takes its value: `list` is comma separated and repeatable, `array` repeatable without splitting, `optional` has a
 * value only as `--x=v`, `verbosity` is -v. `refused` and `unsupported` flags are known by name and end in an error.
 */
export type FlagKind =
  | 'bool'
  | 'string'
  | 'int'
  | 'duration'
  | 'list'
  | 'array'
  | 'optional'
  | 'verbosity'
  | 'refused'
  | 'unsupported';

/** A flag as data: the parser, help and completion all read it. */
export interface FlagSpec {
  /** Without dashes. */
  readonly name: string;
  /** One character, without the dash. */
  readonly short?: string;
  readonly kind: FlagKind;
  /** What a bare `--x` of an `optional` flag means. */
  readonly noOptDefault?: string;
  /** The value when the flag is not given; durations are milliseconds. */
  readonly default?: string | number | boolean | readonly string[];
  /** The only values that are taken (of each element of a list). */
  readonly choices?: readonly string[];
  /** `--x=` is refused: an unset shell variable must not silently mean "everything". */
  readonly nonEmpty?: boolean;
  /** The placeholder of the value in help. */
  readonly value?: string;
  readonly help: string;
  /** The heading that help shows it under. */
  readonly group?: string;
  readonly hidden?: boolean;
  /** For `refused`: why, and what to use instead. */
  readonly hint?: string;
}

/** How much to tell on stderr: -v alone asks for details of failures, a number is kubectl's log level. */
export type Verbosity = 'details' | number;

/** Every value a parsed flag can have. */
export type FlagValue = string | number | boolean | readonly string[];

type Scalar<F, T> = F extends { readonly default: string | number | boolean } ? T : T | undefined;
type Choice<F> = F extends { readonly choices: readonly (infer C extends string)[] } ? C : string;

/** The type of one flag's value, from its spec. */
export type ValueOf<F extends FlagSpec> = F extends { readonly kind: 'bool' }
  ? boolean
  : F extends { readonly kind: 'list' | 'array' }
    ? readonly Choice<F>[]
    : F extends { readonly kind: 'int' | 'duration' }
      ? Scalar<F, number>
      : F extends { readonly kind: 'verbosity' }
        ? Verbosity | undefined
        : F extends { readonly kind: 'string' | 'optional' }
          ? Scalar<F, Choice<F>>
          : never;

/** The values of a set of flags by name; write the specs `as const satisfies readonly FlagSpec[]` to have them typed one by one. */
export type FlagValues<S extends readonly FlagSpec[]> = {
  readonly [F in S[number] as F extends { readonly kind: 'refused' | 'unsupported' } ? never : F['name']]: ValueOf<F>;
};

/** The flags of one scope after parsing: defaults filled in, and which ones the user wrote. */
export interface FlagSet<S extends readonly FlagSpec[] = readonly FlagSpec[]> {
  readonly values: FlagValues<S>;
  readonly set: ReadonlySet<string>;
  isSet(name: S[number]['name']): boolean;
}
