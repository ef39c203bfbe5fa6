import type { KubeObject } from '../../api/kubernetes.ts';
import type { Page } from '../../api/page.ts';
import { CLUSTER_ANNOTATION } from '../../api/result.ts';
import { findFirst } from '../../jsonpath/evaluate.ts';
import type { PrintOptions } from '../format.ts';
import { compareSortKeys } from '../table/sortkeys.ts';

/** The objects of a page as kubectl shows them: with apiVersion and kind (lists leave them out), without managedFields unless asked. */
export function objectsOf(page: Page, options: PrintOptions): KubeObject[] {
  const { group, version, kind } = page.resource;
  const apiVersion = group ? `${group}/${version}` : version;
  return (page.objects ?? []).map((object) => {
    const named = object.apiVersion && object.kind ? object : { apiVersion, kind, ...object };
    if (options.showManagedFields || named.metadata?.managedFields === undefined) return named;
    const { managedFields: _dropped, ...metadata } = named.metadata;
    return { ...named, metadata };
  });
}

/** The object with the name of its cluster as an annotation, for lists that mix clusters. */
export function annotated(object: KubeObject, cluster: string): KubeObject {
  const annotations = { ...object.metadata?.annotations, [CLUSTER_ANNOTATION]: cluster };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Objects with their --sort-by value, so that what is kept can be ordered later; undefined where nothing is sorted. */
export function sortKeysOf(objects: readonly KubeObject[], options: PrintOptions): readonly unknown[] | undefined {
  const path = options.sortBy;
  return path && objects.map((object) => findFirst(path, object));
}

/** Orders kept entries by --sort-by, else lists by namespace and name; named objects keep the order asked. */
export function inShownOrder<E extends { readonly sortKey?: unknown; readonly order: string }>(
  entries: readonly E[],
  options: PrintOptions,
): readonly E[] {
  if (options.sortBy) return entries.toSorted((a, b) => compareSortKeys(a.sortKey, b.sortKey));
  const sorted = entries.every((entry, at) => at === 0 || (entries[at - 1] as E).order <= entry.order);
  return sorted ? entries : entries.toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
}

/** The key that orders an object within its list: namespace and name, or the order asked where it was named. */
export function orderKey(page: Page, object: KubeObject, nth: number): string {
  if (page.named) return String(nth).padStart(9, '0');
  return `${object.metadata?.namespace ?? ''}\u0000${object.metadata?.name ?? ''}`;
}
