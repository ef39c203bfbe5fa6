import type { Part } from '../../aggregator/strategy.ts';
import { paint } from '../../streams/colour.ts';
import type { Writer } from '../../streams/iostreams.ts';
import { displayWidth } from '../../streams/width.ts';
import type { PrintedCluster, PrintOptions } from '../format.ts';
import { CELL, type Column, type PackedRows, ROW } from './packed.ts';
import { compareSortKeys } from './sortkeys.ts';

/** Spaces between two columns, as kubectl's tabwriter leaves them. */
const GAP = 3;
/** Rows are written in lumps of about this many. */
const LUMP = 2000;

const CLUSTER: Column = { key: '\u0000cluster', header: 'CLUSTER' };

/** Rows of one cluster in one block. */
export interface BlockPart {
  readonly cluster: PrintedCluster;
  readonly pages: readonly PackedRows[];
}

/** Splits parts into blocks of one type each, in the order asked, then of first appearance. */
export function blocksOf(
  parts: readonly Part<PackedRows>[],
  clusters: ReadonlyMap<string, PrintedCluster>,
): readonly (readonly BlockPart[])[] {
  const blocks = new Map<
    string,
    { readonly asked: number; readonly parts: { cluster: PrintedCluster; pages: PackedRows[] }[] }
  >();
  for (const part of parts) {
    const cluster = clusters.get(part.cluster) ?? { name: part.cluster };
    for (const page of part.pages) {
      // One type in two versions is still one block: the fleet may be half upgraded.
      const key = page.block.replace(/^(\d+ [^.]+)\.[^.]*/, '$1');
      const block = blocks.get(key) ?? { asked: page.asked, parts: [] };
      blocks.set(key, block);
      const last = block.parts.at(-1);
      if (last?.cluster === cluster) last.pages.push(page);
      else block.parts.push({ cluster, pages: [page] });
    }
  }
  return [...blocks.values()]
    .sort((a, b) => a.asked - b.asked)
    .map((block) => block.parts)
    .filter((block) => block.some(({ pages }) => pages.some((page) => page.count > 0)));
}

/** Prints one block: the union of the columns, `<none>` where a cluster lacks one; returns the number of rows. */
export async function printBlock(block: readonly BlockPart[], options: PrintOptions, out: Writer): Promise<number> {
  const columns = unionOf(block, options);
  const widths = widthsOf(columns, block);
  const sink = lumpWriter(out);
  if (!options.noHeaders)
    await sink.line(
      alignRow(
        columns.map((column) => column.header),
        widths,
      ),
    );
  const rows = rowsOf(block, columns, options);
  let count = 0;
  for (const { cells, cluster } of rows) {
    const line = alignRow(cells, widths, columns, options.colour ? cluster.color : undefined);
    const waiting = sink.line(line);
    if (waiting) await waiting;
    count += 1;
  }
  await sink.flush();
  return count;
}

function unionOf(block: readonly BlockPart[], options: PrintOptions): readonly Column[] {
  const union = new Map<string, Column>();
  for (const { pages } of block) {
    for (const page of pages)
      for (const column of page.columns) if (!union.has(column.key)) union.set(column.key, column);
  }
  const columns = [...union.values()];
  if (options.clusterColumn === 'hidden') return columns;
  const first = options.showNamespace && columns[0]?.header === 'NAMESPACE' ? 1 : 0;
  const afterName = options.clusterColumn === 'after-name' && columns[first]?.header === 'NAME';
  return columns.toSpliced(afterName ? first + 1 : first, 0, CLUSTER);
}

function widthsOf(columns: readonly Column[], block: readonly BlockPart[]): readonly number[] {
  const widest = new Map<string, number>();
  const grow = (key: string, width: number) => {
    if (width > (widest.get(key) ?? 0)) widest.set(key, width);
  };
  for (const { cluster, pages } of block) {
    grow(CLUSTER.key, displayWidth(cluster.name));
    for (const page of pages) {
      for (const [at, column] of page.columns.entries()) grow(column.key, page.widths[at] ?? 0);
      if (page.columns.length + 1 < columns.length) for (const column of columns) grow(column.key, '<none>'.length);
    }
  }
  return columns.map((column) => Math.max(displayWidth(column.header), widest.get(column.key) ?? 0));
}

interface Row {
  readonly cells: readonly string[];
  readonly cluster: PrintedCluster;
}

function* rowsOf(block: readonly BlockPart[], columns: readonly Column[], options: PrintOptions): Generator<Row> {
  if (options.sortBy) {
    const all = block.flatMap(({ cluster, pages }) =>
      pages.flatMap((page) =>
        splitRows(page, columns, cluster).map((cells, at) => ({ cells, cluster, key: page.sortKeys?.[at] })),
      ),
    );
    yield* all.sort((a, b) => compareSortKeys(a.key, b.key));
    return;
  }
  for (const { cluster, pages } of block) {
    if (inOrder(pages)) {
      for (const page of pages) for (const cells of splitRows(page, columns, cluster)) yield { cells, cluster };
      continue;
    }
    // Lists come in the order of their keys in etcd, where "a-b/x" stands before "a/x".
    const keyed = pages.flatMap((page) =>
      splitRows(page, columns, cluster).map((cells, at) => ({ cells, cluster, key: page.order?.[at] ?? '' })),
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

function splitRows(page: PackedRows, columns: readonly Column[], cluster: PrintedCluster): string[][] {
  if (page.count === 0) return [];
  const from = new Map(page.columns.map((column, at) => [column.key, at]));
  const map = columns.map((column) => (column === CLUSTER ? -2 : (from.get(column.key) ?? -1)));
  return page.text.split(ROW).map((row) => {
    const cells = row.split(CELL);
    return map.map((at) => (at === -2 ? cluster.name : at === -1 ? '<none>' : (cells[at] ?? '')));
  });
}

/** One line of cells padded to the widths of their columns; the last cell is not padded. */
export function alignRow(
  cells: readonly string[],
  widths: readonly number[],
  columns?: readonly Column[],
  color?: string,
): string {
  let line = '';
  const last = cells.length - 1;
  for (let at = 0; at <= last; at += 1) {
    const cell = cells[at] as string;
    const shown = color && columns?.[at] === CLUSTER ? paint(cell, color) : cell;
    line += at === last ? shown : shown + ' '.repeat(Math.max(0, (widths[at] as number) - displayWidth(cell)) + GAP);
  }
  return line;
}

function lumpWriter(out: Writer) {
  const lines: string[] = [];
  const flush = (): void | Promise<void> => {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines.length = 0;
    return out.write(text);
  };
  return {
    flush,
    line(text: string): void | Promise<void> {
      lines.push(text);
      if (lines.length >= LUMP) return flush();
    },
  };
}
