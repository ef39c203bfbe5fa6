import { type Finding, someNames } from './finding.ts';
import type { MemberFacts } from './memberfacts.ts';

/** What one cluster has that not all have, and what it lacks that others have; null where it may not be read. */
export interface Difference {
  readonly has: readonly string[];
  readonly lacks: readonly string[];
}

/** One cluster among the others. */
export interface ClusterConsistency {
  readonly cluster: string;
  readonly version: string;
  readonly crds: Difference | null;
  readonly namespaces: Difference | null;
}

/** Compares the members' versions, CRDs (with the versions they serve) and namespaces. */
export function compareMembers(facts: ReadonlyMap<string, MemberFacts>): {
  readonly clusters: readonly ClusterConsistency[];
  readonly findings: readonly Finding[];
} {
  const members = [...facts].sort(([a], [b]) => (a < b ? -1 : 1));
  const crds = differences(members.map(([, { crds }]) => crds ?? null));
  const namespaces = differences(members.map(([, { namespaces }]) => namespaces ?? null));
  const clusters = members.map(([cluster, { version }], at) => ({
    cluster,
    version,
    crds: crds[at] ?? null,
    namespaces: namespaces[at] ?? null,
  }));
  const findings: Finding[] = [];
  const versions = Map.groupBy(members, ([, { version }]) => version);
  if (versions.size > 1) {
    const what = `the clusters run ${versions.size} versions: ${[...versions.keys()].sort().join(', ')}`;
    const where = [...versions].map(([version, of]) => `${version}: ${someNames(of.map(([name]) => name))}`).join('; ');
    findings.push({ severity: 'hint', code: 'versions-differ', what, where, fix: 'upgrade those that are behind' });
  }
  const tell = (code: string, word: string, all: readonly (Difference | null)[], fix: string) => {
    const names = (test: (one: Difference | null) => boolean) =>
      members.filter((_, at) => test(all[at] ?? null)).map(([name]) => name);
    const differing = names((one) => one !== null && one.has.length + one.lacks.length > 0);
    if (differing.length > 0)
      findings.push({
        severity: 'hint',
        code,
        what: `not all clusters have the same ${word}`,
        where: `clusters ${someNames(differing)}`,
        fix,
      });
    const hidden = names((one) => one === null);
    if (hidden.length > 0)
      findings.push({
        severity: 'hint',
        code: `${code}-unknown`,
        what: `you may not list the ${word}, so they were not compared`,
        where: `clusters ${someNames(hidden)}`,
        fix: 'the role kubectl-mc-doctor of docs/rbac.md allows it',
      });
  };
  tell('crds-differ', 'CRDs', crds, 'install the same operators and versions everywhere, where that is meant');
  tell('namespaces-differ', 'namespaces', namespaces, 'create or remove them, where they are meant to be the same');
  return { clusters, findings };
}

function differences(lists: readonly (readonly string[] | null)[]): readonly (Difference | null)[] {
  const readable = lists.filter((list) => list !== null).map((list) => new Set(list));
  const every = new Set(readable.flatMap((list) => [...list]));
  const differing = [...every].filter((item) => !readable.every((list) => list.has(item))).sort();
  return lists.map((list) => {
    if (list === null) return null;
    const own = new Set(list);
    return { has: differing.filter((item) => own.has(item)), lacks: differing.filter((item) => !own.has(item)) };
  });
}
