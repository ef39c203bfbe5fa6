import type { Cluster } from '../api/cluster.ts';
import type { Config } from '../api/config.ts';
import type { Outcome } from '../api/outcome.ts';
import type { RESTConfig } from '../client/restconfig.ts';
import type { Host } from '../system/host.ts';

/** What a provider may look at; nothing of it reaches the network. */
export interface ProviderContext {
  readonly host: Host;
  readonly config: Config;
}

/** A way in that a provider knows; the namespace is decided elsewhere. */
export type ProviderAccess =
  | { readonly kind: 'config'; readonly config: RESTConfig }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** A method of reaching clusters that no context is mapped to. */
export interface AccessProvider {
  readonly name: string;
  /** Reads what it needs once for all clusters; `resolve` gives undefined for a cluster that is not its business. */
  open(context: ProviderContext): Promise<{ resolve(cluster: Cluster): ProviderAccess | undefined }>;
}

/** All providers in the order they are asked; a new one is a file in this folder and a line here. */
export const accessProviders: readonly (() => Promise<AccessProvider>)[] = [];
