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
  open: (context) => openColumns(context, parseCustomColumns(context.argument)) as Printer,
};

/** `-o custom-columns-file=FILE`: the same with headers and paths on two lines of a file. */
export const customColumnsFile: OutputFormat = {
  names: ['custom-columns-file'],
  document: false,
  open: (context) => openColumns(context, parseCustomColumnsFile(context.argument)) as Printer,
};

function openColumns({ options, clusters, out }: FormatContext, spec: CustomColumns): Printer<PackedRows> {
  const columns = withKeys(spec.headers);
  const parts: Part<PackedRows>[] = [];
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  return {
    projection: 'Objects',
    pack(_cluster, page) {
      const objects = objectsOf(page, options);
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
      parts.push({ ...part, pages: part.pages.map((page) => ({ ...page, block: '0' })) });
    },
    async end() {
      // kubectl prints the headers of its own columns even over nothing.
      if (
        !options.noHeaders &&
        parts.every((part) => part.pages.every((page) => page.count === 0)) &&
        parts.some((part) => part.outcome.kind === 'answered')
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
