import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClusterFailure } from '../../src/errors.ts';
import type { Kubeconfig } from '../../src/kubeconfig/kubeconfig.ts';
import { restConfigFor } from '../../src/kubeconfig/restconfig.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rc-'));
  writeFileSync(join(dir, 'ca.crt'), '-----BEGIN CERTIFICATE-----\nfile');
  writeFileSync(join(dir, 'tls.crt'), 'cert from file');
  writeFileSync(join(dir, 'tls.key'), 'key from file');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const pem = '-----BEGIN CERTIFICATE-----\ndata';
const server = { server: 'https://api.example:6443' };

function kubeconfig(cluster: object | undefined, user: object | undefined, context: object = {}): Kubeconfig {
  const file = join(dir, 'config');
  const entry = (fields: object) => ({ fields: fields as Record<string, unknown>, file });
  return {
    contexts: new Map([['x', { cluster: 'c', user: 'u', file, ...context }]]),
    clusters: new Map(cluster ? [['c', entry(cluster)]] : []),
    users: new Map(user ? [['u', entry(user)]] : []),
    files: [file],
    missing: [],
  };
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterFailure);
  return (error as ClusterFailure).error;
}

const exec = (fields: object) => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', ...fields } });

describe('what a context means', () => {
  test.each<[string, object, object, object]>([
    ['server alone, anonymous', server, {}, { server: 'https://api.example:6443', tls: {}, auth: {}, origin: 'x' }],
    [
      'a path prefix stays, case, slash, query and fragment go',
      { server: 'HTTPS://API.example:443/p/q/?a=1#f' },
      {},
      { server: 'https://api.example/p/q' },
    ],
    [
      'TLS settings',
      { ...server, 'certificate-authority-data': base64(pem), 'tls-server-name': 'other' },
      {},
      { tls: { ca: pem, serverName: 'other' } },
    ],
    [
      'CA file',
      { ...server, 'certificate-authority': 'ca.crt' },
      {},
      { tls: { ca: '-----BEGIN CERTIFICATE-----\nfile' } },
    ],
    ['no verification', { ...server, 'insecure-skip-tls-verify': true }, {}, { tls: { insecure: true } }],
    [
      'proxy and compression',
      { ...server, 'proxy-url': 'socks5://p:1', 'disable-compression': true },
      {},
      { proxy: 'socks5://p:1', disableCompression: true },
    ],
    [
      'token next to token file',
      server,
      { token: 't', tokenFile: '/t' },
      { auth: { token: expect.anything(), tokenFile: '/t' } },
    ],
    [
      'auth provider oidc',
      server,
      { 'auth-provider': { name: 'oidc', config: { 'id-token': 'i', 'client-id': 'c' } } },
      { auth: { oidc: { 'id-token': 'i', 'client-id': 'c' } } },
    ],
    [
      'null means absent',
      { ...server, 'proxy-url': null, extensions: null },
      { token: null, exec: null, 'as-groups': null },
      { auth: {} },
    ],
    [
      'impersonation',
      server,
      { as: 'jane', 'as-uid': '7', 'as-groups': ['a', 'b'], 'as-user-extra': { scopes: ['s'] } },
      { impersonate: { user: 'jane', uid: '7', groups: ['a', 'b'], extra: { scopes: ['s'] } } },
    ],
    [
      'exec with nulls, a bare command and cluster info',
      { ...server, extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }] },
      exec({
        command: 'login',
        args: null,
        env: null,
        provideClusterInfo: true,
        interactiveMode: 'Never',
        installHint: 'get it',
      }),
      {
        auth: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'login',
            args: [],
            env: [],
            interactiveMode: 'Never',
            installHint: 'get it',
            provideClusterInfo: true,
            clusterConfig: { audience: 'a' },
          },
        },
      },
    ],
    [
      'exec of v1beta1 may leave the mode out',
      server,
      {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: '/bin/login',
          args: ['a'],
          env: [{ name: 'N', value: 'v' }],
        },
      },
      {
        auth: {
          exec: {
            command: '/bin/login',
            args: ['a'],
            env: [{ name: 'N', value: 'v' }],
            interactiveMode: 'IfAvailable',
          },
        },
      },
    ],
  ])('%s', async (_, cluster, user, config) => {
    expect((await restConfigFor(kubeconfig(cluster, user), 'x')).config).toMatchObject(config);
  });

  test('certificate and key come from data or files, secrets do not show', async () => {
    const data = { 'client-certificate-data': base64('c'), 'client-key-data': base64('k') };
    const files = { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' };
    for (const [user, cert, key] of [
      [data, 'c', 'k'],
      [files, 'cert from file', 'key from file'],
      [{ 'client-certificate': 'tls.crt', 'client-key-data': base64('k') }, 'cert from file', 'k'],
    ] as const) {
      const { auth } = (await restConfigFor(kubeconfig(server, user), 'x')).config;
      expect(auth.certificate?.cert).toBe(cert);
      expect(auth.certificate?.key.reveal()).toBe(key);
    }
    const { config } = await restConfigFor(kubeconfig(server, { username: 'n', password: 'p4ss' }), 'x');
    expect(config.auth.basic?.password.reveal()).toBe('p4ss');
    expect(JSON.stringify(config)).not.toContain('p4ss');
  });

  test('a key without certificate is passed over, a context without user is anonymous, the namespace comes along', async () => {
    const opened = await restConfigFor(kubeconfig(server, { 'client-key-data': base64('k') }, { namespace: 'n' }), 'x');
    expect(opened).toMatchObject({ config: { auth: {} }, namespace: 'n' });
    expect((await restConfigFor(kubeconfig(server, undefined, { user: '' }), 'x')).config.auth).toEqual({});
  });

  test('--as is laid upon the kubeconfig field by field', async () => {
    const own = kubeconfig(server, { as: 'jane', 'as-groups': ['own'] });
    const { config } = await restConfigFor(own, 'x', { impersonate: { user: 'joe', uid: '1' } });
    expect(config.impersonate).toEqual({ user: 'joe', uid: '1', groups: ['own'] });
    const groupsOnly = restConfigFor(kubeconfig(server, {}), 'x', { impersonate: { groups: ['g'] } });
    expect((await failure(groupsOnly)).message).toBe(
      'requesting uid, groups or user-extra for u without impersonating a user',
    );
  });
});

