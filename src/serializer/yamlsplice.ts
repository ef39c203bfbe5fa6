import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Path } from './positions.ts';
import type { Change } from './yamlchange.ts';

/** The library as a value: it is loaded by whoever edits. */
export type YAMLLibrary = typeof import('yaml');

/**
 * The text with one change made in place, undefined where its notation is not one of the usual (the caller reads the
 * result back and has another way).
 */
export function spliced(yaml: YAMLLibrary, text: string, document: Document, change: Change): string | undefined {
  const chain = walk(yaml, document, change.path);
  // What is set or removed as a whole is not entered.
  const entered = change.kind === 'append' ? chain : chain.slice(0, change.path.length);
  const flow = entered.findIndex(({ node }) => yaml.isCollection(node) && node.flow && node.items.length > 0);
  if (flow !== -1) return inFlow(yaml, text, document, chain[flow] as Place, change, flow);
  const last = chain.at(-1) as Place;
  const found = chain.length === change.path.length + 1;
  if (change.kind === 'remove') return found ? removed(yaml, text, chain) : undefined;
  if (found && change.kind === 'append' && yaml.isSeq(last.node) && last.node.items.length > 0)
    return addItems(yaml, text, last.node, change.values);
  const value = change.kind === 'append' ? [...change.values] : change.value;
  if (found) return replaced(yaml, text, last, value);
  const missing = change.path.slice(chain.length - 1);
  if (missing.some((step) => typeof step === 'number')) return undefined;
  const wrapped = missing.slice(1).reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  const entry = { [missing[0] as string]: wrapped };
  if (yaml.isMap(last.node) && last.node.items.length > 0) return addEntry(yaml, text, last.node, entry);
  return isNothing(yaml, last.node) ? replaced(yaml, text, last, entry) : undefined;
}

/** A node on the way to the change, with the pair or list it stands in. */
interface Place {
  readonly node: unknown;
  readonly pair?: Pair;
  readonly parent?: YAMLMap | YAMLSeq;
  readonly index?: number;
}

/** The nodes from the root to the path's end, as far as they exist. */
function walk(yaml: YAMLLibrary, document: Document, path: Path): readonly Place[] {
  const chain: Place[] = [{ node: document.contents }];
  for (const step of path) {
    const parent = chain.at(-1)?.node;
    if (yaml.isMap(parent)) {
      const pair = parent.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === step);
      if (!pair) break;
      chain.push({ node: pair.value, pair, parent });
    } else if (yaml.isSeq(parent) && typeof step === 'number' && step < parent.items.length)
      chain.push({ node: parent.items[step], parent, index: step });
    else break;
  }
  return chain;
}

