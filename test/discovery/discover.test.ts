import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeHub, fakeHub, profile } from './fakehub.ts';
import { contextsOf, entry, minute, names, openWorld, refusal } from './world.ts';

const worlds: ReturnType<typeof openWorld>[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.end();
});
function open(hubs: Record<string, FakeHub>, kubeconfig = contextsOf(['hub', 'a', 'b'], 'hub')) {
  const world = openWorld(hubs, kubeconfig);
  worlds.push(world);
  return world;
}
const refused = { type: 'ConnectionRefused' } as const;
const noHub = () => {
  const hub = fakeHub();
  hub.versions = [];
  return hub;
};

describe('which hub', () => {
  test('flag, variable, mapping file, config file, current context, in this order', async () => {
    const order = ['flag', 'env', 'mapping', 'config', 'current'];
    const hubs = Object.fromEntries(order.map((name) => [name, fakeHub({ n: [profile(`of-${name}`)] })]));
    const world = open(hubs, contextsOf(order, 'current'));
    world.discovery.hubContext = 'config';
    world.mapping = { groups: {}, clusters: [], hubContext: 'mapping' };
    expect(names(await world.run({ hubContext: { flag: 'flag', env: 'env' } }))).toEqual(['of-flag']);
    expect(names(await world.run({ hubContext: { env: 'env' } }))).toEqual(['of-env']);
    expect(names(await world.run())).toEqual(['of-mapping']);
    world.mapping = { groups: {}, clusters: [] };
    expect(names(await world.run())).toEqual(['of-config']);
    world.discovery.hubContext = '';
    expect(await world.run()).toMatchObject({
      source: 'clusterprofile',
      hub: { context: 'current', server: 'https://current.example', namespaces: [] },
      notes: [],
      uncertain: false,
    });
  });

  test('a named context that is not there: what there is, and the nearest', async () => {
    const world = open({});
    expect(await refusal(world.run({ hubContext: { flag: 'hubb' } }))).toEqual({
      message: "Context 'hubb' not found in kubeconfig",
      exitCode: 2,
      more: ['Available contexts: a, b, hub', 'it is named by --hub-context', 'did you mean "hub"?'],
    });
  });

  test('a named context that cannot be used never falls back', async () => {
    const world = open({}, { ...contextsOf(['hub', 'a'], 'a'), clusters: new Map() });
    expect(await refusal(world.run({ hubContext: { flag: 'hub' } }))).toMatchObject({
      message: 'the hub (context "hub") cannot be used: cluster "hub" was not found for context "hub"',
      exitCode: 1,
    });
  });

  test('a named hub without ClusterProfiles ends the command, also by discovery.api', async () => {
    const world = open({ hub: noHub() });
    const message =
      'the hub (context "hub") does not serve multicluster.x-k8s.io; install the ClusterProfile CRD or set discovery.api';
    expect(await refusal(world.run({ hubContext: { env: 'hub' } }))).toMatchObject({ message, exitCode: 1 });
    expect(await refusal(world.run({ source: 'clusterprofile' }))).toMatchObject({ message });
    world.discovery.api = 'clusterprofile';
    expect(await refusal(world.run())).toMatchObject({ message });
  });

  test('--hub-namespace beats discovery.namespaces', async () => {
    const world = open({ hub: fakeHub({ a: [profile('x')], b: [profile('y')] }) });
    world.discovery.namespaces = ['a'];
    expect(names(await world.run())).toEqual(['x']);
    expect(await world.run({ hubNamespaces: ['b'] })).toMatchObject({ hub: { namespaces: ['b'] } });
  });

  test('an empty hub', async () => {
    const world = open({ hub: fakeHub() });
    expect(await refusal(world.run())).toMatchObject({
      message: 'no clusters: the hub (context "hub") has no ClusterProfiles in any namespace',
      exitCode: 1,
    });
    expect((await refusal(world.run({ hubNamespaces: ['x'] }))).message).toContain('in namespace "x"');
    world.mapping = { groups: {}, clusters: [entry('lonely')] };
    expect(names(await world.run())).toEqual(['lonely']);
  });

  test('entries that match no profile are clusters of their own', async () => {
    const world = open({ hub: fakeHub({ n: [profile('x')], m: [profile('two')], o: [profile('two')] }) });
    world.mapping = {
      groups: {},
      clusters: ['x', 'n/x', 'two', 'other', 'o/other']
        .map((name) => entry(name))
        .concat(entry('x', { namespace: 'elsewhere' })),
    };
    expect((await world.run()).clusters.map(({ name, source }) => `${name} ${source}`)).toEqual([
      'm/two hub',
      'x hub',
      'o/two hub',
      'other file',
      'o/other file',
      'elsewhere/x file',
    ]);
  });
});

