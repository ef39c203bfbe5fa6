import { Agent, createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TransportFault } from '../fleet/faults/fault.ts';
import { type FaultProxy, startProxy } from '../fleet/faults/proxy.ts';
import { type CA, issue, makeCA } from '../fleet/pki.ts';
import { get } from './plain-client.ts';

const bodySize = 100_000;
let ca: CA;
let server: Server;
let proxy: FaultProxy;

beforeAll(async () => {
  ca = await makeCA('proxy test');
  server = createServer(await issue(ca, { cn: 'server', sans: ['127.0.0.1'] }), (_request, response) => {
    response.end('x'.repeat(bodySize));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => proxy.close());

async function behind(fault: TransportFault): Promise<FaultProxy> {
  proxy = await startProxy({ target: { port: (server.address() as AddressInfo).port }, fault });
  return proxy;
}

const versions = ['TLSv1.2', 'TLSv1.3'] as const;

describe.each(versions)('the proxy under %s', (version) => {
  const tls = () => ({ ca: ca.cert, minVersion: version, maxVersion: version });

  test('hands bytes on and counts them', async () => {
    const { url, connections, bytes } = await behind({ kind: 'pass' });
    expect(await get(url, tls())).toMatchObject({ status: 200, body: 'x'.repeat(bodySize) });
    expect(connections).toMatchObject({ total: 1, maxOpen: 1 });
    expect(bytes.toClient).toBeGreaterThan(bodySize);
    expect(bytes.toServer).toBeGreaterThan(100);
  });

  test('delays the first byte', async () => {
    const { url } = await behind({ kind: 'delay', ms: 200 });
    const exchange = await get(url, tls());
    expect(exchange.status).toBe(200);
    expect(exchange.ms).toBeGreaterThan(195);
  });

  test('is silent after accept', async () => {
    const { url, connections } = await behind({ kind: 'silentAfterAccept' });
    expect(await get(url, { ...tls(), giveUpMs: 200 })).toMatchObject({ error: 'gave up', secured: false });
    expect(connections.total).toBe(1);
    await expect.poll(() => connections.open).toBe(0);
  });

  test('is silent after the handshake', async () => {
    const { url, connections } = await behind({ kind: 'silentAfterHandshake' });
    const exchange = await get(url, { ...tls(), giveUpMs: 300 });
    expect(exchange).toMatchObject({ error: 'gave up', secured: true });
    expect(exchange.status).toBeUndefined();
    await expect.poll(() => connections.open).toBe(0);
  });

  test('resets in the middle of the body', async () => {
    const { url } = await behind({ kind: 'resetMidBody', afterBytes: 20_000 });
    const exchange = await get(url, tls());
    expect(exchange).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(exchange.body.length).toBeGreaterThan(0);
    expect(exchange.body.length).toBeLessThan(20_000);
  });

  test('cuts after a number of bytes, inside the handshake or inside the body', async () => {
    const { url, set } = await behind({ kind: 'cutAfter', bytes: 100 });
    expect(await get(url, tls())).toMatchObject({ error: 'ECONNRESET', secured: false });
    await set({ kind: 'cutAfter', bytes: 50_000 });
    const exchange = await get(url, tls());
    expect(exchange.status).toBe(200);
    expect(exchange.error).toBeDefined();
    expect(exchange.body.length).toBeLessThan(50_000);
  });

  test('throttles', async () => {
    const { url } = await behind({ kind: 'throttle', bytesPerSecond: 400_000 });
    const exchange = await get(url, tls());
    expect(exchange.body.length).toBe(bodySize);
    expect(exchange.ms).toBeGreaterThan(200);
  });
});

describe('switching', () => {
  test('refuses on a port that stays its own', async () => {
    const { url, port, set, connections } = await behind({ kind: 'refuse' });
    expect(await get(url, { ca: ca.cert })).toMatchObject({ error: 'ECONNREFUSED' });
    expect(connections.total).toBe(0);
    await set({ kind: 'pass' });
    expect(await get(url, { ca: ca.cert })).toMatchObject({ status: 200 });
    await set({ kind: 'refuse' });
    expect(await get(url, { ca: ca.cert })).toMatchObject({ error: 'ECONNREFUSED' });
    expect(proxy.port).toBe(port);
  });

  test.each<TransportFault>([
    { kind: 'silentAfterAccept' },
    { kind: 'silentAfterHandshake' },
    { kind: 'delay', ms: 60_000 },
  ])('a held connection goes on when $kind ends', async (fault) => {
    const { url, set, connections } = await behind(fault);
    const waiting = get(url, { ca: ca.cert });
    await expect.poll(() => connections.total).toBe(1);
    await set({ kind: 'pass' });
    expect(await waiting).toMatchObject({ status: 200 });
  });

  test('a kept-alive connection feels a later fault, and refuse resets it', async () => {
    const { url, set, connections } = await behind({ kind: 'pass' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: ca.cert });
    expect(await get(url, { agent })).toMatchObject({ status: 200 });
    await set({ kind: 'silentAfterHandshake' });
    expect(await get(url, { agent, giveUpMs: 100 })).toMatchObject({ error: 'gave up' });
    await set({ kind: 'pass' });
    expect(await get(url, { agent })).toMatchObject({ status: 200 });
    await set({ kind: 'refuse' });
    await expect.poll(() => connections.open).toBe(0);
    agent.destroy();
  });

  test('counts what is open at the same time', async () => {
    const { url, connections } = await behind({ kind: 'silentAfterAccept' });
    await Promise.all(Array.from({ length: 5 }, () => get(url, { ca: ca.cert, giveUpMs: 150 })));
    expect(connections).toMatchObject({ total: 5, maxOpen: 5 });
  });

  test('a server that is not there looks like a reset, and close ends everything', async () => {
    proxy = await startProxy({ target: { port: 1 } });
    expect((await get(proxy.url, { ca: ca.cert })).error).toMatch(/ECONNRESET|socket/);
    await proxy.close();
    expect(await get(proxy.url, { ca: ca.cert })).toMatchObject({ error: 'ECONNREFUSED' });
  });
});
