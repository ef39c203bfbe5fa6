import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessProvider } from '../../src/access/providers.ts';
import { type AccessDeps, resolveAccess } from '../../src/access/resolve.ts';
import type { Cluster } from '../../src/api/cluster.ts';
import type { MappingEntry } from '../../src/api/mapping.ts';
import { defaultConfig } from '../../src/config/load.ts';
import type { Kubeconfig } from '../../src/kubeconfig/kubeconfig.ts';

const defaults = defaultConfig({ env: {}, home: undefined, cwd: '/', platform: 'linux', uid: 0 });

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'access-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const entry = (name: string, more: Partial<MappingEntry> = {}): MappingEntry => ({
  ...{ file: '/m', line: 1, name, labels: {}, protected: false, cloud: {}, connection: {} },
  ...more,
});

const cluster = (name: string, more: Partial<Cluster> = {}): Cluster => ({
  ...{ name, source: 'hub', ref: { namespace: 'fleet', name }, aliases: [], labels: {}, properties: {} },
  ...{ health: { status: 'Unknown' }, joined: null, accessProviders: [], warnings: [] },
  ...more,
});
const local = (name: string, source: Cluster['source'], context?: string): Cluster => {
  const { ref: _, ...rest } = cluster(name, { source, ...(context && { context }) });
  return rest;
};

function contexts(names: readonly string[], namespace?: string): Kubeconfig {
  const file = '/k';
  return {
    contexts: new Map(names.map((name) => [name, { cluster: name, user: '', file, ...(namespace && { namespace }) }])),
    clusters: new Map(names.map((name) => [name, { fields: { server: `https://${name}.example` }, file }])),
    users: new Map(),
    files: [file],
    missing: [],
  };
}

interface World extends Partial<Omit<AccessDeps, 'mapping' | 'kubeconfig' | 'literals'>> {
  readonly contexts?: readonly string[];
  readonly contextNamespace?: string;
  readonly entries?: readonly MappingEntry[];
  readonly contextNameFallback?: boolean;
  readonly defaultNamespace?: string;
  readonly literals?: readonly string[];
}

const resolve = (clusters: readonly Cluster[], world: World = {}) =>
  resolveAccess(clusters, {
    host: { env: {}, home: dir, cwd: dir, platform: 'linux', uid: 0 },
    config: {
      ...defaults,
      access: { ...defaults.access, contextNameFallback: world.contextNameFallback ?? false },
      defaults: { namespace: world.defaultNamespace ?? '' },
    },
    mapping: { groups: {}, clusters: world.entries ?? [] },
    kubeconfig: async () => contexts(world.contexts ?? [], world.contextNamespace),
    overrides: {},
    includeUnhealthy: false,
    ...world,
    literals: new Set(world.literals),
  });
const access = async (one: Cluster, world?: World) => (await resolve([one], world))[0]?.access;

