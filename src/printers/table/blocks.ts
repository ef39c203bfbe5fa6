import type { Part } from '../../aggregator/strategy.ts';
import { escapeCell } from '../../streams/escape.ts';
import type { PrintedCluster } from '../format.ts';
import type { PackedRows } from './packed.ts';

/** Rows of one cluster in one block. */
export interface BlockPart {
  readonly cluster: PrintedCluster;
  readonly pages: readonly PackedRows[];
}

/** The blocks of an output, one type each. */
export interface Blocks {
  /** In the order asked, then of first appearance; only those with rows. */
  readonly blocks: readonly (readonly BlockPart[])[];
  /** How many types were read, with or without rows: kubectl prefixes names once there are several. */
  readonly types: number;
}

/** Splits parts into blocks of one type each. */
export function blocksOf(parts: readonly Part<PackedRows>[], clusters: ReadonlyMap<string, PrintedCluster>): Blocks {
  const blocks = new Map<
    string,
    { readonly asked: number; readonly parts: { cluster: PrintedCluster; pages: PackedRows[] }[] }
  >();
  const types = new Set<string>();
  for (const part of parts) {
    const known = clusters.get(part.cluster) ?? { name: part.cluster };
    const cluster = { ...known, name: escapeCell(known.name) };
    for (const page of part.pages) {
      types.add(page.kind);
      // By kind and not by version: the fleet may be half upgraded.
      const key = `${page.asked} ${page.kind}`;
      const block = blocks.get(key) ?? { asked: page.asked, parts: [] };
      blocks.set(key, block);
      const last = block.parts.at(-1);
      if (last?.cluster === cluster) last.pages.push(page);
      else block.parts.push({ cluster, pages: [page] });
    }
  }
  return {
    types: types.size,
    blocks: [...blocks.values()]
      .sort((a, b) => a.asked - b.asked)
      .map((block) => block.parts)
      .filter((block) => block.some(({ pages }) => pages.some((page) => page.count > 0))),
  };
}