describe('no hub', () => {
  test('every context is a cluster, with a note; the question is asked once within the TTL', async () => {
    const hub = noHub();
    const world = open({ hub });
    const note = 'no hub and no mapping file: using the 3 contexts of your kubeconfig (--source)';
    for (const _ of [1, 2])
      expect(await world.run()).toMatchObject({ source: 'kubeconfig', notes: [note], uncertain: false });
    expect(hub.requests).toHaveLength(1);
    world.wait(6 * minute);
    expect((await world.run()).clusters[0]).toMatchObject({ name: 'a', source: 'kubeconfig', context: 'a' });
    expect(hub.requests).toHaveLength(2);
  });

  test('the mapping file is the inventory where there is one', async () => {
    const world = open({ hub: noHub() });
    world.mapping = { groups: {}, clusters: [entry('prod', { labels: { env: 'p' } }), entry('dev')] };
    expect(await world.run()).toMatchObject({
      source: 'file',
      notes: [],
      clusters: [{ name: 'prod', source: 'file', labels: { env: 'p' } }, { name: 'dev' }],
    });
  });

  test('--source kubeconfig and discovery.api ask nobody and note nothing', async () => {
    const world = open({});
    expect(await world.run({ source: 'kubeconfig' })).toMatchObject({ notes: [] });
    world.discovery.api = 'kubeconfig';
    expect(names(await world.run())).toEqual(['a', 'b', 'hub']);
  });

  test('a current-context that is not set or leads nowhere is no hub', async () => {
    for (const current of [undefined, 'gone'])
      expect(await open({}, contextsOf(['a'], current)).run()).toMatchObject({
        notes: ['no hub and no mapping file: using the 1 context of your kubeconfig (--source)'],
      });
  });

  test('nothing at all', async () => {
    const world = open({}, { ...contextsOf([]), files: [] });
    expect(await refusal(world.run())).toMatchObject({ message: 'no clusters: there is no kubeconfig', exitCode: 1 });
  });

  test('in a pod: by --source, or where there is no kubeconfig', async () => {
    const world = open({}, contextsOf([]));
    expect((await refusal(world.run({ source: 'in-cluster' }))).message).toMatch(/^not running in a cluster: /);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(world.serviceAccountFolder);
    for (const name of ['token', 'ca.crt', 'namespace']) writeFileSync(join(world.serviceAccountFolder, name), name);
    world.env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    for (const source of ['auto', 'in-cluster'] as const)
      expect(await world.run({ source })).toMatchObject({ source: 'in-cluster', clusters: [{ name: 'in-cluster' }] });
  });
});

