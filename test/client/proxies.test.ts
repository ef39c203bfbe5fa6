import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyFromEnvironment } from '../../src/client/proxyenv.ts';
import { json, listen, startServer, type TestServer } from './apiserver.ts';
import { attempt, closeAll, configFor, errorOf, get, transports } from './harness.ts';
import { startConnectProxy, startSocksProxy } from './proxies.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer((_, response) => json(response, { ok: true }));
});
afterAll(() => {
  closeAll();
  server.close();
});

const once = { retry: { more: 0 } };

describe('proxy-url', () => {
  test.each(['http', 'https'] as const)('%s: CONNECT with its login, one tunnel for many requests', async (scheme) => {
    const proxy = await startConnectProxy(scheme);
    const config = await configFor(server.url, { proxy: `${scheme}://u%40x:p%3Aw@127.0.0.1:${proxy.port}` });
    const client = transports().open(config);
    for (let i = 0; i < 3; i++) expect(await get(client)).toEqual({ ok: true });
    expect(proxy.asked).toEqual([`127.0.0.1:${server.port}`]);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('u@x:p:w').toString('base64')}`]);
    proxy.close();
  });

  test('socks5: names are left to the proxy, with a login and without', async () => {
    for (const login of [undefined, 'u:pw']) {
      const proxy = await startSocksProxy(login === undefined ? {} : { login });
      const at = `${login === undefined ? '' : `${login}@`}127.0.0.1:${proxy.port}`;
      const client = transports().open(
        await configFor(`https://kube.test:${server.port}`, { proxy: `socks5://${at}` }),
      );
      expect(await get(client)).toEqual({ ok: true });
      const byAddress = transports().open(await configFor(server.url, { proxy: `socks5://${at}` }));
      expect(await get(byAddress)).toEqual({ ok: true });
      expect(proxy.asked).toEqual([`kube.test:${server.port}`, `127.0.0.1:${server.port}`]);
      expect(proxy.logins).toEqual(login === undefined ? [] : [login, login]);
      proxy.close();
    }
  });

  test('no more tunnels are opened than sockets are allowed, and they are used again', async () => {
    const proxy = await startConnectProxy('http');
    const client = transports().open(await configFor(server.url, { proxy: `http://127.0.0.1:${proxy.port}` }), {
      maxSockets: 2,
    });
    await Promise.all(Array.from({ length: 12 }, () => get(client)));
    expect(proxy.connections()).toBe(2);
    proxy.close();
  });
});

