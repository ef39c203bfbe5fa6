import type { Cluster } from '../api/cluster.ts';
import type { MappingEntry } from '../api/mapping.ts';
import type { Outcome } from '../api/outcome.ts';
import type { RESTConfig } from '../client/restconfig.ts';

/** How one cluster is reached, or what became of it before anybody tried. */
export type Access =
  | {
      readonly kind: 'config';
      readonly config: RESTConfig;
      /** The namespace that requests without a namespace of their own go to. */
      readonly namespace: string;
      /** The kubeconfig context behind it. */
      readonly context?: string;
    }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** A selected cluster and the way in. */
export interface Target {
  readonly cluster: Cluster;
  /** Its entry in the mapping file. */
  readonly entry?: MappingEntry;
  readonly access: Access;
}
