import { CommandError } from '../errors.ts';
import { askHub, type HubAnswer } from './hubanswer.ts';
import { type Listed, openHubCache } from './hubcache.ts';
import type { HubContext } from './hubcontext.ts';
import { tooManyProfiles } from './hublimit.ts';
import { staleNote, staleRefused } from './hubtext.ts';
import type { DiscoveryDeps, DiscoveryRequest, Inventory } from './inventory.ts';
import { membersOf, unmatchedEntries } from './membership.ts';

/** Asks the hub, or its cache, by the rules of `askHub`. */
export async function questionHub(hub: HubContext, request: DiscoveryRequest, deps: DiscoveryDeps): Promise<HubAnswer> {
  const { discovery } = deps.config;
  const namespaces = request.hubNamespaces.length > 0 ? request.hubNamespaces : discovery.namespaces;
  const scope = { namespaces, contextNamespace: hub.namespace };
  const cache = openHubCache(request.useCache ? deps.cache : undefined, hub.config, scope);
  return await askHub(() => deps.connect(hub.config), cache, deps.attempt, {
    explicit: hub.explicit,
    refresh: request.refresh,
    ttlMs: discovery.cacheTTL,
    ...scope,
    maxClusters: discovery.maxClusters,
  });
}

/** Makes the inventory of what a hub listed, with the entries of the mapping file it does not know. */
export function hubInventory(
  hub: HubContext,
  answer: Extract<HubAnswer, { kind: 'listed' | 'stale' }>,
  request: DiscoveryRequest,
  deps: DiscoveryDeps,
): Inventory {
  const { listed } = answer;
  const stale = answer.kind === 'stale' ? answer : undefined;
  if (stale && !request.allowStale) throw staleRefused(hub.context, stale.ageMs, stale.error);
  const { clusterManagers, dedupe, maxClusters } = deps.config.discovery;
  // The limit may be younger than the cache.
  if (listed.profiles.length > maxClusters) throw tooManyProfiles(maxClusters);
  const members = membersOf(listed.profiles, { clusterManagers, dedupe });
  const clusters = [...members.clusters, ...unmatchedEntries(deps.mapping, members.clusters)];
  if (clusters.length === 0) throw emptyHub(hub, listed, clusterManagers);
  return {
    clusters,
    source: 'clusterprofile',
    hub: { context: hub.context, server: hub.config.server, namespaces: listed.namespaces },
    ...(stale && { staleAgeMs: stale.ageMs }),
    // A hub that is down was asked, or is left alone on purpose: no second question helps.
    fromCache: answer.kind === 'listed' && answer.fromCache,
    notes: stale ? [staleNote(hub.context, stale.ageMs, stale.error)] : [],
    warnings: [...listed.warnings, ...members.warnings],
    uncertain: false,
  };
}

function emptyHub(hub: HubContext, listed: Listed, managers: readonly string[]): CommandError {
  const { namespaces } = listed;
  const where =
    namespaces.length === 0 ? 'any namespace' : `namespace ${namespaces.map((name) => `"${name}"`).join(', ')}`;
  const filtered = listed.profiles.length > 0 && managers.length > 0;
  const what = filtered ? `ClusterProfiles of discovery.clusterManagers (${managers.join(', ')})` : 'ClusterProfiles';
  return new CommandError(`no clusters: the hub (context "${hub.context}") has no ${what} in ${where}`);
}
