import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import type { ProfileAccess } from '../../src/api/cluster.ts';
import { type Identifiable, resolveIdentities } from '../../src/discovery/identity.ts';
import { membersOf } from '../../src/discovery/membership.ts';
import { normalizeProfile } from '../../src/discovery/profile.ts';
import { matchesCluster, parseClusterPattern } from '../../src/selection/globs.ts';

interface Given {
  readonly ns: string;
  readonly name: string;
  readonly mgr: string;
  readonly created: number;
  readonly memberId?: string;
  readonly ocmName?: string;
  readonly servers?: readonly string[];
}
interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly given: { readonly profiles: readonly Given[]; readonly filter?: readonly string[] };
  readonly expect: { readonly clusters: readonly object[]; readonly warnings: readonly string[] };
}
const vectors = (load(readFileSync(new URL('vectors.yaml', import.meta.url), 'utf8')) as Vector[]).filter(
  ({ kind }) => kind === 'identity.resolve',
);

const access = (servers: readonly string[]): ProfileAccess[] =>
  servers.map((server, index) => ({ name: `p${index}`, cluster: { server } }));
const identifiable = ({ ns, name, mgr, created, memberId, ocmName, servers = [] }: Given): Identifiable => ({
  namespace: ns,
  name,
  manager: mgr,
  created: String(created).padStart(9, '0'),
  memberId: memberId ?? null,
  ...(ocmName && { ocmName }),
  access: access(servers),
});

test.each(vectors)('$id', ({ given, expect: expected }) => {
  const patterns = (given.filter ?? ['*']).map(parseClusterPattern);
  const identities = resolveIdentities(given.profiles.map(identifiable));
  const chosen = identities.filter(({ label, aliases, profile }) => {
    const ref = { namespace: profile.namespace, name: profile.name };
    const cluster = {
      ...membersOf([normalizeProfile({ metadata: ref })], any).clusters[0]!,
      name: label,
      ref,
      aliases,
    };
    return patterns.some((pattern) => matchesCluster(pattern, cluster));
  });
  expect(chosen.map(({ key, label, aliases }) => ({ key, label, ...(aliases.length > 0 && { aliases }) }))).toEqual(
    expected.clusters,
  );
  expect([...new Set(identities.flatMap(({ warnings }) => warnings))]).toEqual(expected.warnings);
});

const any = { clusterManagers: [], dedupe: 'auto' } as const;
const one = (ns: string, name: string, more: Partial<Given> = {}) =>
  identifiable({ ns, name, mgr: 'm', created: 1, ...more });

test('one name in two namespaces is two clusters under their full names', () => {
  const labels = resolveIdentities([one('b', 'prod'), one('a', 'prod'), one('a', 'dev')]).map(({ label }) => label);
  expect(labels).toEqual(['dev', 'a/prod', 'b/prod']);
});

test('equal age: the smallest key stands for the group, with a warning; its lack of providers is made up for by an alias', () => {
  const group = [one('z', 'c', { memberId: 'i', servers: ['https://s'] }), one('a', 'c', { memberId: 'i' })];
  expect(resolveIdentities(group)).toMatchObject([
    { key: 'a/c', aliases: ['z/c'], access: access(['https://s']), warnings: ['W-MEMBER-ID-TIE'] },
  ]);
});

test('dedupe none shows every profile', () => {
  const group = [one('a', 'c', { memberId: 'i' }), one('b', 'c', { memberId: 'i' })];
  expect(resolveIdentities(group, 'none').map(({ label }) => label)).toEqual(['a/c', 'b/c']);
});

test('clusters carry what the profile says, and only wanted managers are there', () => {
  const read = (name: string, manager: string) =>
    normalizeProfile({
      metadata: { name, namespace: 'n', uid: 'u', labels: { env: 'prod' } },
      spec: { displayName: 'D', clusterManager: { name: manager } },
      status: { version: { kubernetes: 'v1.33.1' }, properties: [{ name: 'p', value: 'v' }] },
    });
  const { clusters } = membersOf([read('a', 'm1'), read('b', 'm2')], { clusterManagers: ['m2'], dedupe: 'auto' });
  expect(clusters).toEqual([
    {
      name: 'b',
      source: 'hub',
      ref: { namespace: 'n', name: 'b' },
      aliases: [],
      uid: 'u',
      displayName: 'D',
      manager: 'm2',
      version: 'v1.33.1',
      labels: { env: 'prod' },
      properties: { p: 'v' },
      health: { status: 'Unknown' },
      joined: null,
      accessProviders: [],
      warnings: [],
    },
  ]);
});
