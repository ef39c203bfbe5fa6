/** From objects to a page of a list, a Table or metadata, as the server renders them. */
import type { Item, ItemObject } from './item.ts';
import type { Representation } from './negotiation.ts';
import type { RecordedList } from './recorded.ts';
import type { Match } from './selectors.ts';

/** A type of one API, with what rendering needs to know about it. */
export interface ServedType {
  /** `version/resource` or `group/version/resource`. */
  readonly key: string;
  readonly group: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Defined by a CustomResourceDefinition: JSON in alphabetical order, items with apiVersion and kind. */
  readonly custom: boolean;
  readonly list: RecordedList;
}

/** Which objects of a list to give. */
export interface PageRequest {
  readonly limit: number;
  /** The key to start after; from a continue token. */
  readonly start: string | undefined;
  /** Selectors; with any, the server neither counts what remains nor looks whether any of it matches. */
  readonly matches: readonly Match[];
  readonly namespace: string | undefined;
  readonly resourceVersion: number;
}

/** One page and the metav1.ListMeta that goes with it. */
export interface Page {
  readonly items: readonly Item[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The place of an object in the order of a list: that of etcd. */
export function itemKey(item: Item, namespace: string | undefined): string {
  return namespace !== undefined || item.namespace === undefined ? `/${item.name}` : `/${item.namespace}/${item.name}`;
}

/** Cuts a page out of the sorted objects of a namespace, or of all. */
export function pageOf(items: readonly Item[], request: PageRequest): Page {
  const { start, namespace } = request;
  const begin = start === undefined ? 0 : items.findIndex((item) => `${itemKey(item, namespace)}\0` > start);
  const rest = begin < 0 ? [] : items.slice(begin);
  const resourceVersion = String(request.resourceVersion);
  const limit = request.limit > 0 ? request.limit : Number.POSITIVE_INFINITY;
  const page: Item[] = [];
  let seen = 0;
  while (seen < rest.length && page.length < limit) {
    const item = rest[seen++] as Item;
    if (request.matches.every((match) => match(item))) page.push(item);
  }
  const last = page.at(-1);
  if (seen === rest.length || last === undefined) return { items: page, metadata: { resourceVersion } };
  return {
    items: page,
    metadata: {
      resourceVersion,
      continue: continueToken(request.resourceVersion, `${itemKey(last, namespace)}\0`),
      ...(request.matches.length === 0 ? { remainingItemCount: rest.length - page.length } : {}),
    },
  };
}

/** The server's continue token: the revision of the list and the key to start at. */
export function continueToken(rv: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');
}

/** Reads a continue token; undefined = not one of ours. */
export function readContinue(token: string): { readonly rv: number; readonly start: string } | undefined {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof rv !== 'number' || typeof start !== 'string') return undefined;
    return { rv, start: start.startsWith('/') ? start : `/${start}` };
  } catch {
    return undefined;
  }
}

/** What a Table carries beside its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** A page in the asked representation; `single` for a get, which has one item. */
export function render(
  type: ServedType,
  page: Page,
  form: Representation,
  options: { readonly include: IncludeObject; readonly now: number; readonly single: boolean },
): object {
  const { items } = page;
  switch (form) {
    case 'Table':
      return {
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        metadata: page.metadata,
        columnDefinitions: type.list.columns,
        rows: items.map((item) => ({ cells: item.cells(options.now), object: rowObject(type, item, options.include) })),
      };
    case 'PartialObjectMetadata':
      return partial((items[0] as Item).object());
    case 'PartialObjectMetadataList':
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata: page.metadata,
        // A Go slice that nothing was put into.
        items: items.length === 0 ? null : items.map((item) => partial(item.object())),
      };
    default:
      if (options.single) return whole(type, (items[0] as Item).object());
      return listOf(type, page);
  }
}

function listOf(type: ServedType, page: Page): object {
  if (!type.custom) {
    return {
      kind: type.list.kind,
      apiVersion: type.apiVersion,
      metadata: page.metadata,
      items: page.items.map((item) => item.object()),
    };
  }
  return {
    apiVersion: type.apiVersion,
    items: page.items.map((item) => whole(type, item.object())),
    kind: type.list.kind,
    metadata: sorted({ continue: '', ...page.metadata }),
  };
}

function whole(type: ServedType, object: ItemObject): object {
  if (!type.custom) return { kind: type.kind, apiVersion: type.apiVersion, ...object };
  const { metadata, ...rest } = object;
  return { apiVersion: type.apiVersion, kind: type.kind, metadata: sorted(metadata), ...rest };
}

function partial(object: ItemObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function rowObject(type: ServedType, item: Item, include: IncludeObject): object | null {
  if (include === 'None') return null;
  return include === 'Metadata' ? partial(item.object()) : whole(type, item.object());
}

function sorted(object: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