describe('what kubectl refuses is a failure of this cluster', () => {
  const ca = { 'certificate-authority-data': base64(pem) };
  test.each<[string, object | undefined, object | undefined, string, RegExp]>([
    ['no cluster entry', undefined, {}, 'NoContext', /^cluster "c" was not found for context "x"$/],
    ['no user entry', server, undefined, 'NoContext', /^user "u" was not found for context "x"$/],
    ['no server', {}, {}, 'NoContext', /^no server found for cluster "c"$/],
    ['no URL', { server: 'api.example:6443' }, {}, 'NoContext', /not an https URL/],
    ['plain http', { server: 'http://api.example' }, {}, 'NoContext', /not an https URL/],
    ['credentials in the URL', { server: 'https://a:b@api.example' }, {}, 'NoContext', /holds a user name or password/],
    [
      'CA twice',
      { ...server, ...ca, 'certificate-authority': 'ca.crt' },
      {},
      'NoContext',
      /^certificate-authority-data and certificate-authority are both specified for c/,
    ],
    [
      'CA file missing',
      { ...server, 'certificate-authority': 'nope' },
      {},
      'NoContext',
      /^unable to read certificate-authority .*\/nope for c due to open .*\/nope: no such file or directory$/,
    ],
    [
      'CA not base64',
      { ...server, 'certificate-authority-data': '***' },
      {},
      'NoContext',
      /certificate-authority-data of c is not valid base64$/,
    ],
    [
      'CA not PEM',
      { ...server, 'certificate-authority-data': base64('hi') },
      {},
      'NoContext',
      /unable to parse bytes as PEM block$/,
    ],
    [
      'CA with insecure',
      { ...server, ...ca, 'insecure-skip-tls-verify': true },
      {},
      'NoContext',
      /^specifying a root certificates file with the insecure flag is not allowed/,
    ],
    [
      'proxy scheme',
      { ...server, 'proxy-url': 'ftp://x' },
      {},
      'NoContext',
      /^invalid 'proxy-url' for cluster "c": unsupported scheme "ftp", must be http, https, or socks5$/,
    ],
    [
      'certificate without key',
      server,
      { 'client-certificate-data': base64('c') },
      'NoContext',
      /^client-key-data or client-key must be specified for u/,
    ],
    [
      'token and basic',
      server,
      { token: 't', password: 'p' },
      'NoContext',
      /found \[token basicAuth\], only one is allowed$/,
    ],
    [
      'wrong type',
      server,
      { token: 5 },
      'NoContext',
      /^error loading config file ".*": users\.u\.token: expected a string, found a number$/,
    ],
    [
      'exec without command',
      server,
      exec({ interactiveMode: 'Never' }),
      'ExecPlugin',
      /^command must be specified for u/,
    ],
    ['exec v1 without mode', server, exec({ command: 'c' }), 'ExecPlugin', /^interactiveMode must be specified for u/],
    [
      'exec mode',
      server,
      exec({ command: 'c', interactiveMode: 'Nev' }),
      'ExecPlugin',
      /^invalid interactiveMode for u: "Nev"$/,
    ],
    [
      'exec version',
      server,
      exec({ command: 'c', apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
      'ExecPlugin',
      /^exec plugin: invalid apiVersion/,
    ],
    [
      'exec variable without name',
      server,
      exec({ command: 'c', interactiveMode: 'Never', env: [{ value: 'v' }] }),
      'ExecPlugin',
      /^env variable name must be specified/,
    ],
    [
      'exec and auth provider',
      server,
      { ...exec({ command: 'c' }), 'auth-provider': { name: 'oidc' } },
      'NoContext',
      /^authProvider cannot be provided in combination with an exec plugin for u$/,
    ],
    [
      'auth provider gcp',
      server,
      { 'auth-provider': { name: 'gcp' } },
      'NoAccess',
      /^The gcp auth plugin has been removed\. Please use the "gke-gcloud-auth-plugin"/,
    ],
    ['auth provider azure', server, { 'auth-provider': { name: 'azure' } }, 'NoAccess', /kubelogin/],
    [
      'auth provider of nobody',
      server,
      { 'auth-provider': { name: 'zzz' } },
      'NoAccess',
      /^no Auth Provider found for name "zzz"$/,
    ],
  ])('%s', async (_, cluster, user, type, message) => {
    const error = await failure(restConfigFor(kubeconfig(cluster, user), 'x'));
    expect(error.type).toBe(type);
    expect(error.message).toMatch(message);
  });

  test('an unknown context', async () => {
    expect(await failure(restConfigFor(kubeconfig(server, {}), 'y'))).toEqual({
      type: 'NoContext',
      message: 'context "y" is not in your kubeconfig',
      retriable: false,
    });
  });

  test('no message shows a secret', async () => {
    const secret = { token: 's3cret', username: 's3cret' };
    expect(JSON.stringify(await failure(restConfigFor(kubeconfig(server, secret), 'x')))).not.toContain('s3cret');
  });
});
