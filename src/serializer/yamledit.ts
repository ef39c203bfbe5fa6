import type { Document } from 'yaml';
import { CommandError, UsageError } from '../errors.ts';
import { type Change, changedValue, sameDocument } from './yamlchange.ts';
import { spliced, type YAMLLibrary } from './yamlsplice.ts';

/** A YAML or JSON file in an editor's hands: lines that a change is not about keep every byte. */
export interface YAMLEdit {
  /** The text as it stands now. */
  readonly text: string;
  /** The document as plain values (YAML 1.2), null when it is empty. */
  readonly value: unknown;
  /** Makes one change; CommandError where the file is written in a way that cannot be edited. */
  apply(change: Change): YAMLEdit;
}

/** Opens a text for editing; UsageError `FILE:LINE:COL: …` where it is no YAML. */
export async function editYAML(text: string, file: string): Promise<YAMLEdit> {
  const json = asJSON(text);
  return json === undefined ? open(await library(), text, file) : openJSON(text, json.value, file);
}

/** A CommonJS package: in the bundle its exports are those of `default`, elsewhere Node names them. */
async function library(): Promise<YAMLLibrary> {
  const loaded: YAMLLibrary & { readonly default?: YAMLLibrary } = await import('yaml');
  return loaded.default ?? loaded;
}

function open(yaml: YAMLLibrary, text: string, file: string): YAMLEdit {
  const document = parse(yaml, text, file);
  const value: unknown = document.toJS() ?? null;
  return {
    text,
    value,
    apply(change) {
      const wanted = changed(value, change, file);
      if (sameDocument(wanted, value)) return open(yaml, text, file);
      // The text is patched where the change is. Whatever comes of it is read back; where it does not say what was
      // wanted (exotic notations), the library writes the whole document anew, comments included.
      for (const write of [spliced, rewritten]) {
        const next = write(yaml, text, document, change);
        if (next !== undefined && says(yaml, next, wanted)) return open(yaml, next, file);
      }
      throw uneditable(file, change);
    },
  };
}

function says(yaml: YAMLLibrary, text: string, wanted: unknown): boolean {
  const document = yaml.parseDocument(text, OPTIONS);
  return document.errors.length === 0 && sameDocument(document.toJS(), wanted);
}

/** The last resort: comments survive, the layout may not. */
function rewritten(yaml: YAMLLibrary, text: string, _document: Document, change: Change): string {
  const copy = yaml.parseDocument(text, OPTIONS);
  const path = [...change.path];
  if (change.kind === 'set') copy.setIn(path, copy.createNode(change.value));
  else if (change.kind === 'remove') copy.deleteIn(path);
  else if (copy.getIn(path) == null) copy.setIn(path, copy.createNode(change.values));
  else for (const value of change.values) copy.addIn(path, copy.createNode(value));
  return copy.toString({ lineWidth: 0 });
}

const OPTIONS = { keepSourceTokens: false, version: '1.2', maxAliasCount: -1 } as const;

function parse(yaml: YAMLLibrary, text: string, file: string): Document {
  const document = yaml.parseDocument(text, OPTIONS);
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    throw new UsageError(`${file}:${line}:${col}: ${error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '')}`);
  }
  return document;
}

function changed(value: unknown, change: Change, file: string): unknown {
  try {
    return changedValue(value ?? undefined, change);
  } catch (error) {
    if (error instanceof TypeError) throw uneditable(file, change);
    throw error;
  }
}

function uneditable(file: string, change: Change): CommandError {
  return new CommandError(`cannot edit ${change.path.join('.')} in ${file}; change it by hand`);
}

function asJSON(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** JSON has no comments to lose: it is printed anew with its own indentation. */
function openJSON(text: string, value: unknown, file: string): YAMLEdit {
  return {
    text,
    value,
    apply(change) {
      const wanted = changed(value, change, file);
      const indent = /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? (text.includes('\n') ? '  ' : '');
      const end = text.endsWith('\n') ? '\n' : '';
      return openJSON(`${JSON.stringify(wanted, null, indent)}${end}`, wanted, file);
    },
  };
}