describe('the mapping', () => {
  test('by name, by full name, by the namespace of the entry, by an alias', async () => {
    const world = (one: MappingEntry) => ({ contexts: ['c'], entries: [one] });
    const context = 'c';
    for (const one of [
      entry('prod', { context }),
      entry('fleet/prod', { context }),
      entry('prod', { namespace: 'fleet', context }),
      entry('other/prod', { context }),
    ])
      expect(await access(cluster('prod', { aliases: ['other/prod'] }), world(one))).toMatchObject({ context });
    expect(await access(cluster('prod'), world(entry('prod', { namespace: 'elsewhere', context })))).toMatchObject({
      kind: 'ended',
    });
  });

  test('a bare name that two clusters share is a failure of both, whatever else there is', async () => {
    const two = ['team-a', 'team-b'].map((namespace) =>
      cluster(`${namespace}/prod`, { ref: { namespace, name: 'prod' } }),
    );
    const world = { contexts: ['c', 'prod'], entries: [entry('prod', { context: 'c' })], contextNameFallback: true };
    const error = {
      type: 'NoAccess',
      reason: 'E-MAPPING-AMBIGUOUS',
      message: 'the mapping "prod" could mean team-a/prod or team-b/prod; use the full name in the mapping file',
    };
    for (const target of await resolve(two, world))
      expect(target.access).toMatchObject({ kind: 'ended', outcome: { kind: 'failed', error } });
    expect((await resolve(two.slice(1), { ...world, inventory: two }))[0]?.access).toMatchObject({
      outcome: { error },
    });
    const entries = [...world.entries, entry('team-a/prod', { context: 'c' })];
    expect(await access(two[0]!, { ...world, entries })).toMatchObject({ kind: 'config' });
  });

  test('a missing context never falls through to another way in', async () => {
    const world = { contexts: ['prod'], entries: [entry('prod', { context: 'gone' })], contextNameFallback: true };
    expect(await access(cluster('prod'), world)).toEqual({
      kind: 'ended',
      outcome: {
        kind: 'failed',
        error: {
          type: 'NoContext',
          message: 'mapped to context "gone", which is not in your kubeconfig',
          reason: 'E-CONTEXT-MISSING',
          retriable: false,
        },
      },
    });
  });

  test('an entry may bring its own kubeconfig, with or without a context; a broken one fails its cluster alone', async () => {
    const kubeconfig = join(dir, 'own');
    writeFileSync(
      kubeconfig,
      'current-context: x\nclusters: [{name: c, cluster: {server: "https://own.example"}}]\ncontexts: [{name: x, context: {cluster: c, namespace: own}}]\n',
    );
    writeFileSync(join(dir, 'broken'), 'contexts: 7\n');
    const entries = [
      entry('a', { kubeconfig, context: 'x' }),
      entry('b', { kubeconfig }),
      entry('c', { kubeconfig, context: 'y' }),
      entry('d', { kubeconfig: join(dir, 'broken') }),
      entry('e', { kubeconfig: join(dir, 'gone') }),
      entry('f', { context: 'f' }),
    ];
    const targets = await resolve(
      entries.map(({ name }) => local(name, 'file')),
      { entries, contexts: ['f'] },
    );
    expect(
      targets.map(({ access: one }) => (one.kind === 'config' ? one.namespace : one.kind === 'ended' && one.outcome)),
    ).toMatchObject([
      'own',
      'own',
      { error: { type: 'NoContext', message: `mapped to context "y", which is not in ${kubeconfig}` } },
      { error: { type: 'NoContext', message: expect.stringContaining('contexts: expected a list') } },
      { error: { type: 'NoContext', message: `stat ${join(dir, 'gone')}: no such file or directory` } },
      'default',
    ]);
  });
});

describe('without a mapping', () => {
  test('a cluster that is a context is that context, also where an entry of its name leads elsewhere', async () => {
    const one = local('prod', 'kubeconfig', 'prod');
    const world = { contexts: ['prod', 'other'] };
    expect(await access(one, world)).toMatchObject({ context: 'prod', config: { server: 'https://prod.example' } });
    const [target] = await resolve([one], { ...world, entries: [entry('prod', { context: 'other' })] });
    expect(target).toMatchObject({ access: { context: 'prod' } });
    expect(target?.entry).toBeUndefined();
    const entries = [entry('prod', { defaultNamespace: 'n', protected: true })];
    expect((await resolve([one], { ...world, entries }))[0]).toMatchObject({
      entry: { protected: true },
      access: { namespace: 'n' },
    });
  });

  test('no access is told with the way out; asked for by name it is a failure', async () => {
    expect(await access(cluster('prod'))).toEqual({
      kind: 'ended',
      outcome: {
        kind: 'skipped',
        reason: {
          kind: 'no-access',
          code: 'E-NO-ACCESS',
          message:
            'no access: no context is mapped to it; map one with "kubectl mc setup" or see "kubectl mc help access"',
        },
      },
    });
    for (const literal of ['prod', 'fleet/prod'])
      expect(await access(cluster('prod'), { literals: [literal] })).toMatchObject({
        outcome: {
          kind: 'failed',
          error: {
            type: 'NoAccess',
            reason: 'E-NO-ACCESS',
            hint: 'add the line "- {name: prod, context: CONTEXT}" under clusters in ~/.kube/kubectl-mc-clusters.yaml',
          },
        },
      });
  });

  test('in a pod: the service account, its namespace, impersonation included', async () => {
    const serviceAccountFolder = join(dir, 'sa');
    mkdirSync(serviceAccountFolder);
    for (const name of ['token', 'ca.crt', 'namespace']) writeFileSync(join(serviceAccountFolder, name), name);
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const host = { env, home: undefined, cwd: '/', platform: 'linux', uid: 0 };
    const overrides = { impersonate: { user: 'jane' } };
    expect(await access(local('in-cluster', 'in-cluster'), { host, serviceAccountFolder, overrides })).toMatchObject({
      kind: 'config',
      namespace: 'namespace',
      config: { server: 'https://10.0.0.1:443', impersonate: { user: 'jane' } },
    });
    expect(await access(local('in-cluster', 'in-cluster'), { serviceAccountFolder })).toMatchObject({
      outcome: { kind: 'failed', error: { message: 'not running in a cluster: KUBERNETES_SERVICE_HOST is not set' } },
    });
  });

  test('a provider comes after the mapping and before the context of the same name', async () => {
    const provider: AccessProvider = {
      name: 'p',
      open: async () => ({
        resolve: ({ name }) =>
          name === 'mine' || name === 'mapped'
            ? { kind: 'config', config: { server: 'https://by-provider', tls: {}, auth: {} } }
            : undefined,
      }),
    };
    const world = {
      contexts: ['mine', 'mapped', 'other'],
      entries: [entry('mapped', { context: 'mapped' })],
      contextNameFallback: true,
      providers: [async () => provider],
    };
    const targets = await resolve(
      ['mine', 'mapped', 'other'].map((name) => cluster(name)),
      world,
    );
    expect(targets.map((one) => one.access.kind === 'config' && one.access.config.server)).toEqual([
      'https://by-provider',
      'https://mapped.example',
      'https://other.example',
    ]);
  });
});