describe('the cache', () => {
  test('within the TTL nothing is asked, after it the hub is, and --refresh always does', async () => {
    const hub = fakeHub({ n: [profile('x')] });
    const world = open({ hub });
    expect(await world.run()).toMatchObject({ fromCache: false });
    const asked = hub.requests.length;
    expect(await world.run()).toMatchObject({ fromCache: true, notes: [] });
    expect(hub.requests).toHaveLength(asked);
    hub.profiles = { n: [profile('x'), profile('y')] };
    expect(names(await world.run({ refresh: true }))).toEqual(['x', 'y']);
    expect(names(await world.run())).toEqual(['x', 'y']);
    expect(hub.requests).toHaveLength(2 * asked);
    world.wait(6 * minute);
    await world.run();
    expect(hub.requests).toHaveLength(3 * asked);
  });

  test('--no-cache reads nothing and leaves nothing', async () => {
    const hub = fakeHub({ n: [profile('x')] });
    const world = open({ hub });
    await world.run({ useCache: false });
    expect(() => readdirSync(world.cacheDir)).toThrow('ENOENT');
    await world.run();
    await world.run({ useCache: false });
    expect(hub.requests).toHaveLength(6);
  });

  test('namespaces and identity are part of the key, managers and dedupe work on what is kept', async () => {
    const hub = fakeHub({ n: [profile('x')], o: [profile('y')] });
    const world = open({ hub });
    expect(names(await world.run())).toEqual(['x', 'y']);
    expect(names(await world.run({ hubNamespaces: ['n'] }))).toEqual(['x']);
    const users = new Map([['u', { fields: { token: 't0ken' }, file: '/k' }]]);
    const contexts = new Map([['hub', { cluster: 'hub', user: 'u', file: '/k' }]]);
    world.kubeconfig = { ...world.kubeconfig, users, contexts };
    expect(await world.run()).toMatchObject({ fromCache: false });
    world.discovery.clusterManagers = ['nobody'];
    expect((await refusal(world.run())).message).toContain('discovery.clusterManagers (nobody)');
    for (const file of readdirSync(world.cacheDir))
      expect(file + readFileSync(join(world.cacheDir, file), 'utf8')).not.toContain('t0ken');
  });

  test('where all namespaces are forbidden, two contexts of one user do not share an inventory', async () => {
    const [one, two] = [fakeHub({ n: [profile('x')] }), fakeHub({ o: [profile('y')] })];
    for (const hub of [one, two]) hub.forbidden.add('*');
    const file = '/k';
    const world = open(
      { one, two },
      {
        ...contextsOf(['same']),
        contexts: new Map([
          ['one', { cluster: 'same', user: '', namespace: 'n', file }],
          ['two', { cluster: 'same', user: '', namespace: 'o', file }],
        ]),
      },
    );
    expect(names(await world.run({ hubContext: { flag: 'one' } }))).toEqual(['x']);
    expect(names(await world.run({ hubContext: { flag: 'two' } }))).toEqual(['y']);
  });

  test('a limit that was lowered since counts', async () => {
    const world = open({ hub: fakeHub({ n: [profile('x'), profile('y')] }) });
    await world.run();
    world.discovery.maxClusters = 1;
    expect((await refusal(world.run())).message).toContain('more than 1 ClusterProfiles; raise discovery.maxClusters');
  });

  test('a file that is not ours or cut short is as good as none', async () => {
    const hub = fakeHub({ n: [profile('x')] });
    const world = open({ hub });
    await world.run();
    for (const file of readdirSync(world.cacheDir)) {
      const path = join(world.cacheDir, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace('"profiles":', '"prophets":'));
    }
    expect(await world.run()).toMatchObject({ fromCache: false });
    for (const file of readdirSync(world.cacheDir)) writeFileSync(join(world.cacheDir, file), '{"key":');
    expect(names(await world.run())).toEqual(['x']);
  });
});

