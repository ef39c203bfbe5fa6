import { CommandError } from '../errors.ts';
import type { JSONPath, Node } from './ast.ts';
import { EvaluationProblem } from './compare.ts';
import { goJSON, goText } from './gotext.ts';
import { type Evaluation, walk } from './steps.ts';

/** kubectl's --allow-missing-template-keys, true unless it says otherwise. */
export interface EvaluateOptions {
  readonly allowMissingKeys?: boolean;
}

/**
 * The results of every text and action of a template, one list each; an element of an empty range is `undefined`.
 * Throws CommandError with kubectl's message where the template does not fit the data.
 */
export function findResults(path: JSONPath, data: unknown, options: EvaluateOptions = {}): readonly unknown[][] {
  try {
    return find(path, data, options);
  } catch (error) {
    throw error instanceof EvaluationProblem ? new CommandError(error.message) : error;
  }
}

/** The first result of a template on the data, undefined where it finds nothing; never throws for data that does not fit. */
export function findFirst(path: JSONPath, data: unknown): unknown {
  try {
    return find(path, data, {}).find((values) => values.length > 0)?.[0];
  } catch (error) {
    if (error instanceof EvaluationProblem) return undefined;
    throw error;
  }
}

/**
 * The text that kubectl prints for `-o jsonpath=` (with `asJSON`: for `-o jsonpath-as-json=`), without a final newline of its own.
 * Throws CommandError naming the template.
 */
export function evaluateToText(
  path: JSONPath,
  data: unknown,
  options: EvaluateOptions & { readonly asJSON?: boolean } = {},
): string {
  try {
    const results = find(path, data, options);
    if (options.asJSON) return results.map((values) => `${goJSON(values, '    ')}\n`).join('');
    return results.map((values) => values.map(printed).join(' ')).join('');
  } catch (error) {
    if (!(error instanceof EvaluationProblem)) throw error;
    const template = JSON.stringify(path.template);
    throw new CommandError(`error executing jsonpath ${template}: Error executing template: ${error.message}`);
  }
}

function printed(value: unknown): string {
  if (value === undefined) return '<no value>';
  if (value === null) return 'null';
  return typeof value === 'object' ? goJSON(value) : goText(value);
}

function find(path: JSONPath, data: unknown, options: EvaluateOptions): unknown[][] {
  const evaluation: Evaluation = {
    allowMissingKeys: options.allowMissingKeys ?? true,
    opened: 0,
    running: 0,
    ended: 0,
  };
  return new Ranges(path.nodes, evaluation).run(0, data);
}

/** Runs the actions of a template in turn and repeats what stands between `{range …}` and `{end}`. */
class Ranges {
  readonly #nodes: readonly Node[];
  readonly #evaluation: Evaluation;
  /** Where the `{end}` that was met last stands. */
  #lastEnd = -1;

  constructor(nodes: readonly Node[], evaluation: Evaluation) {
    this.#nodes = nodes;
    this.#evaluation = evaluation;
  }

  run(from: number, data: unknown): unknown[][] {
    const evaluation = this.#evaluation;
    const all: unknown[][] = [];
    for (let at = from; at < this.#nodes.length; at++) {
      const results = walk([data], this.#nodes[at]!, evaluation);
      if (evaluation.ended > 0 && evaluation.ended <= evaluation.running) {
        evaluation.ended--;
        this.#lastEnd = at;
        break;
      }
      if (evaluation.opened === 0) {
        all.push([...results]);
        continue;
      }
      evaluation.opened--;
      evaluation.running++;
      // null becomes Go's invalid value inside a range. An empty range runs once on it, to find its end and nothing else.
      for (const value of results) all.push(...this.run(at + 1, value ?? undefined));
      if (results.length === 0) this.run(at + 1, undefined);
      evaluation.running--;
      // A range without an end leaves `lastEnd` behind us: what follows it runs once more on the outer value, as in kubectl.
      if (this.#lastEnd > at) at = this.#lastEnd;
    }
    return all;
  }
}
