import type { Part } from '../../aggregator/strategy.ts';
import type { FormatContext, OutputFormat, PrintedCluster, Printer } from '../format.ts';
import { printBlock } from './aligner.ts';
import { blocksOf } from './blocks.ts';
import type { PackedRows } from './packed.ts';
import { packTablePage } from './servertable.ts';

/** The default output and `-o wide`: the servers' own tables, merged by column name, with a CLUSTER column. */
export const table: OutputFormat = {
  names: ['', 'wide'],
  document: false,
  clusterColumn: true,
  forPeople: true,
  open: (context) => openTable(context) as Printer,
};

function openTable({ options, clusters, out }: FormatContext): Printer<PackedRows> {
  const parts: Part<PackedRows>[] = [];
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  return {
    projection: !options.serverPrint
      ? 'Objects'
      : options.sortBy
        ? 'Object'
        : options.allNamespaces || options.showLabels || options.labelColumns.length > 0
          ? 'Metadata'
          : 'None',
    pack: (_cluster, page) => packTablePage(page, options),
    print(part) {
      parts.push(part);
    },
    async end() {
      return printBlocks(parts, byName, { options, out });
    },
  };
}

/** Prints every block, as kubectl with a blank line between two where they have headers; returns the number of rows. */
export async function printBlocks(
  parts: readonly Part<PackedRows>[],
  clusters: ReadonlyMap<string, PrintedCluster>,
  { options, out }: Pick<FormatContext, 'options' | 'out'>,
): Promise<number> {
  const { blocks, types } = blocksOf(parts, clusters);
  const showKind = options.showKind || types > 1;
  let count = 0;
  for (const [at, block] of blocks.entries()) {
    if (at > 0 && !options.noHeaders) await out.write('\n');
    count += await printBlock(block, { ...options, showKind }, out);
  }
  return count;
}
