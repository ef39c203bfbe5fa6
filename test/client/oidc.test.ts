import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCredentials } from '../../src/client/credentials.ts';
import type { RESTConfig } from '../../src/client/restconfig.ts';
import { json, pki, startServer, type TestServer } from './apiserver.ts';
import { attempt, errorOf, fakeClock, memoryFiles } from './harness.ts';
import { startConnectProxy } from './proxies.ts';

// What the issuer does; tests change it.
const plain = { secret: '', refreshToken: 'refresh-1', next: '', idToken: true, lifeSeconds: 3600, grants: 0 };
const plan = { ...plain, instead: undefined as ((response: ServerResponse) => void) | undefined };
let issuer: TestServer;
let ca: string;

beforeAll(async () => {
  ca = (await pki.ca).cert;
  issuer = await startServer((request, response) => void answer(request, response));
});
afterAll(() => issuer.close());
beforeEach(() => {
  Object.assign(plan, plain, { instead: undefined });
});

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A token as issuers make them; its signature is the server's business. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.endsWith('/.well-known/openid-configuration'))
    return json(response, { issuer: `${issuer.url}/realm`, token_endpoint: `${issuer.url}/token` });
  if (plan.instead) return plan.instead(response);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const basic = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString();
  const { secret } = plan;
  if (secret && basic !== `kubectl:${secret}` && form.get('client_secret') !== `post-${secret}`)
    return json(response, { error: 'invalid_client' }, 401, { 'www-authenticate': 'Basic' });
  if (form.get('refresh_token') !== plan.refreshToken) return json(response, { error: 'invalid_grant' }, 400);
  plan.grants += 1;
  const iat = nowSeconds();
  const claims = { iss: `${issuer.url}/realm`, aud: 'kubectl', sub: 'jane', iat, exp: iat + plan.lifeSeconds };
  json(response, {
    access_token: 'a',
    token_type: 'bearer',
    ...(plan.idToken && { id_token: jwt({ ...claims, grant: plan.grants }) }),
    ...(plan.next && { refresh_token: plan.next }),
  });
}

/** Credentials on the machine's clock, with what they told the user. */
function world(proxyEnv: Record<string, string> = {}) {
  const notes: string[] = [];
  const clock = { ...fakeClock(), now: () => Date.now() };
  const credentials = openCredentials({ clock, files: memoryFiles(), proxyEnv, note: (text) => notes.push(text) });
  const get = (one: RESTConfig) => credentials.get(one, attempt());
  return { notes, clock, credentials, get };
}

const settings = (more: Record<string, string> = {}) => ({
  'client-id': 'kubectl',
  'idp-issuer-url': `${issuer.url}/realm`,
  'idp-certificate-authority-data': Buffer.from(ca).toString('base64'),
  'refresh-token': 'refresh-1',
  ...more,
});
const config = (oidc: Record<string, string>, server = 'https://a'): RESTConfig => ({
  ...{ server, tls: {}, origin: 'ctx' },
  auth: { oidc },
});
const grantOf = (authorization: unknown): unknown =>
  JSON.parse(Buffer.from(String(authorization).split('.')[1]!, 'base64url').toString()).grant;