describe('a proxy that fails is named without its password', () => {
  const secret = 'hunter2';
  const check = async (proxy: string, expected: object, options: object = {}) => {
    const client = transports(once).open(await configFor(server.url, { proxy }), options);
    const error = await errorOf(get(client));
    expect(error).toMatchObject(expected);
    expect(error.message).toContain('127.0.0.1');
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(await errorOf(client.do({ method: 'POST', path: '/x' }, attempt()))).toMatchObject({
      ...expected,
      sent: 'no',
    });
  };

  test.each([
    ['407 Proxy Authentication Required', /does not accept its login \(407\)$/, false],
    ['403 Forbidden', /answered 403 instead of connecting to 127\.0\.0\.1:\d+$/, false],
    ['502 Bad Gateway', /answered 502/, true],
  ])('CONNECT answered %s', async (refuse, message, retriable) => {
    const proxy = await startConnectProxy('http', refuse);
    const type = 'ConnectionRefused';
    await check(`http://u:${secret}@127.0.0.1:${proxy.port}`, {
      type,
      message: expect.stringMatching(message),
      retriable,
    });
    proxy.close();
  });

  test('refused, silent, and not a proxy', async () => {
    const gone = await listen(net.createServer());
    gone.close();
    await check(`http://u:${secret}@127.0.0.1:${gone.port}`, {
      type: 'ConnectionRefused',
      message: `the proxy http://127.0.0.1:${gone.port} refused the connection`,
    });
    const silent = await listen(net.createServer((socket) => socket.resume()));
    await check(
      `socks5://u:${secret}@127.0.0.1:${silent.port}`,
      {
        type: 'Timeout',
        reason: 'connect',
        message: expect.stringContaining(`through the proxy socks5://127.0.0.1:${silent.port}`),
      },
      { connectTimeoutMs: 50 },
    );
    silent.close();
    const other = await listen(net.createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n')));
    await check(`http://127.0.0.1:${other.port}`, {
      type: 'ConnectionRefused',
      message: expect.stringContaining('as an HTTP proxy'),
    });
    await check(`socks5://127.0.0.1:${other.port}`, {
      type: 'ConnectionRefused',
      message: expect.stringContaining('as a SOCKS5 proxy'),
    });
    other.close();
  });

  test('SOCKS5: a wrong login and a refusal', async () => {
    const picky = await startSocksProxy({ login: 'a:b' });
    await check(`socks5://u:${secret}@127.0.0.1:${picky.port}`, {
      message: expect.stringContaining('does not accept its login'),
    });
    await check(`socks5://127.0.0.1:${picky.port}`, { message: expect.stringContaining('wants a login') });
    picky.close();
    const refusing = await startSocksProxy({ reply: 5 });
    await check(`socks5://127.0.0.1:${refusing.port}`, {
      message: expect.stringContaining('connection refused'),
      retriable: true,
    });
    refusing.close();
  });

  test('a URL of another kind is refused without being quoted', async () => {
    const error = await errorOf(
      get(transports(once).open(await configFor(server.url, { proxy: `ftp://u:${secret}@x` }))),
    );
    expect(error).toMatchObject({ message: expect.stringContaining('ctx (proxy-url)') });
    expect(JSON.stringify(error)).not.toContain(secret);
  });
});

test('an attempt that ends while the proxy is silent leaves no socket behind', async () => {
  const silent = await listen(net.createServer((socket) => socket.resume()));
  const over = new AbortController();
  const client = transports(once).open(await configFor(server.url, { proxy: `http://127.0.0.1:${silent.port}` }));
  const work = errorOf(get(client, '/x', attempt(over.signal)));
  while (silent.connections() === 0) await new Promise((done) => setImmediate(done));
  over.abort();
  expect(await work).toMatchObject({ type: 'Canceled' });
  while (silent.open().length > 0) await new Promise((done) => setImmediate(done));
  silent.close();
});

test('the environment decides where a config names no proxy; "" is explicitly none', async () => {
  const proxy = await startConnectProxy('http');
  const proxyEnv = { HTTPS_PROXY: `127.0.0.1:${proxy.port}`, NO_PROXY: 'direct.test' };
  const name = `https://kube.test:${server.port}`;
  expect(await get(transports({ proxyEnv }).open(await configFor(name)))).toEqual({ ok: true });
  // Loopback never goes through the environment's proxy.
  expect(await get(transports({ proxyEnv }).open(await configFor(server.url)))).toEqual({ ok: true });
  await errorOf(get(transports({ proxyEnv, ...once }).open(await configFor(name, { proxy: '' }))));
  expect(proxy.asked).toEqual([`kube.test:${server.port}`]);
  proxy.close();
});

describe('HTTPS_PROXY and NO_PROXY', () => {
  const via = (noProxy: string, host: string, port = 443) =>
    proxyFromEnvironment({ HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy })(host, port) !== undefined;

  test.each<[string, string, number, boolean]>([
    ['', 'a.example', 443, true],
    ['', 'localhost', 443, false],
    ['', '127.0.0.1', 443, false],
    ['', '127.9.9.9', 443, false],
    ['', '::1', 443, false],
    ['', 'localhost.example', 443, true],
    ['*', 'a.example', 443, false],
    ['x, * ,y', '10.0.0.1', 443, false],
    ['example.com', 'example.com', 443, false],
    ['example.com', 'EXAMPLE.com', 443, false],
    ['EXAMPLE.com', 'a.example.com', 443, false],
    ['example.com', 'notexample.com', 443, true],
    ['.example.com', 'example.com', 443, true],
    ['.example.com', 'a.example.com', 443, false],
    ['*.example.com', 'example.com', 443, true],
    ['*.example.com', 'a.b.example.com', 443, false],
    ['example.com:6443', 'example.com', 6443, false],
    ['example.com:6443', 'example.com', 443, true],
    ['.example.com:6443', 'a.example.com', 6443, false],
    ['10.0.0.1', '10.0.0.1', 443, false],
    ['10.0.0.1', '10.0.0.10', 443, true],
    ['10.0.0.1:6443', '10.0.0.1', 6443, false],
    ['10.0.0.1:6443', '10.0.0.1', 443, true],
    ['10.0.0.0/8', '10.20.30.40', 443, false],
    ['10.0.0.0/8', '11.0.0.1', 443, true],
    ['10.0.0.0/8', 'a10.example', 443, true],
    ['fd00::/8', 'fd12::1', 443, false],
    ['[fd00::1]:443', 'fd00::1', 443, false],
    ['fd00::1', 'fd00:0::1', 443, false],
    [':443', 'a.example', 443, true],
    [' a.example , b.example ', 'b.example', 443, false],
    ['0.0.1', '10.0.0.1', 443, true],
  ])('NO_PROXY=%s %s:%s → through the proxy: %s', (noProxy, host, port, expected) => {
    expect(via(noProxy, host, port)).toBe(expected);
  });

  test.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ HTTP_PROXY: 'http://p' }, undefined],
    [{ ALL_PROXY: 'http://p' }, undefined],
    [{ https_proxy: 'http://p' }, 'http://p'],
    [{ HTTPS_PROXY: 'http://a', https_proxy: 'http://b' }, 'http://a'],
    [{ HTTPS_PROXY: '', https_proxy: 'http://b' }, 'http://b'],
    [{ HTTPS_PROXY: 'p:3128' }, 'http://p:3128'],
    [{ HTTPS_PROXY: 'socks5://p' }, 'socks5://p'],
    [{ HTTPS_PROXY: 'http://p', no_proxy: 'a.example' }, undefined],
  ])('%j → %s', (env, expected) => {
    expect(proxyFromEnvironment(env)('a.example', 443)).toBe(expected);
  });
});
