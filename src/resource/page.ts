import type { KubeObject, Table } from '../api/kubernetes.ts';
import type { Page } from '../api/page.ts';
import { invalidResponse } from '../client/statuserrors.ts';

/** Everything of a page but what the server answered. */
export type PageFrame = Omit<Page, 'table' | 'objects' | 'resourceVersion'>;

/**
 * An answer as a page. A server that cannot make Tables of a type answers with the objects themselves; printers take both.
 * Throws InvalidResponse for what is neither: a login page or a proxy may well answer 200 with JSON.
 */
export function pageOf(body: unknown, frame: PageFrame): Page {
  if (isTable(body)) return { ...frame, table: body };
  if (!isObject(body) || typeof body['kind'] !== 'string' || body['kind'] === 'Table') throw notKubernetes(frame);
  if (frame.named) {
    if (!isObject(body['metadata'])) throw notKubernetes(frame);
    return { ...frame, objects: [body as KubeObject] };
  }
  const { items, metadata } = body as { items?: unknown; metadata?: { resourceVersion?: string } };
  // Go writes an empty list as null.
  if (!('items' in body) || !(items === null || (Array.isArray(items) && items.every(isObject))))
    throw notKubernetes(frame);
  return { ...frame, objects: (items as KubeObject[] | null) ?? [], resourceVersion: metadata?.resourceVersion ?? '' };
}

function notKubernetes({ named, resource }: PageFrame): Error {
  return invalidResponse(`the server's answer is not ${named ? 'an object' : 'a list'} of the type ${resource.name}`, {
    hint: 'is the server address that of an API server?',
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a Table that can be printed: columns with names, rows with cells. */
function isTable(value: unknown): value is Table {
  if (!isObject(value) || value['kind'] !== 'Table') return false;
  const { columnDefinitions, rows } = value as { columnDefinitions?: unknown; rows?: unknown };
  const columns = columnDefinitions ?? [];
  const lines = rows ?? [];
  return (
    Array.isArray(columns) &&
    columns.every((column) => isObject(column) && typeof column['name'] === 'string') &&
    Array.isArray(lines) &&
    lines.every((row) => isObject(row) && Array.isArray(row['cells']))
  );
}
