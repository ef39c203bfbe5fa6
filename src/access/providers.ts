import type { Cluster } from '../api/cluster.ts';
import type { Config } from '../api/config.ts';
import type { RESTConfig } from '../client/restconfig.ts';
import type { ClusterError } from '../errors.ts';
import type { Host } from '../system/host.ts';
import type { SeenEndpoint, UnlistedHost } from './target.ts';
import type { AccessWarning } from './warnings.ts';

/** What a provider may look at; nothing of it reaches the network. */
export interface ProviderContext {
  readonly host: Host;
  readonly config: Config;
  /** `--clusterprofile-provider-file`, absolute. */
  readonly providerFile?: string | undefined;
  /** The mapping file, for messages. */
  readonly mappingFile: string;
}

/** A way in that a provider knows; namespace and impersonation are decided elsewhere. */
export type ProviderAccess =
  | {
      readonly kind: 'config';
      readonly config: RESTConfig;
      /** Absent where nothing of the address came from a hub. */
      readonly seen?: SeenEndpoint;
      readonly warnings?: readonly AccessWarning[];
    }
  | {
      readonly kind: 'refused';
      readonly error: ClusterError;
      /** Nobody has promised to know this way: a context of the cluster's name may still be taken, where that is allowed. */
      readonly yields?: boolean;
      readonly unlisted?: UnlistedHost;
    };

/** A method of reaching clusters that no context is mapped to. */
export interface AccessProvider {
  readonly name: string;
  /** Reads what it needs once for all clusters; `resolve` gives undefined for a cluster that is not its business. */
  open(context: ProviderContext): Promise<OpenProvider>;
}

/** A provider that has read its files. */
export interface OpenProvider {
  resolve(cluster: Cluster): ProviderAccess | undefined;
}

/** All providers in the order they are asked; a new one is a file in this folder and a line here. */
export const accessProviders: readonly (() => Promise<AccessProvider>)[] = [
  async () => (await import('./clusterprofile.ts')).clusterProfile,
  async () => (await import('./hubhint.ts')).hubHint,
];
