import type { Cluster } from '../api/cluster.ts';
import type { Config, EndpointConfig } from '../api/config.ts';
import type { Mapping, MappingEntry } from '../api/mapping.ts';
import type { Impersonate, RESTConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { inClusterConfig } from '../kubeconfig/incluster.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import type { Host } from '../system/host.ts';
import { type Contexts, type OpenedContext, openContexts } from './contexts.ts';
import { ambiguousMapping, failed, notJoined, refusedAccess, unhealthy, unmapped } from './ended.ts';
import { indexMapping, type MappingIndex } from './mappingindex.ts';
import type { Pinning } from './pinning.ts';
import { type AccessProvider, accessProviders, type OpenProvider, type ProviderAccess } from './providers.ts';
import type { Access, Target } from './target.ts';
import type { AccessWarning } from './warnings.ts';

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
  /** URL of the hub that the clusters came from: pins are kept by hub. */
  readonly hub?: string | undefined;
  /** `--clusterprofile-provider-file`, absolute. */
  readonly providerFile?: string | undefined;
  /** How new and changed endpoints are met; as configured when absent, `review` leaves them all to the caller. */
  readonly pinMode?: { readonly pin: EndpointConfig['pin']; readonly firstUse: EndpointConfig['firstUse'] } | 'review';
  /** Told for each cluster that has one. */
  readonly onWarning?: (cluster: string, warning: AccessWarning) => void;
  /** Other providers than the registered ones, in tests. */
  readonly providers?: readonly (() => Promise<AccessProvider>)[];
  /** Folder of the pod's service account, elsewhere than usual in tests. */
  readonly serviceAccountFolder?: string;
}

/** Finds the way into every cluster, in the order given, without sending anything; what cannot be reached has ended already. */
export async function resolveAccess(clusters: readonly Cluster[], deps: AccessDeps): Promise<readonly Target[]> {
  const resolver = openResolver(deps, deps.inventory ?? clusters);
  return await Promise.all(clusters.map((cluster) => target(cluster, resolver)));
}

interface Resolver {
  readonly deps: AccessDeps;
  readonly inventory: readonly Cluster[];
  readonly index: MappingIndex;
  readonly contexts: Contexts;
  /** Opened with the first cluster that no context is mapped to. */
  readonly providers: () => Promise<readonly OpenProvider[]>;
  readonly pinning: () => Promise<Pinning>;
}

function openResolver(deps: AccessDeps, inventory: readonly Cluster[]): Resolver {
  const { host, config, kubeconfig, mapping, overrides, providerFile } = deps;
  const context = { host, config, providerFile, mappingFile: mapping.path ?? mappingFile };
  return {
    deps,
    inventory,
    index: indexMapping(mapping),
    contexts: openContexts({ kubeconfig, impersonate: overrides.impersonate }),
    providers: once(() =>
      Promise.all((deps.providers ?? accessProviders).map(async (load) => (await load()).open(context))),
    ),
    pinning: once(async () => {
      const { openPinning } = await import('./pinning.ts');
      const mode = deps.pinMode ?? config.access.endpoints;
      return openPinning({ host, hub: deps.hub ?? '', mode, onWarning: deps.onWarning ?? (() => undefined) });
    }),
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
  if (cluster.joined === 'False') return end(notJoined(literal));
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
  { deps, contexts, providers, pinning }: Resolver,
): Promise<Way | undefined> {
  const namespaceOr = (own?: string) =>
    deps.overrides.namespace || entry?.defaultNamespace || own || deps.config.defaults.namespace || 'default';
  const { impersonate } = deps.overrides;
  const viaContext = async (opening: Promise<OpenedContext>): Promise<Access> => {
    const { config, namespace, context } = await opening;
    return { kind: 'config', config, namespace: namespaceOr(namespace), context };
  };
  const own = cluster.context;
  if (own !== undefined) return () => viaContext(contexts.open(own));
  if (entry && (entry.context || entry.kubeconfig)) return () => viaContext(contexts.openMapped(entry));
  if (cluster.source === 'in-cluster') {
    return async () => {
      const { config, namespace } = await inClusterConfig(deps.host, deps.serviceAccountFolder);
      return {
        kind: 'config',
        config: { ...config, ...(impersonate && { impersonate }) },
        namespace: namespaceOr(namespace),
      };
    };
  }
  const provided = firstOf(await providers(), cluster);
  const byName = deps.config.access.contextNameFallback && (await contexts.has(cluster.name));
  if (byName && (provided === undefined || (provided.kind === 'refused' && provided.yields)))
    return () => viaContext(contexts.open(cluster.name));
  if (provided === undefined) return undefined;
  if (provided.kind === 'refused') {
    const { error, unlisted } = provided;
    const outcome = refusedAccess(error, isLiteral(cluster, deps.literals));
    return async () => ({ kind: 'ended', outcome, ...(unlisted && { unlisted }) });
  }
  const { seen, warnings = [] } = provided;
  return async () => {
    for (const warning of warnings) deps.onWarning?.(seen?.key ?? cluster.name, warning);
    const config: RESTConfig = { ...provided.config, ...(impersonate && { impersonate }) };
    const ready = { config, namespace: namespaceOr() };
    return seen ? await (await pinning()).judge(seen, ready) : { kind: 'config', ...ready };
  };
}

/** The first provider whose business the cluster is; one that merely has an opinion waits for the others. */
function firstOf(providers: readonly OpenProvider[], cluster: Cluster): ProviderAccess | undefined {
  for (const provider of providers) {
    const access = provider.resolve(cluster);
    if (access) return access;
  }
  return undefined;
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  const state: { opened?: Promise<T> } = {};
  return () => {
    state.opened ??= open();
    return state.opened;
  };
}

function isLiteral({ name, ref, aliases }: Cluster, literals: ReadonlySet<string>): boolean {
  if (literals.size === 0) return false;
  const names = ref ? [name, ref.name, `${ref.namespace}/${ref.name}`, ...aliases] : [name];
  return names.some((one) => literals.has(one));
}
