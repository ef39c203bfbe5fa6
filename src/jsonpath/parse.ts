import { UsageError } from '../errors.ts';
import type { JSONPath } from './ast.ts';
import { parseTemplate, SyntaxProblem } from './template.ts';

export type { JSONPath } from './ast.ts';

/** Parses a template of `-o jsonpath=`; throws UsageError in kubectl's words. */
export function parseJSONPath(template: string): JSONPath {
  return parse(template, (problem) => `error parsing jsonpath ${template}, ${problem}`);
}

const relaxedForm = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/**
 * Parses the forgiving form of --sort-by and custom-columns: `metadata.name`, `.metadata.name`, `{metadata.name}` and
 * `{.metadata.name}` are the same, the empty text selects nothing. Throws UsageError in kubectl's words.
 */
export function relaxed(expression: string): JSONPath {
  if (expression === '') return { template: '', nodes: [] };
  const form = relaxedForm.exec(expression);
  if (form === null) {
    throw new UsageError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return parse(`{.${form[1] ?? form[2]}}`, (problem) => problem);
}

function parse(template: string, say: (problem: string) => string): JSONPath {
  try {
    return { template, nodes: parseTemplate(template) };
  } catch (error) {
    throw error instanceof SyntaxProblem ? new UsageError(say(error.message)) : error;
  }
}