describe('a hub that is down', () => {
  const seen = async () => {
    const hub = fakeHub({ n: [profile('x')] });
    const world = open({ hub });
    await world.run();
    world.wait(12 * minute);
    hub.requests.length = 0;
    return { hub, world };
  };

  test.each([
    [{ type: 'ConnectionRefused' }],
    [{ type: 'Timeout' }],
    [{ type: 'DNS' }],
    [{ type: 'TLS' }],
    [{ type: 'ServerError', code: 503 }],
  ] as const)('%j: the expired inventory stands in, and for a minute nobody tries again', async (trouble) => {
    const { hub, world } = await seen();
    hub.trouble = trouble;
    const note = `using the cached inventory from 12m ago: the hub (context "hub") did not answer: ${trouble.type} it is`;
    expect(await world.run()).toMatchObject({
      notes: [note],
      staleAgeMs: 12 * minute,
      fromCache: false,
      uncertain: false,
    });
    world.wait(59_000);
    expect(await world.run()).toMatchObject({ notes: [note], clusters: [{ name: 'x' }] });
    expect(hub.requests).toHaveLength(1);
    world.wait(2000);
    delete hub.trouble;
    const back = await world.run();
    expect(back.notes).toEqual([]);
    expect(back.staleAgeMs).toBeUndefined();
  });

  test('a write does not take it', async () => {
    const { hub, world } = await seen();
    hub.trouble = refused;
    expect(await refusal(world.run({ allowStale: false }))).toEqual({
      message: 'the hub (context "hub") did not answer: ConnectionRefused it is',
      exitCode: 1,
      more: ['there is an inventory from 12m ago, which a write uses only with --allow-stale'],
    });
  });

  test('--refresh fails, and it tries although the hub was down a moment ago', async () => {
    const { hub, world } = await seen();
    hub.trouble = refused;
    await world.run();
    const end = { message: 'the hub (context "hub") did not answer: ConnectionRefused it is', exitCode: 1 };
    expect(await refusal(world.run({ refresh: true }))).toMatchObject(end);
    expect(hub.requests).toHaveLength(2);
  });

  test('after a day the inventory is too old, but the context stays a hub', async () => {
    const { hub, world } = await seen();
    world.wait(24 * 60 * minute);
    hub.trouble = refused;
    expect(await refusal(world.run())).toMatchObject({ exitCode: 1 });
    world.wait(30_000);
    expect((await refusal(world.run())).message).toBe(
      'the hub (context "hub") did not answer 30s ago and is not tried again for a minute (--refresh tries it now): ConnectionRefused it is',
    );
    expect(hub.requests).toHaveLength(1);
  });

  test.each([
    ['Unauthorized', 401],
    ['Forbidden', 403],
  ] as const)('%s is not down: no inventory stands in and nothing falls back', async (type, code) => {
    const { hub, world } = await seen();
    hub.trouble = { type, code };
    expect((await refusal(world.run())).message).toMatch(/^the hub \(context "hub"\) refused: /);
    const fresh = open({ hub: Object.assign(fakeHub(), { trouble: { type, code } }) });
    expect((await refusal(fresh.run())).message).toMatch(/^the hub \(context "hub"\) refused: /);
  });

  test('named and never seen: the command ends', async () => {
    const world = open({ hub: Object.assign(fakeHub(), { trouble: refused }) });
    expect(await refusal(world.run({ hubContext: { flag: 'hub' } }))).toMatchObject({ exitCode: 1 });
  });

  test('a current context that was never seen as a hub: the contexts, and nobody may take them for all', async () => {
    const hub = Object.assign(fakeHub(), { trouble: refused });
    const world = open({ hub });
    for (const _ of [1, 2]) {
      expect(await world.run()).toMatchObject({
        source: 'kubeconfig',
        uncertain: true,
        notes: [
          'context "hub" could not be asked whether it is a hub: ConnectionRefused it is',
          'no hub and no mapping file: using the 3 contexts of your kubeconfig (--source)',
        ],
      });
    }
    expect(hub.requests).toHaveLength(1);
    world.mapping = { groups: {}, clusters: [entry('m')] };
    expect(await world.run()).toMatchObject({ source: 'file', uncertain: true });
  });

  test('a current context whose login cannot run was not asked either', async () => {
    const world = open({ hub: Object.assign(fakeHub(), { trouble: { type: 'ExecPlugin' } }) });
    expect(await world.run()).toMatchObject({ uncertain: true });
    expect(await open({}, { ...contextsOf(['hub'], 'hub'), clusters: new Map() }).run()).toMatchObject({
      uncertain: true,
    });
  });
});
