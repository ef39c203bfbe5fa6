import { afterEach, expect, test } from 'vitest';
import { assertPinned } from '../../src/discovery/pin.ts';
import { type FakeHub, fakeHub, profile } from './fakehub.ts';
import { contextsOf, entry, names, openWorld, refusal } from './world.ts';

const worlds: ReturnType<typeof openWorld>[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.end();
});
function open(hub: FakeHub) {
  const world = openWorld({ hub }, contextsOf(['hub', 'a', 'b'], 'hub'));
  worlds.push(world);
  return world;
}

test('a context is locked to without asking the hub', async () => {
  const hub = fakeHub({ n: [profile('a')] });
  const world = open(hub);
  world.pin = 'a';
  expect(await world.run()).toMatchObject({ source: 'kubeconfig', clusters: [{ name: 'a', context: 'a' }] });
  expect(hub.requests).toEqual([]);
});

test('a cluster by name, full name or alias; the request beats the config file', async () => {
  const id = { 'multicluster.x-k8s.io/inventory-member-id': 'i' };
  const world = open(fakeHub({ n: [profile('x', { labels: id }), profile('y')], o: [profile('x2', { labels: id })] }));
  world.pin = 'a';
  for (const pin of ['x', 'n/x', 'o/x2']) expect(names(await world.run({ pin }))).toEqual(['x']);
});

test('a name of the mapping file is the cluster, also where a context has that name', async () => {
  const world = open(fakeHub({ n: [profile('a')] }));
  world.mapping = { groups: {}, clusters: [entry('a', { context: 'b' }), entry('own')] };
  expect((await world.run({ pin: 'a' })).clusters).toMatchObject([{ name: 'a', source: 'hub' }]);
  expect((await world.run({ pin: 'own' })).clusters).toMatchObject([{ name: 'own', source: 'file' }]);
});

test('an unknown name asks the hub once more before it is refused', async () => {
  const hub = fakeHub({ n: [profile('prod-1')] });
  const world = open(hub);
  await world.run();
  hub.profiles = { n: [profile('prod-1'), profile('new')] };
  expect(names(await world.run({ pin: 'new' }))).toEqual(['new']);
  expect(await refusal(world.run({ pin: 'prod1' }))).toEqual({
    message: "Context 'prod1' not found in kubeconfig",
    exitCode: 2,
    more: ['Available contexts: a, b, hub', 'Available clusters: new, prod-1', 'did you mean "prod-1"?'],
  });
});

test('--clusters may name the pin and nothing else', () => {
  expect(() => assertPinned('production-cluster', ['production-cluster'])).not.toThrow();
  expect(() => assertPinned('production-cluster', ['dev-cluster'])).toThrow(
    expect.objectContaining({
      message: "Context 'dev-cluster' not available in single-cluster mode (configured: production-cluster)",
      more: ['Single-cluster provider only allows the configured context'],
      exitCode: 2,
    }),
  );
});

test.each([
  ['prod', 'fleet/prod', true],
  ['fleet/prod', 'prod', true],
  ['fleet/prod', 'other/prod', false],
  ['prod', 'fleet/prod-2', false],
  ['prod', 'arn:aws:eks:us-east-1:1:cluster/prod', false],
])('pinned to %s, --clusters %s may be the same cluster: %j', (pin, name, same) => {
  const assert = expect(() => assertPinned(pin, [name]));
  if (same) assert.not.toThrow();
  else assert.toThrow(`Context '${name}' not available in single-cluster mode`);
});

test('long lists of names are shortened', async () => {
  const many = Array.from({ length: 30 }, (_, index) => `ctx-${String(index).padStart(2, '0')}`);
  const world = openWorld({}, contextsOf(many));
  worlds.push(world);
  const { more } = await refusal(world.run({ pin: 'nobody-knows' }));
  expect(more?.[0]).toMatch(/^Available contexts: ctx-00, .*ctx-19 and 10 more$/);
});
