import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccessDeps, resolveAccess } from '../../src/access/resolve.ts';
import type { Access } from '../../src/access/target.ts';
import type { Cluster } from '../../src/api/cluster.ts';
import type { Config } from '../../src/api/config.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { bareCluster } from '../../src/discovery/inventory.ts';
import { type CA, makeCA } from '../fleet/pki.ts';

let dir: string;
let ca: CA;
beforeAll(async () => {
  ca = await makeCA('test');
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hubaccess-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'plugin', interactiveMode: 'Never' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const member = (name: string, cluster: object = {}, more: Partial<Cluster> = {}): Cluster => ({
  ...bareCluster(name, 'hub'),
  ref: { namespace: 'fleet', name },
  accessProviders: [{ name: 'p', cluster: { server: 'https://a.example', ...cluster } }],
  ...more,
});

interface World extends Partial<Pick<AccessDeps, 'overrides' | 'pinMode' | 'onWarning'>> {
  readonly providers?: readonly object[];
  readonly endpoints?: object;
  readonly access?: object;
}

async function access(cluster: Cluster, { providers, endpoints, access: own, ...deps }: World = {}): Promise<Access> {
  const host = { env: {}, home: dir, cwd: dir, platform: 'linux', uid: process.geteuid?.() };
  const config = defaultConfig(host);
  const providerFile = join(dir, 'providers.json');
  writeFileSync(providerFile, JSON.stringify({ providers: providers ?? [{ name: 'p', execConfig: exec }] }));
  const targets = await resolveAccess([cluster], {
    host,
    config: {
      ...config,
      access: { ...config.access, ...own, endpoints: { ...config.access.endpoints, ...endpoints } },
    } as Config,
    mapping: { groups: {}, clusters: [] },
    kubeconfig: async () => ({ contexts: new Map(), clusters: new Map(), users: new Map(), files: [], missing: [] }),
    overrides: {},
    literals: new Set(),
    includeUnhealthy: false,
    hub: 'https://hub',
    providerFile,
    ...deps,
  } as AccessDeps);
  return targets[0]?.access as Access;
}
const errorOf = (found: Access) =>
  found.kind === 'ended' && found.outcome.kind === 'failed' ? found.outcome.error : undefined;

test('what a connection is made of: normal form, CA as it was read, no proxy of the environment, impersonation', async () => {
  const found = await access(
    member('x', {
      server: 'HTTPS://A.example:443/p/',
      'certificate-authority-data': base64(`# a comment\n${ca.cert}-----BEGIN OTHER-----\nQQ==\n-----END OTHER-----\n`),
      'tls-server-name': 'n.example',
      'disable-compression': true,
    }),
    { overrides: { impersonate: { user: 'jane' }, namespace: 'ns' } },
  );
  expect(found).toMatchObject({
    kind: 'untrusted',
    namespace: 'ns',
    config: {
      server: 'https://a.example/p',
      tls: { serverName: 'n.example' },
      proxy: '',
      disableCompression: true,
      impersonate: { user: 'jane' },
      auth: { exec: { command: 'plugin', args: [], env: [] } },
    },
    seen: {
      key: 'fleet/x',
      pin: {
        server: 'https://a.example/p',
        tlsServerName: 'n.example',
        ca: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
      },
    },
  });
  const pem = found.kind === 'untrusted' ? (found.config.tls.ca ?? '') : '';
  expect(pem.trim()).toBe(ca.cert.trim());
});

test('a CA that somebody encoded twice is read, one that is none is refused', async () => {
  const twice = await access(member('x', { 'certificate-authority-data': base64(base64(ca.cert)) }));
  expect(twice).toMatchObject({ config: { tls: { ca: expect.stringContaining('BEGIN CERTIFICATE') } } });
  for (const data of [
    'LS0t...',
    base64('no certificate'),
    base64('-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----'),
  ])
    expect(errorOf(await access(member('x', { 'certificate-authority-data': data })))).toMatchObject({
      type: 'EndpointRefused',
      reason: 'E-ENDPOINT-CA',
      message: expect.stringContaining('certificate-authority-data'),
    });
});

test('useEnvironmentProxy leaves the proxy to the environment', async () => {
  const found = await access(member('x'), { endpoints: { useEnvironmentProxy: true } });
  expect(found.kind === 'untrusted' && 'proxy' in found.config).toBe(false);
});

test('a rewritten address brings its own CA, and pins are about it', async () => {
  const caFile = join(dir, 'ca.crt');
  writeFileSync(caFile, ca.cert);
  const rewrites = [{ from: 'https://inside:9092', to: 'https://127.0.0.1:9443', caFile }];
  const found = await access(
    member('x', { server: 'https://inside:9092/c', 'certificate-authority-data': base64('x') }),
    {
      endpoints: { serverRewrites: rewrites },
    },
  );
  expect(found).toMatchObject({
    config: { server: 'https://127.0.0.1:9443/c', tls: { ca: expect.stringContaining('BEGIN') } },
    seen: { pin: { server: 'https://127.0.0.1:9443/c' } },
  });
  const gone = await access(member('x', { server: 'https://inside:9092/c' }), {
    endpoints: { serverRewrites: [{ ...rewrites[0], caFile: '/gone' }] },
  });
  expect(errorOf(gone)).toMatchObject({ message: '/gone holds no PEM certificate' });
});

test.each([
  [
    { serverRewrites: [{ from: 'http://a', to: 'https://b' }] },
    'access.endpoints.serverRewrites[0].from: "http://a" is not a plain https URL',
  ],
  [
    { allowedServers: { eks: ['a.example'], gke: [], aks: [] } },
    'access.endpoints.allowedServers.eks: "a.example" is not a plain https URL',
  ],
])('a policy that is none ends the command: %j', async (endpoints, message) => {
  await expect(access(member('x'), { endpoints })).rejects.toMatchObject({ message, exitCode: 2 });
});

describe("a provider's own limits", () => {
  const own = (more: object) => ({ providers: [{ name: 'p', execConfig: exec, ...more }] });

  test('namespaces and managers: the provider is for others', async () => {
    const manager = { manager: 'gke-fleet' };
    expect(
      await access(member('x', {}, manager), own({ allowedNamespaces: ['fleet'], clusterManagers: ['gke-fleet'] })),
    ).toMatchObject({ kind: 'untrusted' });
    for (const limits of [{ allowedNamespaces: ['other'] }, { clusterManagers: ['other'] }])
      expect(await access(member('x', {}, manager), own(limits))).toMatchObject({
        outcome: {
          kind: 'skipped',
          reason: {
            code: 'E-NO-ACCESS',
            message:
              'no access: no context is mapped to it and its access providers (p) are not in your provider file; map one with "kubectl mc setup" or see "kubectl mc help access"',
          },
        },
      });
    expect(await access(member('x'), own({ clusterManagers: ['gke-fleet'] }))).toMatchObject({ kind: 'ended' });
  });

  test.each([
    ['https://a.example', ['*.example'], true],
    ['https://a.b.gke.goog', ['*.gke.goog'], true],
    ['https://gke.goog.evil.example', ['*.gke.goog'], false],
    ['https://xgke.goog', ['*.gke.goog'], false],
    ['https://a.example:6443', ['https://a.example:6443'], true],
    ['https://a.example', ['https://a.example:6443'], false],
  ])('servers: %s in %j: %s', async (server, allowedServers, fits) => {
    const found = await access(member('x', { server }), own({ allowedServers }));
    if (fits) expect(found.kind).toBe('untrusted');
    else
      expect(errorOf(found)).toMatchObject({
        reason: 'E-ENDPOINT-RECIPE',
        message: expect.stringContaining('allowedServers'),
      });
  });

  test('the order of the file decides, and a provider without a command is an error, not a reason to take the next', async () => {
    const cluster = member(
      'x',
      {},
      {
        accessProviders: [
          { name: 'a', cluster: { server: 'https://a.example' } },
          { name: 'b', cluster: { server: 'https://b.example' } },
        ],
      },
    );
    const entry = (name: string, execConfig: object | null = exec) => ({ name, execConfig });
    expect(await access(cluster, { providers: [entry('b'), entry('a')] })).toMatchObject({
      config: { server: 'https://b.example' },
    });
    expect(errorOf(await access(cluster, { providers: [entry('b', null), entry('a')] }))).toMatchObject({
      message: 'no exec config found for provider "b"',
    });
  });

  test('a relative command belongs to the folder of the file, a bare name to PATH', async () => {
    const command = async (text: string) => {
      const found = await access(member('x'), own({ execConfig: { ...exec, command: text } }));
      return found.kind === 'untrusted' ? found.config.auth.exec?.command : undefined;
    };
    expect([await command('./bin/plugin'), await command('plugin'), await command('/opt/plugin')]).toEqual([
      join(dir, 'bin', 'plugin'),
      'plugin',
      '/opt/plugin',
    ]);
  });

  test('the mode of the file is kept, auth.interactive: never wins', async () => {
    const found = await access(member('x'), own({ execConfig: { ...exec, interactiveMode: undefined } }));
    expect(found).toMatchObject({ config: { auth: { exec: { interactiveMode: 'IfAvailable' } } } });
    expect(
      errorOf(await access(member('x'), own({ execConfig: { ...exec, interactiveMode: 'Sometimes' } }))),
    ).toMatchObject({
      type: 'ExecPlugin',
      message: 'invalid interactiveMode for provider "p": "Sometimes"',
    });
  });
});

test('warnings are told with their cluster', async () => {
  const told: string[] = [];
  await access(
    member(
      'x',
      { 'certificate-authority': '/etc/passwd' },
      {
        accessProviders: [
          { name: 'p', cluster: { server: 'https://a.example', 'certificate-authority': '/x' }, deprecated: true },
        ],
      },
    ),
    {
      providers: [{ name: 'p', execConfig: { ...exec, command: 'aws' }, profileSourcedCLIArgsPolicy: 'Append' }],
      onWarning: (cluster, { code }) => told.push(`${cluster} ${code}`),
    },
  );
  expect(told).toEqual(['fleet/x W-CA-FILE-IGNORED', 'fleet/x W-DEPRECATED', 'fleet/x W-APPEND-RISK']);
});

test('without a hub hint, a provider or a mapping, nothing of this is read', async () => {
  const { accessProviders: _, ...rest } = member('x');
  expect(await access({ ...rest, accessProviders: [], source: 'file' }, { providers: [] })).toMatchObject({
    outcome: { reason: { code: 'E-NO-ACCESS' } },
  });
});
