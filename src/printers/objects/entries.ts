import type { Packed, Part } from '../../aggregator/strategy.ts';
import type { KubeObject } from '../../api/kubernetes.ts';
import type { Page } from '../../api/page.ts';
import { blockOf, type PrintOptions } from '../format.ts';
import { inShownOrder, objectsOf, orderKey, sortKeysOf } from './clean.ts';

/** One object as it is kept between its arrival and its turn: the text that will be printed, or the object itself. */
export interface Kept<V> {
  readonly value: V;
  readonly order: string;
  readonly sortKey?: unknown;
}

/** A page of kept objects. */
export interface KeptPage<V> extends Packed {
  readonly entries: readonly Kept<V>[];
  readonly resourceVersion: string | undefined;
  /** True for a page that holds one object asked for by name. */
  readonly named: boolean;
}

/** Packs a page by rendering each of its objects at once, so that no parsed object outlives its page. */
export function packObjects<V>(page: Page, options: PrintOptions, render: (object: KubeObject) => V): KeptPage<V> {
  const objects = objectsOf(page, options);
  const sortKeys = sortKeysOf(objects, options);
  return {
    block: blockOf(page),
    last: page.last,
    named: page.named,
    resourceVersion: page.resourceVersion,
    entries: objects.map((object, nth) => ({
      value: render(object),
      order: orderKey(page, object, nth),
      ...(sortKeys ? { sortKey: sortKeys[nth] } : {}),
    })),
  };
}

/** The kept values of one cluster in the order in which they are shown: list by list as they came, in order within each. */
export function shownValues<V>(part: Pick<Part<KeptPage<V>>, 'pages'>, options: PrintOptions): readonly V[] {
  const all = part.pages.flatMap((page) => page.entries);
  if (options.sortBy) return inShownOrder(all, options).map((entry) => entry.value);
  const blocks = new Map<string, Kept<V>[]>();
  for (const { block, entries } of part.pages) {
    const known = blocks.get(block);
    if (known) known.push(...entries);
    else blocks.set(block, [...entries]);
  }
  return [...blocks.values()].flatMap((entries) => inShownOrder(entries, options).map((entry) => entry.value));
}

/** Values of all clusters in one row: by --sort-by over the whole fleet, else cluster by cluster. */
export function flatten<V>(parts: readonly Part<KeptPage<V>>[], options: PrintOptions): readonly V[] {
  if (!options.sortBy) return parts.flatMap((part) => shownValues(part, options));
  return shownValues({ pages: parts.flatMap((part) => part.pages) }, options);
}
