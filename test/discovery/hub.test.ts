import { expect, test } from 'vitest';
import { type ListProfilesOptions, listProfiles } from '../../src/discovery/hub.ts';
import { ClusterFailure, CommandError } from '../../src/errors.ts';
import { attempt, type FakeHub, fakeHub, profile } from './fakehub.ts';

const list = async (hub: FakeHub, options: Partial<ListProfilesOptions> = {}) => {
  const answer = await listProfiles(hub.client, attempt, { namespaces: [], maxClusters: 100, ...options });
  if (answer.kind === 'no-api') return answer.kind;
  return { ...answer, profiles: answer.profiles.map(({ namespace, name }) => `${namespace}/${name}`) };
};
const base = 'GET /apis/multicluster.x-k8s.io';

test('one discovery request and one list', async () => {
  const hub = fakeHub({ a: [profile('x')], b: [profile('y')] });
  expect(await list(hub)).toEqual({
    kind: 'profiles',
    apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    profiles: ['a/x', 'b/y'],
    namespaces: [],
    warnings: [],
  });
  expect(hub.requests).toEqual([base, `${base}/v1alpha1/clusterprofiles?limit=500`]);
});

test.each([
  [['v1alpha1', 'v1alpha2'], 'v1alpha2', []],
  [['v1beta1'], 'v1beta1', ['W-UNKNOWN-VERSION']],
])('of the versions %j it takes %s', async (versions, version, warnings) => {
  const hub = fakeHub({ a: [profile('x')] });
  hub.versions = versions;
  expect(await list(hub)).toMatchObject({ apiVersion: `multicluster.x-k8s.io/${version}`, warnings });
});

test('a hub without the group, or with the group for something else, has no inventory', async () => {
  const hub = fakeHub();
  hub.versions = [];
  expect(await list(hub)).toBe('no-api');
  const other = fakeHub();
  other.client.json = async <T>() => ({ versions: [{ version: 'v1alpha3' }] }) as T;
  expect(await list(other)).toBe('no-api');
});

test('pages are followed, an expired list begins again once and whole', async () => {
  const hub = fakeHub({ a: [profile('x'), profile('y'), profile('z')] });
  hub.expire = true;
  expect(await list(hub, { limit: 2 })).toMatchObject({ profiles: ['a/x', 'a/y', 'a/z'] });
  expect(hub.requests.slice(1)).toEqual(
    ['?limit=2', '?limit=2&continue=2', ''].map((query) => `${base}/v1alpha1/clusterprofiles${query}`),
  );
});

test('named namespaces are read one by one and nothing else is', async () => {
  const hub = fakeHub({ a: [profile('x')], b: [profile('y')], c: [profile('z')] });
  expect(await list(hub, { namespaces: ['a', 'c', 'a'] })).toMatchObject({
    profiles: ['a/x', 'c/z'],
    namespaces: ['a', 'c'],
  });
  expect(hub.requests).toHaveLength(3);
});

test.each([
  ['team', 'team'],
  [undefined, 'default'],
])('forbidden in all namespaces, it reads the context namespace (%s)', async (contextNamespace, namespace) => {
  const hub = fakeHub({ [namespace]: [profile('x')], other: [profile('y')] });
  hub.forbidden.add('*');
  expect(await list(hub, { contextNamespace })).toMatchObject({
    profiles: [`${namespace}/x`],
    namespaces: [namespace],
  });
});

test('forbidden there as well, the message names the flag', async () => {
  const hub = fakeHub();
  hub.forbidden = new Set(['*', 'team']);
  const error = await list(hub, { contextNamespace: 'team' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ClusterFailure);
  expect((error as ClusterFailure).error).toMatchObject({
    type: 'Forbidden',
    message: 'listing ClusterProfiles is forbidden in all namespaces and in namespace "team"',
    hint: expect.stringContaining('--hub-namespace'),
  });
});

test('one forbidden namespace of several fails all: half an inventory is none', async () => {
  const hub = fakeHub({ a: [profile('x')] });
  hub.forbidden.add('b');
  await expect(list(hub, { namespaces: ['a', 'b'] })).rejects.toThrow('403');
});

test('too many profiles are an error that names the key, not a shortened list', async () => {
  const hub = fakeHub({ a: [profile('x'), profile('y')], b: [profile('z')] });
  for (const options of [{ maxClusters: 2 }, { maxClusters: 2, namespaces: ['a', 'b'] }]) {
    const error = await list(hub, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect((error as Error).message).toContain('discovery.maxClusters');
  }
});
