import type { Bound, ListNode, Node } from './ast.ts';
import { compare, EvaluationProblem } from './compare.ts';
import { goText, goType, isMap } from './gotext.ts';

/** What the steps of one evaluation share: the option of kubectl's --allow-missing-template-keys, and range's book-keeping. */
export interface Evaluation {
  readonly allowMissingKeys: boolean;
  /** Ranges that a step has just opened, that are running, and that a step has just ended. */
  opened: number;
  running: number;
  ended: number;
}

/** Applies one step to each value in hand. `undefined` stands for Go's invalid value (an element of an empty range), null for nil. */
export function walk(input: readonly unknown[], node: Node, evaluation: Evaluation): readonly unknown[] {
  switch (node.kind) {
    case 'list':
      return walkList(input, node, evaluation);
    case 'text':
      return [node.text];
    case 'literal':
      return input.map(() => node.value);
    case 'field':
      return field(input, node.name, evaluation);
    case 'wildcard':
      return input.flatMap(children);
    case 'recursive':
      return recursive(input);
    case 'array':
      return array(input, node);
    case 'union':
      return union(input, node.members, evaluation);
    case 'filter':
      return filter(input, node, evaluation);
    case 'identifier':
      return identifier(input, node.name, evaluation);
  }
}

function walkList(input: readonly unknown[], list: ListNode, evaluation: Evaluation): readonly unknown[] {
  return list.nodes.reduce((current, node) => walk(current, node, evaluation), input);
}

function identifier(input: readonly unknown[], name: string, evaluation: Evaluation): readonly unknown[] {
  if (name === 'range') {
    evaluation.opened++;
    return input;
  }
  if (name !== 'end') throw new EvaluationProblem(`unrecognized identifier ${name}`, input);
  if (evaluation.running === 0) throw new EvaluationProblem('not in range, nothing to end');
  evaluation.ended++;
  return [];
}

function field(input: readonly unknown[], name: string, evaluation: Evaluation): readonly unknown[] {
  const results: unknown[] = [];
  for (const value of input) if (isMap(value) && Object.hasOwn(value, name)) results.push(value[name]);
  if (results.length === 0 && input.length > 0 && !evaluation.allowMissingKeys) {
    throw new EvaluationProblem(`${name} is not found`);
  }
  return results;
}

/** The elements of a list, the values of a map by key (kubectl's order is random), the bytes of a string as kubectl has it. */
function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...new TextEncoder().encode(value)];
  if (!isMap(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key]);
}

function recursive(input: readonly unknown[]): unknown[] {
  const result: unknown[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string' ? value === '' : children(value).length === 0) return;
    result.push(value);
    if (typeof value !== 'string') for (const child of children(value)) visit(child);
  };
  for (const value of input) visit(value);
  return result;
}

function array(input: readonly unknown[], node: Extract<Node, { kind: 'array' }>): readonly unknown[] {
  const result: unknown[] = [];
  for (const value of input) {
    if (value === null || value === undefined) continue;
    if (!Array.isArray(value)) throw new EvaluationProblem(`${goType(value)} is not array or slice`, input);
    const { length } = value;
    const start = fromEnd(node.start, 0, length);
    const end = fromEnd(node.end, length, length);
    // An empty slice ends the whole step in kubectl: the lists that follow are not looked at.
    if (start === end) return result;
    const outside = start >= length || start < 0 ? start : end > length || end < 0 ? end - 1 : undefined;
    if (outside !== undefined) {
      throw new EvaluationProblem(`array index out of bounds: index ${outside}, length ${length}`, input);
    }
    if (start > end) {
      throw new EvaluationProblem(`starting index ${start} is greater than ending index ${end}`, input);
    }
    const step = node.step.value ?? 1;
    if (step <= 0) throw new EvaluationProblem('step must be > 0', input);
    for (let at = start; at < end; at += step) result.push(value[at]);
  }
  return result;
}

function fromEnd(bound: Bound, absent: number, length: number): number {
  const value = bound.value ?? absent;
  return value < 0 || (value === 0 && bound.derived) ? value + length : value;
}

function union(input: readonly unknown[], members: readonly ListNode[], evaluation: Evaluation): readonly unknown[] {
  try {
    return members.flatMap((member) => walkList(input, member, evaluation));
  } catch (error) {
    throw error instanceof EvaluationProblem ? new EvaluationProblem(error.message, input) : error;
  }
}

function filter(
  input: readonly unknown[],
  node: Extract<Node, { kind: 'filter' }>,
  evaluation: Evaluation,
): readonly unknown[] {
  const results: unknown[] = [];
  for (const value of input) {
    if (!Array.isArray(value)) {
      throw new EvaluationProblem(`${goText(value)} is not array or slice and cannot be filtered`, input);
    }
    for (const item of value) if (passes(item, node, evaluation)) results.push(item);
  }
  return results;
}

function passes(item: unknown, node: Extract<Node, { kind: 'filter' }>, evaluation: Evaluation): boolean {
  if (node.operator === 'exists') {
    try {
      return walkList([item], node.left, evaluation).length > 0;
    } catch (error) {
      if (error instanceof EvaluationProblem) return error.partial.length > 0;
      throw error;
    }
  }
  const left = walkList([item], node.left, evaluation);
  if (left.length === 0) return false;
  if (left.length > 1) throw new EvaluationProblem('can only compare one element at a time');
  const right = walkList([item], node.right, evaluation);
  if (right.length === 0) return false;
  if (right.length > 1) throw new EvaluationProblem('can only compare one element at a time');
  return compare(left[0], node.operator, right[0]);
}
