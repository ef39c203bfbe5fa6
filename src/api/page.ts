import type { APIResource, KubeObject, Table } from './kubernetes.ts';

/**
 * One page of one cluster's answer. `table` or `objects` is set, as the request's projection asked.
 * `last` closes the list it belongs to: an unfinished list is dropped when its cluster fails.
 */
export interface Page {
  /** Position of the asked type (or run of equal named types) on the command line; orders blocks of output. */
  readonly asked: number;
  readonly resource: APIResource;
  readonly table?: Table;
  readonly objects?: readonly KubeObject[];
  /** True for an object that was asked by name: order of the command line, never sorted. */
  readonly named: boolean;
  readonly last: boolean;
  /** The namespace the request went to, "" for all namespaces or a cluster-scoped type. */
  readonly namespace: string;
  /** The list's own metadata where a List was answered. */
  readonly resourceVersion?: string;
}
