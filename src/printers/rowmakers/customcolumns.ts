import { CommandError, UsageError } from '../../errors.ts';
import { findResults } from '../../jsonpath/evaluate.ts';
import { goText } from '../../jsonpath/gotext.ts';
import { type JSONPath, relaxed } from '../../jsonpath/parse.ts';

/** The columns of `-o custom-columns`: headers as given, and the cells of one object, unescaped (a cell may hold any character). */
export interface CustomColumns {
  readonly headers: readonly string[];
  /** Throws CommandError naming the column where its path does not fit the object, as kubectl does. */
  row(object: unknown): string[];
}

/** Parses `HEADER:path,HEADER:path`; throws UsageError in kubectl's words. */
export function parseCustomColumns(spec: string): CustomColumns {
  if (spec === '') throw new UsageError('custom-columns format specified but no custom columns given');
  return columns(
    spec.split(',').map((part) => {
      const colon = part.indexOf(':');
      if (colon < 0) {
        throw new UsageError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
      }
      return { header: part.slice(0, colon), expression: part.slice(colon + 1) };
    }),
  );
}

const fileFormat = 'Expected format is one line of space separated headers, one line of space separated column specs.';

/** Parses the text of a custom-columns-file: a line of headers over a line of paths; further lines are not read. */
export function parseCustomColumnsFile(text: string): CustomColumns {
  const lines = text.split(/\r?\n/);
  // A final newline ends a line and starts none.
  if (lines.at(-1) === '') lines.pop();
  const [headerLine, pathLine] = lines;
  if (headerLine === undefined) throw new UsageError(`invalid template, missing header line. ${fileFormat}`);
  if (pathLine === undefined) throw new UsageError(`invalid template, missing spec line. ${fileFormat}`);
  const headers = words(headerLine);
  const expressions = words(pathLine);
  if (headers.length !== expressions.length) {
    throw new UsageError(
      `number of headers (${headers.length}) and field specifications (${expressions.length}) don't match`,
    );
  }
  return columns(headers.map((header, at) => ({ header, expression: expressions[at]! })));
}

function words(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

function columns(specs: readonly { readonly header: string; readonly expression: string }[]): CustomColumns {
  const parsed = specs.map(({ header, expression }) => ({ header, path: parsePath(header, expression) }));
  return {
    headers: parsed.map(({ header }) => header),
    row: (object) => parsed.map(({ header, path }) => cell(header, path, object)),
  };
}

function parsePath(header: string, expression: string): JSONPath {
  try {
    return relaxed(expression);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.message, { more: [`in the column ${header}:${expression}`] });
  }
}

function cell(header: string, path: JSONPath, object: unknown): string {
  const results = resultsOf(header, path, object);
  const texts = results.flat().map(goText);
  // kubectl looks at the first part only: where that is empty, what the others give follows after <none>.
  return (results[0]?.length ? texts : ['<none>', ...texts]).join(',');
}

function resultsOf(header: string, path: JSONPath, object: unknown): readonly unknown[][] {
  try {
    return findResults(path, object);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.message, { more: [`in the column ${header}:${path.template}`] });
  }
}