describe('the oidc auth provider', () => {
  test('uses an ID token as long as it is good, and asks nobody', async () => {
    const { get } = world();
    const good = jwt({ exp: nowSeconds() + 60 });
    const credential = await get(config({ 'id-token': good, 'idp-issuer-url': 'https://nowhere.invalid' }));
    expect(credential.headers).toEqual({ Authorization: `Bearer ${good}` });
  });

  test.each([
    ['an expired', () => jwt({ exp: nowSeconds() - 60 })],
    ['an unreadable', () => 'x.y.z'],
    ['no', () => ''],
  ])('refreshes %s ID token once for all clusters', async (_, token) => {
    const { get, notes } = world();
    const all = ['a', 'b', 'c'].map((name) => get(config(settings({ 'id-token': token() }), `https://${name}`)));
    for (const { headers } of await Promise.all(all)) expect(grantOf(headers['Authorization'])).toBe(1);
    expect([plan.grants, notes]).toEqual([1, []]);
  });

  test.each([
    ['in the header', 'tell'],
    ['in the form', 'post-tell'],
  ])('proves the client %s', async (_, secret) => {
    plan.secret = 'tell';
    await world().get(config(settings({ 'client-secret': secret })));
    expect(plan.grants).toBe(1);
  });

  test('keeps a replaced refresh token for the run, and says so', async () => {
    plan.next = 'refresh-2';
    const { get, notes, credentials, clock } = world();
    const one = config(settings());
    const first = await get(one);
    expect(notes).toEqual([expect.stringContaining('does not write it to the kubeconfig')]);
    plan.refreshToken = 'refresh-2';
    expect(await credentials.renew(one, first, attempt())).toBeUndefined();
    await clock.advance(31_000);
    const renewed = await credentials.renew(one, first, attempt());
    expect(grantOf(renewed?.headers['Authorization'])).toBe(2);
  });

  test('does not refresh for every request where a clock is wrong', async () => {
    plan.lifeSeconds = 5;
    const { get } = world();
    await get(config(settings()));
    await get(config(settings()));
    expect(plan.grants).toBe(1);
  });

  test.each<[string, Record<string, string>, string]>([
    ['no refresh token', { 'refresh-token': '' }, 'and there is no refresh-token'],
    ['no issuer', { 'idp-issuer-url': '' }, 'and there is no idp-issuer-url'],
    ['a refused refresh token', { 'refresh-token': 's3cret' }, 'did not refresh it: invalid_grant'],
    [
      'an authority that is missing',
      { 'idp-certificate-authority-data': '', 'idp-certificate-authority': '/no' },
      '/no cannot be read (ENOENT)',
    ],
    ['an issuer that is not trusted', { 'idp-certificate-authority-data': '' }, 'did not refresh it: '],
    ['an issuer without TLS', { 'idp-issuer-url': 'http://127.0.0.1:1' }, 'did not refresh it: '],
    ['another realm', { 'idp-issuer-url': 'REALM' }, 'did not refresh it: '],
  ])('ends with %s in one clear line', async (_, change, why) => {
    const issuerURL = change['idp-issuer-url'] === 'REALM' ? { 'idp-issuer-url': `${issuer.url}/other` } : {};
    const error = await errorOf(world().get(config(settings({ ...change, ...issuerURL }))));
    expect(error).toMatchObject({
      type: 'Unauthorized',
      message: expect.stringContaining('the ID token of the oidc auth provider for context "ctx"'),
      hint: expect.stringContaining('log in again'),
    });
    expect(error.message).toContain(why);
    expect(error.message).not.toMatch(/s3cret|\n/);
  });

  test('ends where the answer has no ID token', async () => {
    plan.idToken = false;
    expect((await errorOf(world().get(config(settings())))).message).toContain('its answer holds no ID token');
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['204', (response) => void response.writeHead(204).end(), 'did not refresh it: '],
    ['304', (response) => void response.writeHead(304).end(), 'did not refresh it: '],
    ['2 MiB', (response) => void response.end('x'.repeat(2 * 1024 * 1024)), 'the answer is larger than 1 MiB'],
    ['a cut connection', (response) => void response.destroy(), 'did not refresh it: '],
  ])('ends where the issuer answers with %s', async (_, instead, why) => {
    plan.instead = instead;
    const error = await errorOf(world().get(config(settings())));
    expect(error).toMatchObject({ type: 'Unauthorized', message: expect.stringContaining(why) });
  });

  test('goes through the proxy of the environment', async () => {
    const proxy = await startConnectProxy('http');
    const { port } = new URL(issuer.url);
    const name = `https://issuer.test:${port}`;
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    await errorOf(world(env).get(config(settings({ 'idp-issuer-url': name }))));
    expect(proxy.asked).toEqual([`issuer.test:${port}`]);
    await proxy.close();
  });

  test('a cluster that stops waiting goes, and the refresh ends with the last one', async () => {
    const asked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    plan.instead = (response) => {
      response.on('close', gone.resolve);
      asked.resolve();
    };
    const { credentials } = world();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) => credentials.get(config(settings()), attempt(signal)));
    const ends = Promise.allSettled(waiting);
    await asked.promise;
    first.abort('first');
    await expect(waiting[0]).rejects.toBe('first');
    second.abort('second');
    await gone.promise;
    expect(await ends).toMatchObject([{ reason: 'first' }, { reason: 'second' }]);
  });
});