/** Flow notation (`{a: [b]}`) is written anew from its outermost bracket. */
function inFlow(
  yaml: YAMLLibrary,
  text: string,
  document: Document,
  place: Place,
  change: Change,
  depth: number,
): string | undefined {
  const node = place.node as Node & { clone(): Node };
  if (!node.range) return undefined;
  const clone = node.clone();
  // Comments around it stay where they are.
  clone.commentBefore = null;
  clone.comment = null;
  const copy = new yaml.Document(clone);
  const path = change.path.slice(depth);
  if (change.kind === 'set') copy.setIn(path, copy.createNode(change.value, { flow: true }));
  else if (change.kind === 'remove') copy.deleteIn(path);
  else for (const value of change.values) copy.addIn(path, copy.createNode(value, { flow: true }));
  const padded = /^[{[] /.test(text.slice(node.range[0]));
  const written = copy.toString({ lineWidth: 0, flowCollectionPadding: padded }).trimEnd();
  return document.errors.length > 0 || written.includes('\n')
    ? undefined
    : cut(text, node.range[0], node.range[1], written);
}

function isNothing(yaml: YAMLLibrary, node: unknown): boolean {
  if (node === null || node === undefined) return true;
  if (yaml.isCollection(node)) return node.items.length === 0;
  return yaml.isScalar(node) && node.value === null;
}

/** Puts another value where one stands, in the same line where both fit there. */
function replaced(yaml: YAMLLibrary, text: string, { node, pair, parent }: Place, value: unknown): string | undefined {
  const range = (node as Node | null)?.range;
  const written = render(yaml, value);
  if (!range && !pair) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${written}`;
  if (!pair || !parent || !yaml.isMap(parent)) return undefined;
  const keyEnd = (pair.key as Node).range?.[1];
  if (keyEnd === undefined || parent.flow) return undefined;
  const colon = text.indexOf(':', keyEnd) + 1;
  const inline = !/\n./.test(written) && !(typeof value === 'object' && value !== null && !isEmpty(value));
  if (yaml.isCollection(node) && !node.flow) {
    const end = lineEnd(text, contentEnd(yaml, node) ?? colon);
    const column = columnOf(text, (pair.key as Node).range?.[0] ?? 0);
    return cut(text, colon, end, inline ? ` ${written.trimEnd()}` : block(written, value, column));
  }
  const [from, to] = range ? [range[0], range[1]] : [colon, colon];
  const keeps = text.slice(from, to).endsWith('\n') ? '\n' : '';
  if (inline && !isNothing(yaml, node)) return cut(text, from, to, `${written.trimEnd()}${keeps}`);
  const before = text.slice(0, colon);
  const rest = cut(text, Math.max(from, colon), Math.max(to, colon), keeps).slice(colon);
  if (inline)
    return `${before} ${written.trimEnd()}${rest.replace(/^[ \t]*(?=\S)/, ' ').replace(/^[ \t]+(?=\r?\n|$)/, '')}`;
  // A comment behind the key stays behind the key.
  const end = rest.search(/\r?\n|$/);
  const column = columnOf(text, (pair.key as Node).range?.[0] ?? 0);
  return `${before}${rest.slice(0, end).trimEnd().replace(/^\s+/, ' ')}${block(written, value, column)}${rest.slice(end)}`;
}

function isEmpty(value: object): boolean {
  return (Array.isArray(value) ? value : Object.keys(value)).length === 0;
}

/** Lines below a key at `column`: lists stand under the key, mappings two columns further in. */
function block(written: string, value: unknown, column: number): string {
  const pad = ' '.repeat(Array.isArray(value) ? column : column + 2);
  return `\n${indented(written.trimEnd(), pad)}`;
}

function addEntry(yaml: YAMLLibrary, text: string, map: YAMLMap, entry: object): string | undefined {
  const first = (map.items[0]?.key as Node | undefined)?.range?.[0];
  const end = contentEnd(yaml, map);
  if (first === undefined || end === undefined) return undefined;
  return insertAfter(text, end, indented(render(yaml, entry).trimEnd(), ' '.repeat(columnOf(text, first))));
}

function addItems(yaml: YAMLLibrary, text: string, seq: YAMLSeq, values: readonly unknown[]): string | undefined {
  const end = contentEnd(yaml, seq);
  if (!seq.range || end === undefined) return undefined;
  const pad = ' '.repeat(columnOf(text, seq.range[0]));
  return insertAfter(text, end, indented(render(yaml, values).trimEnd(), pad));
}

function removed(yaml: YAMLLibrary, text: string, chain: readonly Place[]): string | undefined {
  const { node, pair, parent, index } = chain.at(-1) as Place;
  if (!parent) return undefined;
  const start = pair ? (pair.key as Node).range?.[0] : text.lastIndexOf('-', ((node as Node).range?.[0] ?? 0) - 1);
  const end = contentEnd(yaml, node) ?? (pair ? (pair.key as Node).range?.[1] : undefined);
  if (start === undefined || start < 0 || end === undefined) return undefined;
  const column = columnOf(text, start);
  let from = start - column;
  if (text.slice(from, start).trim() !== '') return undefined;
  let to = Math.min(lineEnd(text, Math.max(end, start)) + 1, text.length);
  // Comments further in than the entry are part of it; those right above it speak about it, unless it is the first one.
  for (let line = lineAt(text, to); /^\s+#/.test(line) && line.search(/#/) > column; line = lineAt(text, to))
    to = Math.min(to + line.length + 1, text.length);
  const first = pair ? parent.items[0] === pair : index === 0;
  for (let above = first ? '' : lineBefore(text, from); /^\s*#/.test(above); above = lineBefore(text, from)) {
    if (above.search(/#/) !== column) break;
    from -= above.length + 1;
  }
  return cut(text, from, to, '');
}

/** Where the last sign of a node's own content ends; comments behind it do not count. */
function contentEnd(yaml: YAMLLibrary, node: unknown): number | undefined {
  if (yaml.isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last === undefined) return node.range?.[1];
    if (!yaml.isPair(last)) return contentEnd(yaml, last);
    const key = (last.key as Node).range?.[1];
    return Math.max(contentEnd(yaml, last.value) ?? 0, key === undefined ? 0 : key + 1);
  }
  return (node as Node | null)?.range?.[1];
}

function insertAfter(text: string, end: number, lines: string): string {
  // A block scalar's range holds its last line break.
  const at = text[end - 1] === '\n' ? end - 1 : lineEnd(text, end);
  return `${text.slice(0, at)}\n${lines}${text.slice(at)}`;
}

function render(yaml: YAMLLibrary, value: unknown): string {
  // 1.1: what an older reader takes for a boolean or a number is quoted.
  return yaml.stringify(value, { version: '1.1', lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
}

const cut = (text: string, from: number, to: number, by: string) => `${text.slice(0, from)}${by}${text.slice(to)}`;
const indented = (lines: string, pad: string) => lines.replaceAll(/^(?=.)/gm, pad);
const lineEnd = (text: string, at: number) => {
  const end = text.indexOf('\n', at > 0 && text[at - 1] === '\n' ? at - 1 : at);
  return end === -1 ? text.length : text[end - 1] === '\r' ? end - 1 : end;
};
const columnOf = (text: string, at: number) => at - (text.lastIndexOf('\n', at - 1) + 1);
const lineAt = (text: string, at: number) => /.*/.exec(text.slice(at))?.[0] ?? '';
const lineBefore = (text: string, at: number) => text.slice(text.lastIndexOf('\n', at - 2) + 1, Math.max(at - 1, 0));
