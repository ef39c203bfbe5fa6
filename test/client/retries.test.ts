import type { ServerResponse } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import type { Credential, Credentials } from '../../src/client/credentials.ts';
import { defaultRetryPolicy, retryDelay } from '../../src/client/retry.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { systemClock } from '../../src/system/clock.ts';
import { json, startServer, status, type TestServer } from './apiserver.ts';
import { attempt, closeAll, configFor, errorOf, get, transports } from './harness.ts';

afterAll(closeAll);

type Step = (response: ServerResponse, server: TestServer) => void;
const ok: Step = (response) => json(response, { ok: true });
const say =
  (code: number, headers: Record<string, string> = {}): Step =>
  (response) =>
    json(response, status(code, 'Why', 'because'), code, headers);
const reset: Step = (_, server) => {
  for (const socket of server.open()) socket.resetAndDestroy();
};
const cut: Step = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"ok":', () => response.socket?.end());
};

/** A server that goes through the steps, the last one for ever. */
async function stepping(...steps: readonly Step[]): Promise<TestServer> {
  let at = 0;
  const server: TestServer = await startServer((_, response) =>
    steps[Math.min(at++, steps.length - 1)]!(response, server),
  );
  return server;
}

describe('a GET', () => {
  test.each<[string, Step]>([
    ['429', say(429)],
    ['502', say(502)],
    ['503', say(503)],
    ['504', say(504)],
    ['a reset', reset],
    ['a cut in the middle of the body', cut],
  ])('is tried again after %s, at most twice', async (_, step) => {
    const recovering = await stepping(step, step, ok);
    expect(await get(transports().open(await configFor(recovering.url)))).toEqual({ ok: true });
    expect(recovering.requests).toHaveLength(3);
    recovering.close();
    const lasting = await stepping(step);
    const error = await errorOf(get(transports().open(await configFor(lasting.url))));
    expect(error.retriable).toBe(true);
    expect(lasting.requests).toHaveLength(3);
    lasting.close();
  });

  test.each([400, 401, 403, 404, 500])('is not tried again after %s', async (code) => {
    const server = await stepping(say(code));
    await errorOf(get(transports().open(await configFor(server.url))));
    expect(server.requests).toHaveLength(1);
    server.close();
  });

  test('waits as long as the server asks, in seconds or until a date', async () => {
    const clock = { ...systemClock(), now: () => Date.parse('2026-01-01T00:00:00Z') };
    const slept: number[] = [];
    const impatient = { ...clock, sleep: async (ms: number) => void slept.push(ms) };
    const server = await stepping(
      say(429, { 'retry-after': '7' }),
      say(503, { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }),
      ok,
    );
    await get(transports({ clock: impatient }).open(await configFor(server.url)));
    expect(slept).toEqual([7000, 60_000]);
    server.close();
  });

  test('whose attempt ends while it waits tells what the server had said', async () => {
    const server = await stepping(say(503, { 'retry-after': '60' }));
    const over = new AbortController();
    const late = new ClusterFailure({ type: 'Timeout', reason: 'request', message: 'late', retriable: true });
    const clock = {
      ...systemClock(),
      async sleep() {
        over.abort(late);
        throw late;
      },
    };
    const client = transports({ clock }).open(await configFor(server.url));
    expect(await errorOf(get(client, '/x', attempt(over.signal)))).toMatchObject({
      type: 'Timeout',
      message: 'late',
      details: 'before that: because',
    });
    server.close();
  });
});

test.each<['POST' | 'PUT' | 'PATCH' | 'DELETE', string, Step, 'maybe' | 'yes']>([
  ['POST', '503', say(503, { 'retry-after': '0' }), 'yes'],
  ['PUT', 'a reset', reset, 'maybe'],
  ['PATCH', 'a reset', reset, 'maybe'],
  ['DELETE', 'a cut', cut, 'yes'],
])('a %s is never tried again after %s', async (method, _, step, sent) => {
  const server = await stepping(step, ok);
  const client = transports().open(await configFor(server.url));
  expect(await errorOf(client.do({ method, path: '/x', body: '{}' }, attempt()))).toMatchObject({ sent });
  expect(server.requests).toHaveLength(1);
  server.close();
});

test('waits grow, with jitter, within two seconds; connect timeouts and servers that ask for hours are not waited for', () => {
  const refused = new ClusterFailure({ type: 'ConnectionRefused', message: '', retriable: true });
  const delays = (random: number) =>
    [1, 2, 3].map((tries) => retryDelay(refused, tries, 0, defaultRetryPolicy, () => random));
  expect(delays(0)).toEqual([150, 300, undefined]);
  expect(delays(1)).toEqual([300, 600, undefined]);
  expect(retryDelay(refused, 1, 1_900, defaultRetryPolicy, () => 1)).toBeUndefined();
  const later = new ClusterFailure(
    { type: 'ServerError', code: 503, message: '', retriable: true },
    { retryAfterMs: 86_400_000 },
  );
  expect(retryDelay(later, 1, 0, defaultRetryPolicy, () => 1)).toBeUndefined();
  const timeout = new ClusterFailure({ type: 'Timeout', reason: 'connect', message: '', retriable: true });
  expect(retryDelay(timeout, 1, 0, defaultRetryPolicy, () => 1)).toBeUndefined();
});

describe('a 401', () => {
  const credential = (token: string): Credential => ({ headers: { Authorization: `Bearer ${token}` }, id: token });
  const credentials = (renewed: string | undefined, asked: string[]): Credentials => ({
    get: async () => credential('old'),
    async renew(_, stale) {
      asked.push(stale.id);
      return renewed === undefined ? undefined : credential(renewed);
    },
  });
  const picky = (good: string) =>
    startServer((request, response) =>
      request.headers.authorization === `Bearer ${good}`
        ? json(response, { ok: true })
        : json(response, status(401, 'Unauthorized', 'no'), 401),
    );

  test('is answered once with a renewed credential, for writes too', async () => {
    const server = await picky('new');
    const asked: string[] = [];
    const client = transports({ credentials: credentials('new', asked) }).open(await configFor(server.url));
    expect(await get(client)).toEqual({ ok: true });
    expect((await client.do({ method: 'POST', path: '/x' }, attempt())).status).toBe(200);
    expect(asked).toEqual(['old', 'old']);
    expect(server.requests).toHaveLength(4);
    server.close();
  });

  test.each([
    [undefined, 1],
    ['bad', 2],
  ])('stays one when renewing gives %s', async (renewed, requests) => {
    const server = await picky('new');
    const asked: string[] = [];
    const client = transports({ credentials: credentials(renewed, asked) }).open(await configFor(server.url));
    expect(await errorOf(get(client))).toMatchObject({ type: 'Unauthorized', code: 401, hint: expect.any(String) });
    expect([server.requests.length, asked.length]).toEqual([requests, 1]);
    server.close();
  });
});
