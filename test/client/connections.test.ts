import net from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/client/secret.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { issue, makeCA } from '../fleet/pki.ts';
import { json, type Listening, listen, pki, startServer } from './apiserver.ts';
import { attempt, closeAll, configFor, errorOf, get, transports } from './harness.ts';

afterAll(closeAll);

const once = { retry: { more: 0 } };
const write = { method: 'POST', path: '/x', body: '{}' } as const;

async function deadPort(): Promise<number> {
  const server = await listen(net.createServer());
  server.close();
  return server.port;
}

/** A server that accepts and then does as told. */
function rawServer(behave: (socket: net.Socket) => void): Promise<Listening> {
  return listen(net.createServer(behave));
}

describe('a server that cannot be reached', () => {
  test('refuses: typed, and a write was not sent', async () => {
    const port = await deadPort();
    const client = transports(once).open(await configFor(`https://127.0.0.1:${port}`));
    expect(await errorOf(get(client))).toMatchObject({
      type: 'ConnectionRefused',
      message: `127.0.0.1:${port} refused the connection`,
      retriable: true,
    });
    expect(await errorOf(client.do(write, attempt()))).toMatchObject({ type: 'ConnectionRefused', sent: 'no' });
  });

  test('has no name', async () => {
    const error = await errorOf(get(transports(once).open(await configFor('https://no-such-host.invalid:6443'))));
    expect(error).toMatchObject({ type: 'DNS', message: expect.stringContaining('"no-such-host.invalid"') });
  });

  test('is silent after accept: Timeout (connect)', async () => {
    const server = await rawServer((socket) => socket.resume());
    const client = transports(once).open(await configFor(`https://127.0.0.1:${server.port}`), { connectTimeoutMs: 50 });
    expect(await errorOf(get(client))).toMatchObject({
      type: 'Timeout',
      reason: 'connect',
      message: `connecting to 127.0.0.1:${server.port} took longer than 0.05s`,
      hint: expect.stringContaining('--connect-timeout'),
    });
    expect(await errorOf(client.do(write, attempt()))).toMatchObject({ type: 'Timeout', sent: 'no' });
    server.close();
  });

  test.each([
    ['closes before TLS', (socket: net.Socket) => socket.end(), 'ConnectionReset', 'no'],
    ['resets before TLS', (socket: net.Socket) => socket.resetAndDestroy(), 'ConnectionReset', 'no'],
    ['speaks plain HTTP', (socket: net.Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'TLS', 'no'],
  ])('%s', async (_, behave, type, sent) => {
    const server = await rawServer(behave);
    const client = transports(once).open(await configFor(`https://127.0.0.1:${server.port}`));
    expect(await errorOf(get(client))).toMatchObject({ type });
    expect(await errorOf(client.do(write, attempt()))).toMatchObject({ type, sent });
    server.close();
  });
});

describe('TLS', () => {
  const day = 86_400_000;
  test.each([
    [
      'a certificate that ended',
      { cn: 's', sans: ['127.0.0.1'], notAfter: new Date(Date.now() - day) },
      /has expired \(CERT_HAS_EXPIRED\)/,
    ],
    [
      'a certificate of tomorrow',
      { cn: 's', sans: ['127.0.0.1'], notBefore: new Date(Date.now() + day) },
      /not valid yet/,
    ],
    ['a certificate for other names', { cn: 's', sans: ['other.test'] }, /made for other names/],
  ])('%s', async (_, request, message) => {
    const server = await startServer((_request, response) => json(response, {}), await issue(await pki.ca, request));
    const client = transports(once).open(await configFor(server.url));
    expect(await errorOf(get(client))).toMatchObject({
      type: 'TLS',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
    expect(server.requests).toHaveLength(0);
    server.close();
  });

  test('an unknown authority, a bundle without certificates, a foreign key', async () => {
    const server = await startServer((_, response) => json(response, {}));
    const other = await makeCA('other');
    const open = (more: object) => configFor(server.url, more).then((config) => transports(once).open(config));
    expect(await errorOf(get(await open({ tls: { ca: other.cert } })))).toMatchObject({
      type: 'TLS',
      message: expect.stringContaining('unknown authority'),
    });
    expect(await errorOf(get(await open({ tls: {} })))).toMatchObject({ type: 'TLS' });
    expect(await errorOf(get(await open({ tls: { ca: 'nothing' } })))).toMatchObject({
      type: 'TLS',
      message: expect.stringContaining('no PEM certificate'),
    });
    const { cert } = await pki.client;
    const key = new Secret((await pki.server).key);
    expect(await errorOf(get(await open({ auth: { certificate: { cert, key } } })))).toMatchObject({
      type: 'TLS',
      message: expect.stringContaining('KEY_VALUES_MISMATCH'),
    });
    const { cert: leaf, key: own } = await issue(other, { cn: 's', sans: ['127.0.0.1'] });
    const chained = await startServer((_, response) => json(response, {}), { cert: leaf + other.cert, key: own });
    expect(await errorOf(get(transports(once).open(await configFor(chained.url))))).toMatchObject({
      type: 'TLS',
      message: expect.stringContaining('SELF_SIGNED_CERT_IN_CHAIN'),
    });
    server.close();
    chained.close();
  });

  test('insecure asks nothing; tls-server-name says which name counts, an address too; a host name goes into SNI', async () => {
    const names: unknown[] = [];
    const server = await startServer((request, response) => {
      names.push((request.socket as unknown as { servername: unknown }).servername);
      json(response, { ok: true });
    });
    const { cert: ca } = await pki.ca;
    const shared = transports(once);
    for (const [url, tls] of [
      [server.url, { insecure: true }],
      [server.url, { ca }],
      [server.url, { ca, serverName: 'kube.test' }],
      [`https://localhost:${server.port}`, { ca, serverName: '127.0.0.1' }],
      [`https://localhost:${server.port}`, { ca }],
    ] as const)
      expect(await get(shared.open(await configFor(url, { tls })))).toEqual({ ok: true });
    expect(names).toEqual([false, false, 'kube.test', false, 'localhost']);
    const wrong = await configFor(server.url, { tls: { ca, serverName: '10.0.0.1' } });
    expect(await errorOf(get(shared.open(wrong)))).toMatchObject({ type: 'TLS' });
    server.close();
  });

  test('the client certificate is presented, and a server that wants one says so', async () => {
    const seen: string[] = [];
    const server = await startServer(
      (request, response) => {
        seen.push(
          (request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate()
            .subject.CN,
        );
        json(response, {});
      },
      { requestCert: true, rejectUnauthorized: true, ca: (await pki.ca).cert },
    );
    const { cert, key } = await pki.client;
    await get(
      transports().open(await configFor(server.url, { auth: { certificate: { cert, key: new Secret(key) } } })),
    );
    expect(seen).toEqual(['alice']);
    expect(await errorOf(get(transports(once).open(await configFor(server.url))))).toMatchObject({ type: 'TLS' });
    server.close();
  });

  test('nothing below TLS 1.2 is spoken', async () => {
    const server = await startServer((_, response) => json(response, {}), {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    expect(await errorOf(get(transports(once).open(await configFor(server.url))))).toMatchObject({ type: 'TLS' });
    server.close();
  });
});

describe('the end of an attempt', () => {
  test('is thrown as the failure it was given, else as Canceled', async () => {
    const server = await startServer(() => {});
    const client = transports().open(await configFor(server.url));
    const late = new ClusterFailure({ type: 'Timeout', reason: 'request', message: 'too late', retriable: true });
    for (const [reason, type] of [
      [late, 'Timeout'],
      [new Error('ctrl-c'), 'Canceled'],
    ] as const) {
      const over = new AbortController();
      const before = server.requests.length;
      const work = errorOf(get(client, '/x', attempt(over.signal)));
      while (server.requests.length === before) await new Promise((done) => setImmediate(done));
      over.abort(reason);
      expect(await work).toMatchObject({ type });
    }
    const over = new AbortController();
    const work = errorOf(client.do(write, attempt(over.signal)));
    while (server.requests.length < 3) await new Promise((done) => setImmediate(done));
    over.abort(late);
    expect(await work).toMatchObject({ type: 'Timeout', sent: 'maybe' });
    expect(await errorOf(get(client, '/x', attempt(AbortSignal.abort(late))))).toMatchObject({ message: 'too late' });
    expect(server.requests).toHaveLength(3);
    server.close();
  });

  test('--request-timeout bounds one request, also in the middle of its body', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"items":[');
    });
    const client = transports(once).open(await configFor(server.url));
    const error = await errorOf(client.json({ method: 'GET', path: '/x', timeoutMs: 60 }, attempt()));
    expect(error).toMatchObject({
      type: 'Timeout',
      reason: 'request',
      message: `127.0.0.1:${server.port} did not answer a request within 0.06s`,
      hint: expect.stringContaining('--request-timeout'),
    });
    server.close();
  });
});

describe('sockets', () => {
  test('are shared by contexts of one server and identity, impersonating or not, and never between credentials', async () => {
    const tokens = new Map<net.Socket, Set<string>>();
    const server = await startServer(
      (request, response) => {
        const seen = tokens.get(request.socket) ?? new Set();
        tokens.set(
          request.socket,
          seen.add(
            `${request.headers.authorization} ${(request.socket as never as { getPeerCertificate(): { subject?: { CN: string } } }).getPeerCertificate().subject?.CN}`,
          ),
        );
        json(response, {});
      },
      { requestCert: true, rejectUnauthorized: false, ca: (await pki.ca).cert },
    );
    const shared = transports();
    const { cert, key } = await pki.client;
    const certificate = { cert, key: new Secret(key) };
    const users = [
      {},
      { token: new Secret('one') },
      { token: new Secret('two') },
      { basic: { username: 'a', password: new Secret('b') } },
      { certificate },
      { certificate, token: new Secret('one') },
    ];
    for (const auth of users)
      for (const origin of ['first', 'second'])
        for (const impersonate of [undefined, { user: 'bob' }])
          await get(shared.open(await configFor(server.url, { auth, origin, ...(impersonate && { impersonate }) })));
    expect(server.requests).toHaveLength(users.length * 4);
    expect(server.connections()).toBe(users.length);
    expect([...tokens.values()].map((seen) => seen.size)).toEqual(users.map(() => 1));
    server.close();
  });

  test('are at most as many as allowed', async () => {
    let most = 0;
    const server = await startServer((_, response) => {
      most = Math.max(most, server.open().length);
      setTimeout(() => json(response, {}), 5);
    });
    const client = transports().open(await configFor(server.url), { maxSockets: 2 });
    await Promise.all(Array.from({ length: 10 }, () => get(client)));
    expect([most, server.connections()]).toEqual([2, 2]);
    server.close();
  });

  test('waiting for a free one does not count as connecting', async () => {
    const server = await startServer((_, response) => void setTimeout(() => json(response, {}), 400));
    const client = transports(once).open(await configFor(server.url), {
      maxSockets: 1,
      connectTimeoutMs: 700,
    });
    await Promise.all([get(client), get(client), get(client)]);
    expect(server.connections()).toBe(1);
    server.close();
  });

  test('resume their TLS session', async () => {
    const reused: boolean[] = [];
    const server = await startServer((request, response) => {
      reused.push((request.socket as never as { isSessionReused(): boolean }).isSessionReused());
      response.setHeader('connection', 'close');
      json(response, {});
    });
    const client = transports().open(await configFor(server.url));
    await get(client);
    await get(client);
    expect(reused).toEqual([false, true]);
    server.close();
  });
});
