/** A template that cannot be evaluated on the data; the message is kubectl's. */
export class EvaluationProblem extends Error {
  /** What was in hand when it failed: a filter for existence looks at it. */
  readonly partial: readonly unknown[];
  constructor(message: string, partial: readonly unknown[] = []) {
    super(message);
    this.partial = partial;
  }
}

/** Operators of a filter; `exists` is the one without a right side. */
const operators: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
  '<': less,
  '<=': (left, right) => less(left, right) || equal(left, right),
  '>': (left, right) => !(less(left, right) || equal(left, right)),
  '>=': (left, right) => !less(left, right),
};

/**
 * Compares two scalars as kubectl's filters do; throws EvaluationProblem for anything that cannot be compared.
 * JSON in JavaScript does not tell 2 from 2.0, so numbers compare with numbers where kubectl refuses to mix the two.
 */
export function compare(left: unknown, operator: string, right: unknown): boolean {
  if (!Object.hasOwn(operators, operator)) throw new EvaluationProblem(`unrecognized filter operator ${operator}`);
  return operators[operator]!(left, right);
}

function kindOf(value: unknown): 'number' | 'string' | 'boolean' {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  throw new EvaluationProblem('invalid type for comparison');
}

function sameKind(left: unknown, right: unknown): 'number' | 'string' | 'boolean' {
  const kind = kindOf(left);
  if (kind !== kindOf(right)) throw new EvaluationProblem('incompatible types for comparison');
  return kind;
}

function equal(left: unknown, right: unknown): boolean {
  // Loose on purpose: a bigint and a number of the same value are equal, and both sides are known to be of one kind.
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  return sameKind(left, right) === 'number' ? (left as number) == (right as number) : left === right;
}

function less(left: unknown, right: unknown): boolean {
  if (sameKind(left, right) === 'boolean') throw new EvaluationProblem('invalid type for comparison');
  return (left as number | string) < (right as number | string);
}
