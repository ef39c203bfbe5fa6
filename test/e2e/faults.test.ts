import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import type { AnswerRule, Fault } from '../fleet/faults/fault.ts';
import { type Responder, startResponder } from '../fleet/faults/responder.ts';
import { type FaultyMember, startFaulty } from './faulty.ts';
import { type Home, newHome } from './home.ts';
import { counts, resultOf } from './result.ts';
import { lines } from './run.ts';

const fleet = attachFleet();

/** A fault of the fourth cluster and what is to be said about it. */
interface Expectation {
  readonly fault: Fault;
  readonly type: string;
  readonly reason?: string;
  readonly message?: RegExp;
  /** Time limits of the faulty cluster alone: however busy this machine is, the others have all the time they need. */
  readonly limits?: { readonly timeout?: string; readonly connectTimeout?: string };
  /** How often the list was asked for. */
  readonly requests?: number;
}

const list = (rule: AnswerRule): AnswerRule => ({ ...rule, path: '/pods' });
const status = (code: 401, more: object = {}): AnswerRule => list({ kind: 'status', code, ...more });

const CONNECT = { connectTimeout: '1s' };
const WHOLE = { timeout: '4s' };

const FAILURES: Readonly<Record<string, Expectation>> = {
  'delay of every connection': {
    fault: { kind: 'delay', ms: 60_000 },
    type: 'Timeout',
    reason: 'connect',
    limits: CONNECT,
  },
  'silent after accept': { fault: { kind: 'silentAfterAccept' }, type: 'Timeout', reason: 'connect', limits: CONNECT },
  'silent after the handshake': {
    fault: { kind: 'silentAfterHandshake' },
    type: 'Timeout',
    reason: 'request',
    limits: WHOLE,
  },
  refuse: { fault: { kind: 'refuse' }, type: 'ConnectionRefused' },
  'reset in the middle': { fault: { kind: 'resetMidBody', afterBytes: 2500 }, type: 'ConnectionReset' },
  'cut in the middle': { fault: { kind: 'cutAfter', bytes: 5000 }, type: 'ConnectionReset' },
  'cut in the handshake': { fault: { kind: 'cutAfter', bytes: 100 }, type: 'ConnectionReset' },
  throttle: { fault: { kind: 'throttle', bytesPerSecond: 500 }, type: 'Timeout', limits: WHOLE },
  'wrong CA': { fault: { kind: 'wrongCA' }, type: 'TLS', message: /authority/ },
  'expired certificate': { fault: { kind: 'expiredCertificate' }, type: 'TLS', message: /expired/ },
  'certificate of another host': { fault: { kind: 'wrongHost' }, type: 'TLS', message: /other names/ },
  '401': { fault: status(401), type: 'Unauthorized', requests: 1 },
  '403': { fault: list({ kind: 'status', code: 403 }), type: 'Forbidden', requests: 1 },
  '429, come back in a second': {
    fault: list({ kind: 'status', code: 429, retryAfterSeconds: 1 }),
    type: 'TooManyRequests',
    requests: 3,
  },
  '429, come back in a minute': {
    fault: list({ kind: 'status', code: 429, retryAfterSeconds: 60 }),
    type: 'Timeout',
    reason: 'request',
    limits: WHOLE,
    requests: 1,
  },
  '500': { fault: list({ kind: 'status', code: 500 }), type: 'ServerError', message: /etcdserver/, requests: 1 },
  '502': { fault: list({ kind: 'status', code: 502 }), type: 'ServerError', requests: 3 },
  '503': { fault: list({ kind: 'status', code: 503 }), type: 'ServerError', requests: 3 },
  '504': { fault: list({ kind: 'status', code: 504 }), type: 'ServerError', requests: 3 },
  'JSON that stops': { fault: list({ kind: 'truncated', how: 'length' }), type: 'InvalidResponse', requests: 1 },
  'a body that is too short': {
    fault: list({ kind: 'truncated', how: 'short' }),
    type: 'ConnectionReset',
    requests: 3,
  },
  'a body without its last chunk': {
    fault: list({ kind: 'truncated', how: 'chunked' }),
    type: 'ConnectionReset',
    requests: 3,
  },
  'a login page': { fault: list({ kind: 'html' }), type: 'InvalidResponse', message: /not JSON/, requests: 1 },
  'a login page for everything': { fault: { kind: 'html' }, type: 'InvalidResponse' },
  'no answer': { fault: list({ kind: 'hang' }), type: 'Timeout', reason: 'request', limits: WHOLE, requests: 1 },
};

