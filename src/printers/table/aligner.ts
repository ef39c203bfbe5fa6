import { paint } from '../../streams/colour.ts';
import type { Writer } from '../../streams/iostreams.ts';
import { displayWidth } from '../../streams/width.ts';
import type { PrintedCluster, PrintOptions } from '../format.ts';
import type { BlockPart } from './blocks.ts';
import { CELL, type Column, type PackedRows, ROW } from './packed.ts';
import { compareSortKeys } from './sortkeys.ts';

/** Spaces between two columns, as kubectl's tabwriter leaves them. */
const GAP = 3;
/** With the gap the six cells that it gives the narrowest column. */
const NARROWEST = 3;
/** Rows are written in lumps of about this many. */
const LUMP = 2000;
const NONE = '<none>';

const CLUSTER: Column = { key: '\u0000cluster', header: 'CLUSTER' };

/** How one block is printed. */
export interface BlockOptions extends PrintOptions {
  /** Names carry their kind: several types are printed. */
  readonly showKind: boolean;
}

/** Prints one block: the union of the columns, `<none>` where a cluster lacks one; returns the number of rows. */
export async function printBlock(block: readonly BlockPart[], options: BlockOptions, out: Writer): Promise<number> {
  const columns = unionOf(block, options);
  const widths = widthsOf(columns, block, options);
  const clusterAt = columns.indexOf(CLUSTER);
  const lines: string[] = [];
  if (!options.noHeaders)
    lines.push(
      alignRow(
        columns.map((column) => column.header),
        widths,
      ),
    );
  let count = 0;
  for (const { cells, cluster } of rowsOf(block, columns, options)) {
    const colour = options.colour ? cluster.color : undefined;
    lines.push(colour ? alignPainted(cells, widths, clusterAt, colour) : alignRow(cells, widths));
    count += 1;
    if (lines.length >= LUMP) await flush(lines, out);
  }
  await flush(lines, out);
  return count;
}

function flush(lines: string[], out: Writer): void | Promise<void> {
  if (lines.length === 0) return;
  lines.push('');
  const text = lines.join('\n');
  lines.length = 0;
  return out.write(text);
}

function unionOf(block: readonly BlockPart[], options: PrintOptions): readonly Column[] {
  const union = new Map<string, Column>();
  for (const { pages } of block) {
    for (const page of pages)
      for (const column of page.columns) if (!union.has(column.key)) union.set(column.key, column);
  }
  const columns = [...union.values()];
  if (options.clusterColumn === 'hidden') return columns;
  const first = columns[0]?.header === 'NAMESPACE' && options.showNamespace ? 1 : 0;
  const afterName = options.clusterColumn === 'after-name' && columns[first]?.header === 'NAME';
  return columns.toSpliced(afterName ? first + 1 : first, 0, CLUSTER);
}

function widthsOf(
  columns: readonly Column[],
  block: readonly BlockPart[],
  { showKind, noHeaders }: BlockOptions,
): readonly number[] {
  const widest = new Map<string, number>();
  const grow = (key: string, width: number) => {
    if (width > (widest.get(key) ?? 0)) widest.set(key, width);
  };
  for (const { cluster, pages } of block) {
    for (const page of pages) {
      // What is not printed takes no room.
      if (page.count === 0) continue;
      grow(CLUSTER.key, displayWidth(cluster.name));
      for (const [at, column] of page.columns.entries()) {
        const prefix = showKind && at === page.nameAt ? page.kind.length + 1 : 0;
        grow(column.key, (page.widths[at] ?? 0) + prefix);
      }
      const own = new Set([CLUSTER.key, ...page.columns.map((column) => column.key)]);
      for (const column of columns) if (!own.has(column.key)) grow(column.key, NONE.length);
    }
  }
  return columns.map((column) =>
    Math.max(NARROWEST, noHeaders ? 0 : displayWidth(column.header), widest.get(column.key) ?? 0),
  );
}

interface Row {
  readonly cells: readonly string[];
  readonly cluster: PrintedCluster;
}

function* rowsOf(block: readonly BlockPart[], columns: readonly Column[], options: BlockOptions): Generator<Row> {
  if (options.sortBy) {
    const all = block.flatMap(({ cluster, pages }) =>
      pages.flatMap((page) =>
        splitRows(page, columns, cluster, options).map((cells, at) => ({ cells, cluster, key: page.sortKeys?.[at] })),
      ),
    );
    yield* all.sort((a, b) => compareSortKeys(a.key, b.key));
    return;
  }
  for (const { cluster, pages } of block) {
    if (inOrder(pages)) {
      for (const page of pages)
        for (const cells of splitRows(page, columns, cluster, options)) yield { cells, cluster };
      continue;
    }
    // Lists come in the order of their keys in etcd, where "a-b/x" stands before "a/x".
    const keyed = pages.flatMap((page) =>
      splitRows(page, columns, cluster, options).map((cells, at) => ({ cells, cluster, key: page.order?.[at] ?? '' })),
    );
    yield* keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }
}

function inOrder(pages: readonly PackedRows[]): boolean {
  let last = '';
  for (const page of pages) {
    for (const key of page.order ?? []) {
      if (key < last) return false;
      last = key;
    }
  }
  return true;
}

function splitRows(
  page: PackedRows,
  columns: readonly Column[],
  cluster: PrintedCluster,
  { showKind }: BlockOptions,
): string[][] {
  if (page.count === 0) return [];
  const from = new Map(page.columns.map((column, at) => [column.key, at]));
  const map = columns.map((column) => (column === CLUSTER ? -2 : (from.get(column.key) ?? -1)));
  return page.text.split(ROW).map((row) => {
    const cells = row.split(CELL);
    if (showKind && page.nameAt >= 0) cells[page.nameAt] = `${page.kind}/${cells[page.nameAt]}`;
    return map.map((at) => (at === -2 ? cluster.name : at === -1 ? NONE : (cells[at] ?? '')));
  });
}

/** One line of cells padded to the widths of their columns; the last cell is not padded. */
export function alignRow(cells: readonly string[], widths: readonly number[]): string {
  let line = '';
  const last = cells.length - 1;
  for (let at = 0; at < last; at += 1) line += padded(cells[at] as string, widths[at] as number);
  return last < 0 ? '' : line + (cells[last] as string);
}

function alignPainted(cells: readonly string[], widths: readonly number[], paintedAt: number, colour: string): string {
  const last = cells.length - 1;
  return cells
    .map((cell, at) => {
      const text = at === last ? cell : padded(cell, widths[at] as number);
      return at === paintedAt ? paint(cell, colour) + text.slice(cell.length) : text;
    })
    .join('');
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - displayWidth(cell)) + GAP);
}