test.each<[string, World, string]>([
  ['the flag', { overrides: { namespace: 'flag' }, contextNamespace: 'ctx', defaultNamespace: 'conf' }, 'flag'],
  ['the entry', { contextNamespace: 'ctx', defaultNamespace: 'conf' }, 'entry'],
  [
    'the context',
    { contextNamespace: 'ctx', defaultNamespace: 'conf', entries: [entry('c', { context: 'c' })] },
    'ctx',
  ],
  ['the configuration', { defaultNamespace: 'conf', entries: [entry('c', { context: 'c' })] }, 'conf'],
  ['default', { entries: [entry('c', { context: 'c' })] }, 'default'],
])('namespace: %s', async (_, world, namespace) => {
  const entries = [entry('c', { context: 'c', defaultNamespace: 'entry' })];
  expect(await access(cluster('c'), { contexts: ['c'], entries, ...world })).toMatchObject({ namespace });
});

describe('what the hub says', () => {
  const world: World = { contexts: ['c'], entries: [entry('c', { context: 'c' })] };
  const sick = { status: 'False', condition: 'ControlPlaneHealthy', reason: 'Down', message: 'no heartbeat' } as const;

  test('not joined is left out, and a failure where it was asked for by name', async () => {
    const one = cluster('c', { joined: 'False' });
    expect(await access(one, world)).toMatchObject({
      outcome: { kind: 'skipped', reason: { kind: 'no-access', message: 'not joined' } },
    });
    expect(await access(one, { ...world, literals: ['c'] })).toMatchObject({
      outcome: { kind: 'failed', error: { type: 'NoAccess', message: 'not joined' } },
    });
  });

  test('unhealthy is left out, unless asked for by name or with --include-unhealthy', async () => {
    const one = cluster('c', { health: sick });
    const message = 'ControlPlaneHealthy=False: no heartbeat';
    expect(await access(one, world)).toEqual({
      kind: 'ended',
      outcome: { kind: 'skipped', reason: { kind: 'unhealthy', message, code: 'ControlPlaneHealthy' } },
    });
    expect(await access(one, { ...world, literals: ['c'] })).toMatchObject({ kind: 'config' });
    expect(await access(one, { ...world, includeUnhealthy: true })).toMatchObject({ kind: 'config' });
  });

  test('unknown health is tried; without a way in, health does not matter', async () => {
    expect(await access(cluster('c'), world)).toMatchObject({ kind: 'config' });
    expect(await access(cluster('x', { health: sick }), world)).toMatchObject({
      outcome: { reason: { kind: 'no-access', code: 'E-NO-ACCESS' } },
    });
  });
});
