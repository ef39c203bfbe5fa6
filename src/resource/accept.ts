import type { Projection } from '../api/request.ts';

const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const METADATA = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';

/** The Accept header and the query of a projection; see "Receiving resources as Tables" in the API concepts. */
export function negotiate(
  projection: Projection,
  named: boolean,
): { readonly accept: string; readonly query: readonly (readonly [string, string])[] } {
  if (projection === 'Objects') return { accept: 'application/json', query: [] };
  if (projection === 'Names') return { accept: named ? METADATA : METADATA_LIST, query: [] };
  return { accept: TABLE, query: [['includeObject', projection]] };
}
