import type { Cluster } from '../api/cluster.ts';
import type { Config } from '../api/config.ts';
import type { Mapping } from '../api/mapping.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import type { RESTConfig } from '../client/restconfig.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import type { DiskCache } from '../system/diskcache.ts';
import type { Host } from '../system/host.ts';

/** What `--source` may say; `auto` leaves it to `discovery.api`. */
export type SourceName = 'auto' | 'clusterprofile' | 'kubeconfig' | 'in-cluster';

/** What the user asked of discovery. */
export interface DiscoveryRequest {
  readonly source: SourceName;
  /** `--hub-context` and KUBECTL_MC_HUB_CONTEXT. */
  readonly hubContext: { readonly flag?: string | undefined; readonly env?: string | undefined };
  /** `--hub-namespace`; [] leaves it to `discovery.namespaces`. */
  readonly hubNamespaces: readonly string[];
  /** Asks the hub whatever the cache says, and fails if it is down. */
  readonly refresh: boolean;
  /** False neither reads nor writes the cache. */
  readonly useCache: boolean;
  /** True for reads, and for writes with `--allow-stale`: an expired inventory may stand in for a hub that is down. */
  readonly allowStale: boolean;
  /** `--pin` or KUBECTL_MC_CONTEXT; the config file's `pin` counts when it is absent. */
  readonly pin?: string | undefined;
}

/** What discovery needs from the rest of the program. */
export interface DiscoveryDeps {
  readonly host: Host;
  readonly config: Config;
  readonly mapping: Mapping;
  readonly kubeconfig: () => Promise<Kubeconfig>;
  readonly cache: DiskCache;
  readonly connect: (config: RESTConfig) => RESTClient;
  /** The clocks of the requests to the hub. */
  readonly attempt: Attempt;
  /** Folder of the pod's service account, elsewhere than usual in tests. */
  readonly serviceAccountFolder?: string;
}

/** The clusters that exist, as one answer of one source. */
export interface Inventory {
  /** Sorted by the source; names are unique. */
  readonly clusters: readonly Cluster[];
  readonly source: 'clusterprofile' | 'file' | 'kubeconfig' | 'in-cluster';
  readonly hub?: {
    readonly context: string;
    readonly server: string;
    /** The namespaces that were read, [] = all. */
    readonly namespaces: readonly string[];
  };
  /** Milliseconds, where an expired inventory stands in for a hub that is down. */
  readonly staleAgeMs?: number;
  /** True when a kept inventory answered within its TTL: an unknown name is worth one more question (`refresh`). */
  readonly fromCache: boolean;
  /** One line each for stderr. */
  readonly notes: readonly string[];
  /** W-… codes, each with the clusters it is about. */
  readonly warnings: readonly string[];
  /** The current context might be a hub and could not be asked: the run never exits 0 and never writes. */
  readonly uncertain: boolean;
}

/** One place where clusters are found. */
export interface ClusterSource {
  readonly name: string;
  list(request: DiscoveryRequest, deps: DiscoveryDeps): Promise<Inventory>;
}

/** An inventory with nothing to tell but its clusters. */
export function plainInventory(source: Inventory['source'], clusters: readonly Cluster[]): Inventory {
  return { clusters, source, fromCache: false, notes: [], warnings: [], uncertain: false };
}

/** A cluster of which nothing is known but its name. */
export function bareCluster(name: string, source: Cluster['source']): Cluster {
  return {
    name,
    source,
    aliases: [],
    labels: {},
    properties: {},
    health: { status: 'Unknown' },
    joined: null,
    accessProviders: [],
    warnings: [],
  };
}
