import type { Cluster } from '../api/cluster.ts';
import { UsageError } from '../errors.ts';
import { didYouMean } from '../flags/suggest.ts';
import { type DiscoveryDeps, type DiscoveryRequest, type Inventory, plainInventory } from './inventory.ts';
import { contextCluster } from './sources/kubeconfig.ts';
import { available, unknownContext } from './unknownname.ts';

/**
 * What `--clusters` may not name while a pin holds: UsageError for the first name that cannot be the pin. `prod` and
 * `fleet/prod` can; where they are two clusters after all, the locked inventory does not know the other one.
 */
export function assertPinned(pin: string, names: readonly string[]): void {
  const other = names.find((name) => !mayBe(name, pin));
  if (other === undefined) return;
  throw new UsageError(`Context '${other}' not available in single-cluster mode (configured: ${pin})`, {
    more: ['Single-cluster provider only allows the configured context'],
  });
}

/**
 * Locks the inventory to one cluster. A name that is a context and no entry of the mapping file is that context, and no
 * hub is asked; otherwise it is a cluster of the inventory, by its name, its `namespace/name` or an alias.
 */
export async function pinnedInventory(
  pin: string,
  request: DiscoveryRequest,
  deps: DiscoveryDeps,
  discover: (request: DiscoveryRequest) => Promise<Inventory>,
): Promise<Inventory> {
  const { contexts } = await deps.kubeconfig();
  const mapped = deps.mapping.clusters.some(({ name, namespace }) => pin === name || pin === `${namespace}/${name}`);
  const contextsCount = request.source === 'auto' || request.source === 'kubeconfig';
  if (contextsCount && !mapped && contexts.has(pin)) return plainInventory('kubeconfig', [contextCluster(pin)]);

  const inventory = await discover(request);
  const found = inventory.clusters.filter((cluster) => answersTo(cluster, pin));
  if (found.length > 0) return { ...inventory, clusters: found };
  // A cached inventory may be older than the cluster.
  if (inventory.fromCache && !request.refresh)
    return await pinnedInventory(pin, { ...request, refresh: true }, deps, discover);
  throw unknownContext(pin, [...contexts.keys()], clusterLines(pin, inventory));
}

function mayBe(name: string, pin: string): boolean {
  return name === pin || bareName(name) === pin || bareName(pin) === name;
}

/** The name in `namespace/name`, undefined for all else: contexts may hold slashes too. */
function bareName(text: string): string | undefined {
  return /^[a-z0-9-]+\/([^/]+)$/.exec(text)?.[1];
}

function answersTo({ name, ref, aliases }: Cluster, pin: string): boolean {
  return name === pin || (ref !== undefined && `${ref.namespace}/${ref.name}` === pin) || aliases.includes(pin);
}

function clusterLines(pin: string, { source, clusters }: Inventory): readonly string[] {
  if (source === 'kubeconfig') return [];
  const names = clusters.map(({ name }) => name);
  return [...available('clusters', names), ...didYouMean(pin, names)];
}
