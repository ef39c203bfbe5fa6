import { keyOf, type Profile } from './profile.ts';

/** What identity looks at in a profile. */
export type Identifiable = Pick<
  Profile,
  'namespace' | 'name' | 'manager' | 'created' | 'memberId' | 'ocmName' | 'access'
>;

/** One cluster and the profiles that stand for it. */
export interface Identity<P extends Identifiable> {
  readonly key: string;
  /** The name it is shown and selected by: `name`, or `namespace/name` where the bare name is taken twice. */
  readonly label: string;
  readonly profile: P;
  /** Keys of the further profiles of the same cluster, in order. */
  readonly aliases: readonly string[];
  /** The access providers of one profile, never a mixture. */
  readonly access: Profile['access'];
  readonly warnings: readonly string[];
}

/**
 * Finds out which profiles are one cluster and what each cluster is called. Profiles of one group that name different
 * servers are never merged: otherwise whoever may create a profile takes over an identity. Sorted by key.
 */
export function resolveIdentities<P extends Identifiable>(
  profiles: readonly P[],
  dedupe: 'auto' | 'none' = 'auto',
): readonly Identity<P>[] {
  const groups = dedupe === 'none' ? profiles.map((profile) => [profile]) : [...grouped(profiles).values()];
  const found = groups.flatMap((group): Omit<Identity<P>, 'label'>[] => {
    const byMemberId = Boolean(group[0]?.memberId);
    if (group.length > 1 && !agree(group)) {
      const warnings = byMemberId ? ['W-MEMBER-ID-CONFLICT'] : [];
      return group.map((profile) => ({ ...alone(profile), warnings }));
    }
    return [merged(group, byMemberId)];
  });

  const names = new Map<string, number>();
  for (const { profile } of found) names.set(profile.name, (names.get(profile.name) ?? 0) + 1);
  return found
    .map((one) => ({ ...one, label: names.get(one.profile.name) === 1 ? one.profile.name : one.key }))
    .sort((a, b) => compare(a.key, b.key));
}

function grouped<P extends Identifiable>(profiles: readonly P[]): Map<string, P[]> {
  const groups = new Map<string, P[]>();
  for (const profile of profiles) {
    const key = groupKey(profile);
    const group = groups.get(key);
    if (group) group.push(profile);
    else groups.set(key, [profile]);
  }
  return groups;
}

function groupKey(profile: Identifiable): string {
  if (profile.memberId) return `id:${profile.memberId}`;
  if (profile.ocmName && profile.manager === 'open-cluster-management') return `ocm:${profile.ocmName}`;
  return `key:${keyOf(profile)}`;
}

/** True when the profiles that name servers name the same ones. */
function agree(group: readonly Identifiable[]): boolean {
  const sets = group
    .map((profile) => [...new Set(profile.access.map((access) => access.cluster.server))].sort().join('\n'))
    .filter((servers) => servers !== '');
  return new Set(sets).size <= 1;
}

function merged<P extends Identifiable>(group: readonly P[], byMemberId: boolean): Omit<Identity<P>, 'label'> {
  const byAge = [...group].sort((a, b) => compare(a.created, b.created) || compare(keyOf(a), keyOf(b)));
  const [first, second] = byAge as [P, ...P[]];
  const tie = byMemberId && second !== undefined && second.created === first.created;
  return {
    ...alone(first),
    aliases: byAge.slice(1).map(keyOf).sort(compare),
    access: byAge.find((profile) => profile.access.length > 0)?.access ?? [],
    warnings: tie ? ['W-MEMBER-ID-TIE'] : [],
  };
}

function alone<P extends Identifiable>(profile: P): Omit<Identity<P>, 'label'> {
  return { key: keyOf(profile), profile, aliases: [], access: profile.access, warnings: [] };
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
