import { UsageError } from '../errors.ts';
import { type Requirement, SelectorParser, SelectorProblem } from './selectorparser.ts';

export type { Operator, Requirement } from './selectorparser.ts';

/** A label selector: every requirement has to hold, none means everything. Sorted by key. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
}

/**
 * Parses a label selector (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors);
 * throws UsageError in kubectl's words, naming `flag` where one is given.
 */
export function parseLabelSelector(text: string, flag?: string): LabelSelector {
  try {
    const requirements = new SelectorParser(text).parse();
    return { requirements: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
  } catch (error) {
    if (!(error instanceof SelectorProblem)) throw error;
    const whose = flag === undefined ? 'the provided selector' : `the selector of ${flag}`;
    throw new UsageError(`${whose} ${JSON.stringify(text)} is not valid: ${error.message}`);
  }
}

/** Whether every requirement holds for these labels; one of `!=` or `notin` also holds where the key is missing. */
export function matchesLabels(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.requirements.every((requirement) =>
    holds(requirement, Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined),
  );
}

function holds({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case '>':
    case '<':
      if (value === undefined || !integer.test(value)) return false;
      return operator === '>' ? BigInt(value) > BigInt(values[0]!) : BigInt(value) < BigInt(values[0]!);
    default:
      return value !== undefined && values.includes(value);
  }
}

// BigInt() takes no plus sign; Go does, but no label value may start with one.
const integer = /^-?[0-9]+$/;
