import { resolveIdentities } from '../../src/discovery/identity.ts';
import { bareCluster } from '../../src/discovery/inventory.ts';
import { parsePlacementRef, resolvePlacement } from '../../src/discovery/placement.ts';
import { keyOf, normalizeProfile } from '../../src/discovery/profile.ts';
import { matchesCluster, parseClusterPattern } from '../../src/selection/globs.ts';
import { type Actual, type Given, refusalOf } from './suite.ts';

/** profile.normalize */
export function normalize({ clusterProfile }: Given): Actual {
  const profile = normalizeProfile(clusterProfile);
  const { displayName, manager, memberId, joined, version, clusterSet, clusterId, hints, warnings } = profile;
  return {
    key: keyOf(profile),
    ...{ displayName, manager, memberId, joined, version, clusterSet, clusterId, hints, warnings },
    health: profile.health.status,
    accessProviders: profile.access.map(({ name }) => name),
  };
}

/** identity.resolve */
export function identity({ profiles, filter = ['*'], dedupe = 'auto' }: Given): Actual {
  const identities = resolveIdentities(profiles.map(identifiable), dedupe);
  const patterns = filter.map(parseClusterPattern);
  const chosen = identities.filter(({ label, aliases, profile: { namespace, name } }) => {
    const cluster = { ...bareCluster(label, 'hub'), ref: { namespace, name }, aliases };
    return patterns.some((pattern: ReturnType<typeof parseClusterPattern>) => matchesCluster(pattern, cluster));
  });
  return {
    clusters: chosen.map(({ key, label, aliases }) => ({ key, label, ...(aliases.length > 0 && { aliases }) })),
    warnings: [...new Set(identities.flatMap(({ warnings }) => warnings))],
  };
}

function identifiable({ ns, name, mgr, created, memberId, ocmName, servers = [] }: Given) {
  return {
    namespace: ns as string,
    name: name as string,
    manager: (mgr as string | undefined) ?? null,
    // Comparable as text, as the timestamps of an API server are.
    created: typeof created === 'number' ? String(created).padStart(16, '0') : String(created ?? ''),
    memberId: (memberId as string | undefined) || null,
    ...(ocmName && { ocmName: ocmName as string }),
    access: servers.map((server: string, index: number) => ({ name: `p${index}`, cluster: { server } })),
  };
}

/** placement.resolve */
export function placement({ ref, namespace, decisions, profiles }: Given): Actual {
  const slices = decisions.map((decision: Given) => ({
    namespace: decision.ns ?? decision.namespace ?? namespace,
    name: decision.name,
    labels: decision.labels ?? {},
    refs: decision.refs ?? [],
  }));
  const clusters = profiles.map((profile: Given) =>
    typeof profile === 'string'
      ? { key: profile, aliases: [] }
      : { key: profile.key ?? `${profile.ns}/${profile.name}`, aliases: profile.aliases ?? [] },
  );
  try {
    return { ...resolvePlacement(parsePlacementRef(ref, namespace), slices, clusters) };
  } catch (error) {
    // A placement that cannot be used selects nothing.
    return { error: refusalOf(error), clusters: [], missing: [] };
  }
}
