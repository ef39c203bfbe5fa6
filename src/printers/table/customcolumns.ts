import type { Part } from '../../aggregator/strategy.ts';
import { escapeCell } from '../../streams/escape.ts';
import { displayWidth } from '../../streams/width.ts';
import { blockOf, type FormatContext, type OutputFormat, type Printer } from '../format.ts';
import { objectsOf, orderKey, sortKeysOf } from '../objects/clean.ts';
import { type CustomColumns, parseCustomColumns, parseCustomColumnsFile } from '../rowmakers/customcolumns.ts';
import { type PackedRows, packRows } from './packed.ts';
import { plainTable } from './plain.ts';
import { withKeys } from './servertable.ts';
import { printBlocks } from './table.ts';

/** `-o custom-columns=HEADER:path,…`: rows made here from whole objects, CLUSTER first. */
export const customColumns: OutputFormat = {
  names: ['custom-columns'],
  document: false,
  clusterColumn: true,
  takesArgument: true,
  check: parseCustomColumns,
  open: (context) => openColumns(context, parseCustomColumns(context.argument)) as Printer,
};

/** `-o custom-columns-file=FILE`: the same with headers and paths on two lines of a file. */
export const customColumnsFile: OutputFormat = {
  names: ['custom-columns-file'],
  document: false,
  clusterColumn: true,
  takesArgument: true,
  check: parseCustomColumnsFile,
  open: (context) => openColumns(context, parseCustomColumnsFile(context.argument)) as Printer,
};

function openColumns({ options, clusters, out }: FormatContext, spec: CustomColumns): Printer<PackedRows> {
  const columns = withKeys(spec.headers);
  const parts: Part<PackedRows>[] = [];
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  return {
    projection: 'Objects',
    pack(_cluster, page) {
      const objects = objectsOf(page, { ...options, showManagedFields: true });
      const sortKeys = sortKeysOf(objects, options);
      const rows = objects.map((object) => spec.row(object).map(escapeCell));
      return {
        // All types share the one table that kubectl prints for custom columns.
        asked: 0,
        kind: '',
        nameAt: -1,
        block: blockOf(page),
        last: page.last,
        ...packRows(rows, columns, displayWidth),
        order: objects.map((object, nth) => orderKey(page, object, nth)),
        ...(sortKeys ? { sortKeys } : {}),
      };
    },
    print(part) {
      parts.push({ ...part, pages: oneBlock(part.pages) });
    },
    async end() {
      // kubectl prints the headers of its own columns even over nothing.
      if (
        !options.noHeaders &&
        parts.every((part) => part.pages.every((page) => page.count === 0)) &&
        parts.some(({ outcome }) => outcome.kind === 'answered' && !outcome.notFound?.length)
      )
        await out.write(plainTable(['CLUSTER', ...spec.headers].slice(options.clusterColumn === 'hidden' ? 1 : 0), []));
      const first = {
        ...options,
        showNamespace: false,
        clusterColumn: options.clusterColumn === 'hidden' ? 'hidden' : 'first',
      } as const;
      return printBlocks(parts, byName, { options: first, out });
    },
  };
}

/** All lists of a cluster as one block, in which they stay one after the other. */
function oneBlock(pages: readonly PackedRows[]): readonly PackedRows[] {
  const ranks = new Map<string, string>();
  for (const { block } of pages)
    if (!ranks.has(block)) ranks.set(block, `${String(ranks.size).padStart(6, '0')}\u0000`);
  return pages.map((page) => ({
    ...page,
    block: '0',
    ...(ranks.size > 1 && page.order ? { order: page.order.map((key) => ranks.get(page.block) + key) } : {}),
  }));
}
