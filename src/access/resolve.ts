import type { Cluster } from '../api/cluster.ts';
import type { Config } from '../api/config.ts';
import type { Mapping, MappingEntry } from '../api/mapping.ts';
import type { Impersonate, RESTConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { inClusterConfig } from '../kubeconfig/incluster.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import type { Host } from '../system/host.ts';
import { type Contexts, openContexts } from './contexts.ts';
import { ambiguousMapping, failed, noAccess, unhealthy, unmapped } from './ended.ts';
import { indexMapping, type MappingIndex } from './mappingindex.ts';
import { type AccessProvider, accessProviders, type ProviderAccess } from './providers.ts';
import type { Access, Target } from './target.ts';

/** Where the mapping file is to be written when there is none. */
const mappingFile = '~/.kube/kubectl-mc-clusters.yaml';

/** What access resolution needs; all of it is local. */
export interface AccessDeps {
  readonly host: Host;
  readonly config: Config;
  readonly mapping: Mapping;
  readonly kubeconfig: () => Promise<Kubeconfig>;
  readonly overrides: {
    /** `-n`, else KUBECTL_MC_NAMESPACE. */
    readonly namespace?: string | undefined;
    /** `--as…`. */
    readonly impersonate?: Impersonate | undefined;
  };
  /** The names that the user spelled out in `--clusters` or `--pin`. */
  readonly literals: ReadonlySet<string>;
  /** `--include-unhealthy`. */
  readonly includeUnhealthy: boolean;
  /** Every cluster that exists, for messages that name the others; the given clusters when absent. */
  readonly inventory?: readonly Cluster[];
  /** Other providers than the registered ones, in tests. */
  readonly providers?: readonly (() => Promise<AccessProvider>)[];
  /** Folder of the pod's service account, elsewhere than usual in tests. */
  readonly serviceAccountFolder?: string;
}

/** Finds the way into every cluster, in the order given, without sending anything; what cannot be reached has ended already. */
export async function resolveAccess(clusters: readonly Cluster[], deps: AccessDeps): Promise<readonly Target[]> {
  const resolver = await openResolver(deps, deps.inventory ?? clusters);
  return await Promise.all(clusters.map((cluster) => target(cluster, resolver)));
}

interface Resolver {
  readonly deps: AccessDeps;
  readonly inventory: readonly Cluster[];
  readonly index: MappingIndex;
  readonly contexts: Contexts;
  readonly providers: readonly { resolve(cluster: Cluster): ProviderAccess | undefined }[];
}

async function openResolver(deps: AccessDeps, inventory: readonly Cluster[]): Promise<Resolver> {
  const { host, config, kubeconfig, mapping, overrides } = deps;
  const providers = (deps.providers ?? accessProviders).map(async (load) => (await load()).open({ host, config }));
  return {
    deps,
    inventory,
    index: indexMapping(mapping),
    contexts: openContexts({ kubeconfig, impersonate: overrides.impersonate }),
    providers: await Promise.all(providers),
  };
}

async function target(cluster: Cluster, resolver: Resolver): Promise<Target> {
  const mapped = resolver.index.find(cluster);
  const entry = mapped?.kind === 'entry' ? mapped.entry : undefined;
  const literal = isLiteral(cluster, resolver.deps.literals);
  const end = (outcome: Extract<Access, { kind: 'ended' }>['outcome']): Target => ({
    cluster,
    ...(entry && { entry }),
    access: { kind: 'ended', outcome },
  });
  if (cluster.joined === 'False' && !literal) return end(noAccess('not joined', 'Joined'));
  if (mapped?.kind === 'ambiguous') return end(ambiguousMapping(mapped.name, resolver.inventory));

  try {
    const way = await wayInto(cluster, entry, resolver);
    if (way === undefined) return end(unmapped(cluster, literal, resolver.deps.mapping.path ?? mappingFile));
    if (cluster.health.status === 'False' && !literal && !resolver.deps.includeUnhealthy)
      return end(unhealthy(cluster));
    const access = await way();
    return { cluster, ...(entry && { entry }), access };
  } catch (error) {
    if (error instanceof ClusterFailure) return end(failed(error.error));
    throw error;
  }
}

type Way = () => Promise<Access>;

/** The first source that knows the cluster; a source that knows it and fails never falls through to another identity. */
async function wayInto(
  cluster: Cluster,
  entry: MappingEntry | undefined,
  { deps, contexts, providers }: Resolver,
): Promise<Way | undefined> {
  const ready = (config: RESTConfig, own?: string, context?: string): Access => ({
    kind: 'config',
    config,
    namespace:
      deps.overrides.namespace || entry?.defaultNamespace || own || deps.config.defaults.namespace || 'default',
    ...(context !== undefined && { context }),
  });
  const viaContext = async (opening: Promise<{ config: RESTConfig; namespace?: string; context: string }>) => {
    const { config, namespace, context } = await opening;
    return ready(config, namespace, context);
  };
  const own = cluster.context;
  if (own !== undefined) return () => viaContext(contexts.open(own));
  if (entry && (entry.context || entry.kubeconfig)) return () => viaContext(contexts.openMapped(entry));
  if (cluster.source === 'in-cluster') {
    return async () => {
      const { config, namespace } = await inClusterConfig(deps.host, deps.serviceAccountFolder);
      const { impersonate } = deps.overrides;
      return ready({ ...config, ...(impersonate && { impersonate }) }, namespace);
    };
  }
  for (const provider of providers) {
    const access = provider.resolve(cluster);
    if (access) return async () => (access.kind === 'config' ? ready(access.config) : access);
  }
  if (deps.config.access.contextNameFallback && (await contexts.has(cluster.name)))
    return () => viaContext(contexts.open(cluster.name));
  return undefined;
}

function isLiteral({ name, ref, aliases }: Cluster, literals: ReadonlySet<string>): boolean {
  if (literals.size === 0) return false;
  const names = ref ? [name, ref.name, `${ref.namespace}/${ref.name}`, ...aliases] : [name];
  return names.some((one) => literals.has(one));
}
