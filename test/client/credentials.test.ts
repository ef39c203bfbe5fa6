import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { identityKey, transportKey } from '../../src/client/configkey.ts';
import { openCredentials } from '../../src/client/credentials.ts';
import type { Auth, ExecConfig, RESTConfig } from '../../src/client/restconfig.ts';
import { Secret } from '../../src/client/secret.ts';
import { json, startServer } from './apiserver.ts';
import { attempt, closeAll, configFor, errorOf, fakeClock, get, memoryFiles, transports } from './harness.ts';

afterAll(closeAll);

const exec: ExecConfig = { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', args: ['eks'], env: [] };
const certificate = { cert: 'CERT', key: new Secret('KEY') };
const token = new Secret('tok');
const basic = { username: 'u', password: new Secret('p:w') };

function config(auth: Auth, more: Partial<RESTConfig> = {}): RESTConfig {
  return { server: 'https://a.example', tls: {}, auth, origin: 'ctx', ...more };
}

function credentials(files = new Map([['/t', { text: ' from-file\n', modifiedMs: 1 }]])) {
  const clock = fakeClock();
  return { clock, files, made: openCredentials({ files: memoryFiles(files), clock }) };
}

describe('what a user proves', () => {
  test.each<[string, Auth, object]>([
    ['nothing', {}, {}],
    ['a token', { token }, { Authorization: 'Bearer tok' }],
    ['a token file', { tokenFile: '/t' }, { Authorization: 'Bearer from-file' }],
    ['a token file before a token', { tokenFile: '/t', token }, { Authorization: 'Bearer from-file' }],
    ['a token where its file is missing', { tokenFile: '/none', token }, { Authorization: 'Bearer tok' }],
    ['a password', { basic }, { Authorization: `Basic ${btoa('u:p:w')}` }],
    ['a token, so that no plugin is asked', { token, exec }, { Authorization: 'Bearer tok' }],
    ['a certificate, so that no plugin is asked', { certificate, exec }, {}],
    ['a password, so that no provider is asked', { basic, oidc: {} }, { Authorization: `Basic ${btoa('u:p:w')}` }],
  ])('%s', async (_, auth, headers) => {
    const credential = await credentials().made.get(config(auth), attempt());
    expect(credential.headers).toEqual(headers);
    expect(credential.cert).toBe(auth.certificate?.cert);
  });

  test('a certificate goes along with everything else', async () => {
    const { made } = credentials();
    const credential = await made.get(config({ certificate, token }), attempt());
    expect(credential).toMatchObject({ headers: { Authorization: 'Bearer tok' }, cert: 'CERT', key: certificate.key });
    expect(inspect(credential.key)).toBe('<redacted>');
  });

  test.each<[string, Auth, Partial<RESTConfig>, object]>([
    [
      'a token and a password',
      { token, basic },
      {},
      { message: 'username/password or bearer token may be set for context "ctx", but not both' },
    ],
    [
      'groups without a user',
      {},
      { impersonate: { groups: ['g'] } },
      { message: 'requesting uid, groups or user-extra for context "ctx" without impersonating a user' },
    ],
    [
      'a token file that is missing',
      { tokenFile: '/none' },
      {},
      { message: 'the token file /none for context "ctx" cannot be read: ENOENT' },
    ],
    [
      'an empty token file',
      { tokenFile: '/empty' },
      {},
      { message: 'the token file /empty for context "ctx" cannot be read: it is empty' },
    ],
    [
      'an exec plugin where no program is started',
      { exec },
      {},
      {
        type: 'ExecPlugin',
        message: 'getting credentials: the user of context "ctx" logs in through aws, which is not started here',
      },
    ],
    [
      'an auth provider without tokens',
      { oidc: {} },
      {},
      { type: 'Unauthorized', message: expect.stringContaining('oidc auth provider for context "ctx"') },
    ],
  ])('%s is refused', async (_, auth, more, expected) => {
    const { made } = credentials(new Map([['/empty', { text: '\n', modifiedMs: 1 }]]));
    expect(await errorOf(made.get(config(auth, more), attempt()))).toMatchObject(expected);
  });
});

describe('a token file', () => {
  test('is read again when it changed or after a minute; a last good token outlives a missing file', async () => {
    const { made, files, clock } = credentials();
    const one = config({ tokenFile: '/t' });
    const now = async () => (await made.get(one, attempt())).headers['Authorization'];
    const first = await made.get(one, attempt());
    expect(await made.get(one, attempt())).toBe(first);
    files.set('/t', { text: 'second', modifiedMs: 2 });
    expect(await now()).toBe('Bearer second');
    files.set('/t', { text: 'third', modifiedMs: 2 });
    expect(await now()).toBe('Bearer second');
    await clock.advance(60_000);
    expect(await now()).toBe('Bearer third');
    files.delete('/t');
    await clock.advance(60_000);
    expect(await now()).toBe('Bearer third');
  });

  test('is read again after a 401, and its new token has sockets of its own', async () => {
    const { made, files } = credentials();
    const server = await startServer((request, response) =>
      json(response, {}, request.headers.authorization === 'Bearer fresh' ? 200 : 401),
    );
    const rotating = await configFor(server.url, { auth: { tokenFile: '/t' } });
    const client = transports({ credentials: made }).open(rotating);
    expect(await errorOf(get(client))).toMatchObject({ type: 'Unauthorized' });
    expect(server.requests).toHaveLength(1);
    files.set('/t', { text: 'fresh', modifiedMs: 1 });
    expect(await get(client)).toEqual({});
    expect(await get(client)).toEqual({});
    expect([server.requests.length, server.connections()]).toEqual([4, 2]);
    server.close();
  });
});

describe('keys', () => {
  const base = config({ token });
  const keyOf = async (one: RESTConfig) => transportKey(one, await credentials().made.get(one, attempt()));

  test.each<[string, Partial<RESTConfig>, boolean, boolean]>([
    ['the same again', { auth: { token: new Secret('tok') }, origin: 'other' }, true, true],
    ['impersonation', { impersonate: { user: 'bob' } }, true, false],
    ['another token', { auth: { token: new Secret('tok2') } }, false, false],
    ['no token', { auth: {} }, false, false],
    ['a password', { auth: { basic } }, false, false],
    ['a certificate too', { auth: { token, certificate } }, false, false],
    ['another server', { server: 'https://b.example' }, false, false],
    ['a proxy', { proxy: 'http://p' }, false, false],
    ['another CA', { tls: { ca: 'x' } }, false, false],
    ['insecure', { tls: { insecure: true } }, false, false],
    ['another server name', { tls: { serverName: 'x' } }, false, false],
  ])('%s: same sockets %s, same identity %s', async (_, change, sockets, identity) => {
    const other = { ...base, ...change };
    expect((await keyOf(other)) === (await keyOf(base))).toBe(sockets);
    expect(identityKey(other) === identityKey(base)).toBe(identity);
  });

  test('hold no secret', async () => {
    const all = config({ token: new Secret('s3cret'), certificate: { cert: 'C', key: new Secret('s3cret') } });
    expect(`${identityKey(all)} ${await keyOf(all)}`).not.toContain('s3cret');
    expect(identityKey(all)).toMatch(/^[0-9a-f]{64}$/);
  });
});
