import { afterEach, describe, expect, test } from 'vitest';
import { type Responder, type ResponderOptions, startResponder } from '../fleet/faults/responder.ts';
import { get } from './plain-client.ts';

const open: Responder[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((responder) => responder.close()));
});

async function responder(options: ResponderOptions = {}): Promise<Responder> {
  const made = await startResponder(options);
  open.push(made);
  return made;
}

const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };

describe('certificates', () => {
  test.each([
    ['wrongCA', /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED|CERT_SIGNATURE_FAILURE/],
    ['expiredCertificate', /CERT_HAS_EXPIRED/],
    ['wrongHost', /ERR_TLS_CERT_ALTNAME_INVALID/],
  ] as const)('%s', async (certificate, error) => {
    const { url, ca, requests } = await responder({ certificate });
    expect((await get(url, { ca, token: 'secret' })).error).toMatch(error);
    expect(requests).toEqual([]);
  });
});

describe('answers', () => {
  test.each([
    [401, 'Unauthorized', undefined],
    [403, 'Forbidden', undefined],
    [429, 'TooManyRequests', 7],
    [500, 'InternalError', undefined],
    [503, 'ServiceUnavailable', 3],
  ] as const)('status %i with a Status body', async (code, reason, retryAfterSeconds) => {
    const after = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    const { url, ca } = await responder({ rules: [{ kind: 'status', code, ...after }] });
    const { status, headers, body } = await get(`${url}/api/v1/pods`, { ca });
    expect(status).toBe(code);
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });
    expect(headers?.['retry-after']).toBe(retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds));
  });

  test('JSON cut inside an honest Content-Length', async () => {
    const { url, ca } = await responder({ rules: [{ kind: 'truncated', how: 'length' }] });
    const exchange = await get(`${url}/api/v1/pods`, { ca, ...table });
    expect(exchange).toMatchObject({ status: 200, headers: { 'content-length': String(exchange.body.length) } });
    expect(exchange.error).toBeUndefined();
    expect(exchange.body).toContain('"kind":"Table"');
    expect(() => JSON.parse(exchange.body)).toThrow();
  });

  test.each(['short', 'chunked'] as const)('a body that ends too early (%s)', async (how) => {
    const { url, ca } = await responder({ rules: [{ kind: 'truncated', how }] });
    const exchange = await get(`${url}/api/v1/pods`, { ca });
    expect(exchange.status).toBe(200);
    expect(exchange.error).toBe('ECONNRESET');
    expect(exchange.body).toContain('"kind":"PodList"');
  });

  test('an HTML page', async () => {
    const { url, ca } = await responder({ rules: [{ kind: 'html' }] });
    const { status, headers, body } = await get(url, { ca });
    expect(status).toBe(200);
    expect(headers?.['content-type']).toContain('text/html');
    expect(body).toContain('<html>');
  });

  test('410 for a continue token only, with the token to go on with', async () => {
    const { url, ca } = await responder({ rules: [{ kind: 'expiredPage', times: 1 }] });
    const token = Buffer.from('{"v":"meta.k8s.io/v1","rv":5,"start":"/a\\u0000"}').toString('base64url');
    expect((await get(`${url}/api/v1/pods?limit=1`, { ca })).status).toBe(404);
    const { status, body } = await get(`${url}/api/v1/pods?limit=1&continue=${token}`, { ca });
    expect(status).toBe(410);
    const answer = JSON.parse(body);
    expect(answer).toMatchObject({ reason: 'Expired', code: 410 });
    expect(JSON.parse(Buffer.from(answer.metadata.continue, 'base64url').toString())).toEqual({
      v: 'meta.k8s.io/v1',
      rv: -1,
      start: 'a\u0000',
    });
    expect((await get(`${url}/api/v1/pods?limit=1&continue=${token}`, { ca })).status).toBe(404);
  });

  test.each([302, 307] as const)('redirect %i, and a sink that tells whether anybody followed', async (code) => {
    const sink = await responder({ plain: true });
    const { url, ca } = await responder({ rules: [{ kind: 'redirect', to: `${sink.url}/stolen`, code }] });
    const { status, headers } = await get(`${url}/api/v1/pods`, { ca, token: 'secret' });
    expect(status).toBe(code);
    expect(headers?.['location']).toBe(`${sink.url}/stolen`);
    expect(sink.requests).toEqual([]);
  });

  test('a huge body comes whole', async () => {
    const { url, ca } = await responder({ rules: [{ kind: 'huge', bytes: 3_000_000 }] });
    const { body } = await get(url, { ca });
    expect(body.length).toBeGreaterThan(3_000_000);
    expect(JSON.parse(body).items.length).toBeGreaterThan(100);
  });

  test('no answer at all', async () => {
    const { url, ca, requests } = await responder({ rules: [{ kind: 'hang' }] });
    expect(await get(url, { ca, giveUpMs: 150 })).toMatchObject({ error: 'gave up', secured: true });
    expect(requests).toHaveLength(1);
  });
});

describe('rules', () => {
  test('skip, times and path', async () => {
    const { url, ca, ...rest } = await responder({
      rules: [
        { kind: 'status', code: 503, skip: 1, times: 2, path: '/pods' },
        { kind: 'status', code: 500, path: '/nodes' },
      ],
    });
    const seen = [];
    for (const path of ['/pods', '/pods', '/nodes', '/pods', '/pods'])
      seen.push((await get(url + path, { ca })).status);
    expect(seen).toEqual([404, 503, 500, 503, 404]);
    expect(rest.requests.map(({ url }) => url)).toEqual(['/pods', '/pods', '/nodes', '/pods', '/pods']);
  });

  test('requests are remembered without their secrets', async () => {
    const { url, ca, requests } = await responder();
    await get(url, { ca, token: 'top-secret', headers: { 'user-agent': 'me' } });
    expect(requests[0]).toMatchObject({ method: 'GET', authorized: true, headers: { 'user-agent': 'me' } });
    expect(JSON.stringify(requests)).not.toContain('top-secret');
  });
});

describe('in front of a server', () => {
  test('fails the first requests and then passes on, prefix, query and Authorization included', async () => {
    const upstream = await responder({ rules: [{ kind: 'html', path: '/prefix/pods?limit=1' }] });
    const { url, ca } = await responder({
      upstream: { url: `${upstream.url}/prefix`, ca: upstream.ca },
      rules: [{ kind: 'status', code: 429, retryAfterSeconds: 1, times: 2 }],
    });
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await get(`${url}/pods?limit=1`, { ca, token: 't' })).status);
    expect(seen).toEqual([429, 429, 200]);
    expect(upstream.requests).toMatchObject([{ url: '/prefix/pods?limit=1', authorized: true }]);
  });

  test('adds a warning to the real answer', async () => {
    const upstream = await responder();
    const { url, ca } = await responder({
      upstream: { url: upstream.url, ca: upstream.ca },
      rules: [{ kind: 'warning', text: 'v1 Foo is "old"' }],
    });
    const { status, headers } = await get(url, { ca });
    expect(status).toBe(404);
    expect(headers?.['warning']).toBe('299 - "v1 Foo is \\"old\\""');
  });

  test('a dead upstream is a broken connection', async () => {
    const { url, ca } = await responder({ upstream: { url: 'https://127.0.0.1:1', ca: '' } });
    expect((await get(url, { ca })).error).toBe('ECONNRESET');
  });
});