describe.skipIf(!fleet?.description.clientCA)('one of four clusters has a fault', () => {
  const PODS = ['get', 'pods', '-n', 'team-a'];
  /** `NAME CLUSTER` of every pod of the healthy ones. */
  const healthy: string[] = [];
  const open: { close(): Promise<void> }[] = [];

  const homeWith = async (
    fault: Fault,
    connection?: Expectation['limits'],
  ): Promise<{ readonly home: Home; readonly faulty: FaultyMember }> => {
    const faulty = await startFaulty(fleet!, fault);
    open.push(faulty);
    const home = await newHome(fleet!, {
      config: { execution: { connectTimeout: '30s', timeout: '50s' } },
      // The responder hands on tokens, not certificates.
      user: { token: fleet!.users.dave.token },
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'b', server: 'B' },
        { name: 'bad', server: 'A', context: faulty.context, ...(connection ? { mapping: { connection } } : {}) },
        { name: 'c', server: 'C' },
      ],
    });
    return { home, faulty };
  };
  const rowsOf = (stdout: string) =>
    lines(stdout)
      .slice(1)
      .map((row) => row.split(' ').slice(0, 2).join(' '));
  const heard = ({ requests }: FaultyMember) => requests.filter(({ url }) => url.includes('/pods'));

  beforeAll(async () => {
    await ensureBuilt();
    const home = await newHome(fleet!, {
      clusters: (['A', 'B', 'C'] as const).map((server) => ({ name: server.toLowerCase(), server })),
    });
    const { stdout, code } = await home.mc(PODS);
    expect(code).toBe(0);
    healthy.push(...rowsOf(stdout));
    expect(healthy.length).toBeGreaterThan(10);
  });
  afterAll(() => Promise.all(open.map((one) => one.close())));

  it.concurrent.each(Object.entries(FAILURES))('%s', async (_, expected) => {
    const { home, faulty } = await homeWith(expected.fault, expected.limits);
    const [table, json] = await Promise.all([home.mc(PODS), home.mc([...PODS, '-o', 'json'])]);
    const { type, reason } = expected;

    expect(rowsOf(table.stdout)).toEqual(healthy);
    const result = resultOf(json.stdout);
    expect(counts(result)).toBe('3/1/0/0');
    expect(result.summary.errors).toEqual({ bad: type });
    expect(result.clusters.map(({ cluster }) => cluster)).toEqual(['a', 'b', 'bad', 'c']);
    expect(
      result.clusters.flatMap(({ cluster, items }) => items.map((item) => `${item.metadata.name} ${cluster}`)),
    ).toEqual(healthy);
    const bad = result.clusters[2]!;
    expect(bad).toMatchObject({ success: false, items: [], error: { type, ...(reason ? { reason } : {}) } });
    if (expected.message) expect(bad.error?.message).toMatch(expected.message);

    for (const { stderr, code, ms } of [table, json]) {
      const [why, last, ...others] = lines(stderr);
      expect(why).toMatch(new RegExp(`^${type}( \\(${reason ?? '\\w+'}\\))?: bad$`));
      expect(last).toBe('Warning: Failed to query 1/4 clusters. Run with -v for details.');
      expect(others).toEqual([]);
      expect(code).toBe(3);
      // It never hangs; how busy this machine is must not matter.
      expect(ms).toBeLessThan(45_000);
    }
    if (expected.requests !== undefined) expect(heard(faulty)).toHaveLength(2 * expected.requests);
  });

  const PASSING: Readonly<
    Record<string, { readonly fault: Fault; readonly args?: readonly string[]; readonly requests?: number }>
  > = {
    'a short delay': { fault: { kind: 'delay', ms: 300 } },
    'a slow line': { fault: { kind: 'throttle', bytesPerSecond: 60_000 } },
    '503 twice': { fault: list({ kind: 'status', code: 503, times: 2 }), requests: 3 },
    '429 once': { fault: list({ kind: 'status', code: 429, retryAfterSeconds: 1, times: 1 }), requests: 2 },
    'cut off twice': { fault: list({ kind: 'truncated', how: 'chunked', times: 2 }), requests: 3 },
    '503 for the first discovery': { fault: { kind: 'status', code: 503, times: 1 } },
    // Page by page, then all at once.
    '410 in the middle of a list': {
      fault: { kind: 'expiredPage', times: 1, skip: 1 },
      args: ['--chunk-size=2'],
      requests: 4,
    },
  };

  it.concurrent.each(Object.entries(PASSING))('%s does no harm', async (_, { fault, args = [], requests }) => {
    const { home, faulty } = await homeWith(fault);
    const ended = await home.mc([...PODS, ...args]);
    const onBad = healthy.filter((row) => row.endsWith(' a')).map((row) => row.replace(/a$/, 'bad'));
    const expected = [...healthy, ...onBad].sort((x, y) => (x.split(' ')[1]! < y.split(' ')[1]! ? -1 : 1));
    expect(new Set(rowsOf(ended.stdout))).toEqual(new Set(expected));
    expect(rowsOf(ended.stdout)).toHaveLength(expected.length);
    expect(ended).toMatchObject({ stderr: '', code: 0 });
    if (requests !== undefined) expect(heard(faulty)).toHaveLength(requests);
  });

  it('a redirect is not followed: where it points to hears nothing', async () => {
    const sink: Responder = await startResponder({ plain: true });
    open.push(sink);
    for (const code of [301, 302, 307, 308] as const) {
      const { home } = await homeWith(list({ kind: 'redirect', to: `${sink.url}/api/v1/pods`, code }));
      const ended = await home.mc([...PODS, '-o', 'json']);
      expect(resultOf(ended.stdout).clusters[2]?.error).toMatchObject({
        type: 'InvalidResponse',
        message: expect.stringContaining('redirects are not followed'),
      });
    }
    expect(sink.requests).toEqual([]);
  });

  it('a warning of a server is told once', async () => {
    const { home } = await homeWith({ kind: 'warning', text: 'pods are old-fashioned' });
    const ended = await home.mc(PODS);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr.match(/pods are old-fashioned/g)).toHaveLength(1);
    expect(ended.stderr).toMatch(/^Warning: /);
  });

  it('an address that is none', async () => {
    const home = await newHome(fleet!, {
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'bad', server: 'A', context: { server: 'https://nobody.invalid:6443', caOf: 'A' } },
        { name: 'closed', server: 'A', context: { server: 'https://127.0.0.1:1', caOf: 'A' } },
      ],
    });
    const result = resultOf((await home.mc([...PODS, '-o', 'json'])).stdout);
    expect(result.summary.errors).toEqual({ bad: 'DNS', closed: 'ConnectionRefused' });
  });
});
