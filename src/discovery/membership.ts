import type { Cluster } from '../api/cluster.ts';
import type { Mapping, MappingEntry } from '../api/mapping.ts';
import { type Identity, resolveIdentities } from './identity.ts';
import { bareCluster } from './inventory.ts';
import type { Profile } from './profile.ts';

/** The clusters of a hub and what is strange about them. */
export interface Members {
  readonly clusters: readonly Cluster[];
  /** `CODE: keys`. */
  readonly warnings: readonly string[];
}

/** Makes clusters of profiles: managers that are not wanted left out, several profiles of one cluster merged. */
export function membersOf(
  profiles: readonly Profile[],
  options: { readonly clusterManagers: readonly string[]; readonly dedupe: 'auto' | 'none' },
): Members {
  const wanted = new Set(options.clusterManagers);
  const chosen =
    wanted.size === 0 ? profiles : profiles.filter(({ manager }) => manager !== null && wanted.has(manager));
  const identities = resolveIdentities(chosen, options.dedupe);
  const codes = new Map<string, string[]>();
  for (const { key, warnings } of identities)
    for (const code of warnings) codes.set(code, [...(codes.get(code) ?? []), key]);
  return {
    clusters: identities.map(clusterOf),
    warnings: [...codes].map(([code, keys]) => `${code}: ${keys.join(', ')}`),
  };
}

/** Entries of the mapping file that no cluster of the hub answers to: clusters of their own. */
export function unmatchedEntries(mapping: Mapping, clusters: readonly Cluster[]): readonly Cluster[] {
  const keys = new Set<string>();
  const bare = new Set<string>();
  const labels = new Set<string>();
  for (const { ref, aliases, name } of clusters) {
    labels.add(name);
    for (const key of aliases) keys.add(key);
    if (ref === undefined) continue;
    keys.add(`${ref.namespace}/${ref.name}`);
    bare.add(ref.name);
  }
  return clustersOfEntries(
    mapping.clusters.filter((entry) => {
      const key = entryKey(entry);
      return !keys.has(key) && !(key === entry.name && bare.has(key));
    }),
    labels,
  );
}

/** Entries as clusters: shown as `name`, or `namespace/name` where two entries share a name or somebody else has `taken` it. */
export function clustersOfEntries(
  entries: readonly MappingEntry[],
  taken: ReadonlySet<string> = new Set(),
): readonly Cluster[] {
  const names = new Map<string, number>();
  for (const { name } of entries) names.set(name, (names.get(name) ?? 0) + 1);
  return entries.map((entry) => ({
    ...bareCluster(names.get(entry.name) === 1 && !taken.has(entry.name) ? entry.name : entryKey(entry), 'file'),
    aliases: entry.namespace ? [entryKey(entry)] : [],
    labels: entry.labels,
  }));
}

function entryKey({ namespace, name }: MappingEntry): string {
  return namespace ? `${namespace}/${name}` : name;
}

function clusterOf({ profile, label, aliases, access, warnings }: Identity<Profile>): Cluster {
  const { cloudProvider, region, clusterType } = profile.hints;
  const hints = {
    ...(cloudProvider && { cloudProvider }),
    ...(region && { region }),
    ...(clusterType && { clusterType }),
  };
  return {
    name: label,
    source: 'hub',
    ref: { namespace: profile.namespace, name: profile.name },
    aliases,
    ...(profile.uid !== undefined && { uid: profile.uid }),
    displayName: profile.displayName,
    ...(profile.manager !== null && { manager: profile.manager }),
    ...(profile.version !== null && { version: profile.version }),
    labels: profile.labels,
    properties: profile.properties,
    ...(Object.keys(profile.annotations).length > 0 && { annotations: profile.annotations }),
    ...(Object.keys(hints).length > 0 && { hints }),
    health: profile.health,
    joined: profile.joined,
    accessProviders: access,
    warnings: [...profile.warnings, ...warnings],
  };
}
