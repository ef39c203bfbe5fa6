import { describe, expect, test } from 'vitest';
import type { FleetEvent } from '../../src/api/fleet-event.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { type FanOutOptions, fanOut, type Operation, toClusterError } from '../../src/executor/fanout.ts';
import { type FakeClock, fakeClock } from './fakeclock.ts';

const refused = new ClusterFailure({ type: 'Forbidden', message: 'no', retriable: false });
const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

interface Run {
  readonly events: FleetEvent<string>[];
  readonly done: Promise<void>;
}

function run(
  clock: FakeClock,
  clusters: readonly string[],
  operation: Operation<string, string>,
  options: Partial<FanOutOptions<string>> & { ready?: (name: string) => Promise<string> } = {},
): Run {
  const { ready = async (name: string) => name, ...rest } = options;
  const events: FleetEvent<string>[] = [];
  const read = async () => {
    const fan = fanOut(clusters, ready, operation, {
      clock,
      name: (name) => name,
      lanes: 10,
      clusterTimeoutMs: () => 30_000,
      totalTimeoutMs: 60_000,
      failFast: false,
      signal: new AbortController().signal,
      ...rest,
    });
    for await (const event of fan) events.push(event);
  };
  return { events, done: read() };
}

/** `c1 Timeout request` of every end, in order of arrival. */
function ends(events: readonly FleetEvent<string>[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'end') return [];
    const { outcome } = event;
    const what = outcome.kind === 'failed' ? [outcome.error.type, outcome.error.reason] : [outcome.kind];
    return [[event.cluster, ...what].filter(Boolean).join(' ')];
  });
}

test('no clusters, no events', async () => {
  const { events, done } = run(fakeClock(), [], async function* () {
    yield 'x';
    return undefined;
  });
  await done;
  expect(events).toEqual([]);
});

test('what an operation returns is how its cluster answered', async () => {
  const { events, done } = run(fakeClock(), ['a'], async function* () {
    yield 'page';
    return { kind: 'answered', missingKind: ['widgets'] };
  });
  await done;
  expect(events).toEqual([
    { kind: 'item', cluster: 'a', item: 'page' },
    { kind: 'end', cluster: 'a', outcome: { kind: 'answered', missingKind: ['widgets'] }, ms: 0 },
  ]);
});

test('a bug in an operation is one cluster’s failure', async () => {
  const { events, done } = run(fakeClock(), ['a', 'b'], (name) => {
    if (name === 'a') throw new TypeError('x is not a function');
    return (async function* () {
      yield 'ok';
      return undefined;
    })();
  });
  await done;
  expect(ends(events).toSorted()).toEqual(['a Internal', 'b answered']);
  expect(events.find((event) => event.kind === 'end' && event.cluster === 'a')).toMatchObject({
    outcome: { error: { type: 'Internal', message: 'internal error: x is not a function', retriable: false } },
  });
  expect(toClusterError('a string').message).toBe('internal error: a string');
});

describe('time', () => {
  test('a cluster’s time begins when it has a lane', async () => {
    const clock = fakeClock();
    const { events, done } = run(
      clock,
      ['a', 'b'],
      async function* (name, { signal }) {
        if (name === 'a') await clock.sleep(25_000, signal);
        else await never(signal);
        yield name;
        return undefined;
      },
      { lanes: 1 },
    );
    await clock.advance(54_999);
    expect(ends(events)).toEqual(['a answered']);
    await clock.advance(1);
    await done;
    expect(ends(events)).toEqual(['a answered', 'b Timeout request']);
    expect(events.at(-1)).toMatchObject({
      ms: 55_000,
      outcome: { error: { message: 'no complete answer within 30s', hint: 'raise it with --timeout' } },
    });
  });

  test('the whole run ends with those that wait and those that are on the wire', async () => {
    const clock = fakeClock();
    const { events, done } = run(
      clock,
      ['a', 'b', 'c'],
      async function* (name, { signal }) {
        if (name !== 'a') await never(signal);
        yield name;
        return undefined;
      },
      { lanes: 1, clusterTimeoutMs: () => 0, totalTimeoutMs: 1000 },
    );
    await clock.advance(1000);
    await done;
    expect(ends(events)).toEqual(['a answered', 'b Timeout total', 'c NotAttempted total']);
    expect(clock.pending).toBe(0);
  });

  test('logins cost neither time nor a lane', async () => {
    const clock = fakeClock();
    const { events, done } = run(
      clock,
      ['slow', 'a', 'b'],
      async function* (name) {
        yield name;
        return undefined;
      },
      {
        lanes: 1,
        clusterTimeoutMs: () => 10,
        totalTimeoutMs: 20,
        ready: async (name) => {
          if (name === 'slow') await clock.sleep(300_000);
          return name;
        },
      },
    );
    await clock.advance(0);
    expect(ends(events)).toEqual(['a answered', 'b answered']);
    await clock.advance(300_000);
    await done;
    expect(ends(events).at(-1)).toBe('slow answered');
  });

  test('nobody’s time passes while our own reader does not read', async () => {
    const clock = fakeClock();
    const fan = fanOut(
      ['a', 'b'],
      async (name) => name,
      async function* (name, { signal }) {
        yield `${name}1`;
        await clock.sleep(5, signal);
        yield `${name}2`;
        return undefined;
      },
      {
        clock,
        name: (name) => name,
        lanes: 2,
        clusterTimeoutMs: () => 10,
        totalTimeoutMs: 20,
        failFast: false,
        signal: new AbortController().signal,
      },
    );
    const heard: FleetEvent<string>[] = [];
    for (;;) {
      const next = fan.next();
      await clock.advance(5);
      const step = await next;
      if (step.done) break;
      heard.push(step.value);
      // A pager on its first screen.
      await clock.advance(3_600_000);
    }
    expect(ends(heard).toSorted()).toEqual(['a answered', 'b answered']);
  });

  test('an answer that lives on its own gives its lane back and has no clock', async () => {
    const clock = fakeClock();
    const user = new AbortController();
    const { events, done } = run(
      clock,
      ['a', 'b'],
      async function* (name, attempt) {
        attempt.established();
        yield name;
        await never(attempt.signal);
        return undefined;
      },
      { lanes: 1, clusterTimeoutMs: () => 10, totalTimeoutMs: 10, signal: user.signal },
    );
    await clock.advance(1_000_000);
    expect(events.map((event) => event.cluster).sort()).toEqual(['a', 'b']);
    user.abort();
    await done;
    expect(ends(events)).toEqual(['a Canceled', 'b Canceled']);
  });
});

describe('ends from outside', () => {
  test('Ctrl-C after 5 of 10', async () => {
    const clock = fakeClock();
    const user = new AbortController();
    const names = Array.from({ length: 10 }, (_, at) => `c${at}`);
    const { events, done } = run(
      clock,
      names,
      async function* (name, { signal }) {
        if (names.indexOf(name) >= 5) await never(signal);
        yield name;
        return undefined;
      },
      { signal: user.signal },
    );
    await clock.settle();
    user.abort();
    await done;
    expect(ends(events).filter((end) => end.endsWith('answered'))).toHaveLength(5);
    expect(ends(events).filter((end) => end.endsWith('Canceled'))).toHaveLength(5);
  });

  test('nothing begins after an end that came before the start', async () => {
    const begun: string[] = [];
    const { events, done } = run(
      fakeClock(),
      ['a', 'b'],
      async function* (name) {
        begun.push(name);
        yield name;
        return undefined;
      },
      { signal: AbortSignal.abort() },
    );
    await done;
    expect(ends(events).toSorted()).toEqual(['a NotAttempted', 'b NotAttempted']);
    expect(begun).toEqual([]);
  });

  test.each(['login', 'operation'])('a %s that ignores its signal does not hold the others', async (what) => {
    const clock = fakeClock();
    const user = new AbortController();
    const deaf = () => new Promise<never>(() => {});
    const { events, done } = run(
      clock,
      ['deaf', 'fine'],
      async function* (name) {
        if (what === 'operation' && name === 'deaf') await deaf();
        yield name;
        return undefined;
      },
      {
        signal: user.signal,
        clusterTimeoutMs: () => 0,
        totalTimeoutMs: 0,
        ready: async (name) => (what === 'login' && name === 'deaf' ? deaf() : name),
      },
    );
    await clock.settle();
    expect(ends(events)).toEqual(['fine answered']);
    user.abort();
    await done;
    expect(ends(events).at(-1)).toBe(what === 'login' ? 'deaf NotAttempted' : 'deaf Canceled');
  });

  test('a reader that goes away ends everything and lets operations clean up', async () => {
    const clock = fakeClock();
    const log: string[] = [];
    const fan = fanOut(
      ['a', 'b', 'c'],
      async (name) => name,
      async function* (name, { signal }) {
        try {
          signal.addEventListener('abort', () => log.push(`${name} aborted`));
          for (;;) yield name;
        } finally {
          log.push(`${name} cleaned`);
        }
      },
      {
        clock,
        name: (name) => name,
        lanes: 2,
        clusterTimeoutMs: () => 10,
        totalTimeoutMs: 10,
        failFast: false,
        signal: new AbortController().signal,
      },
    );
    for await (const _event of fan) break;
    expect(log.toSorted()).toEqual(['a aborted', 'a cleaned', 'b aborted', 'b cleaned']);
    expect(clock.pending).toBe(0);
  });
});

describe('fail-fast', () => {
  test('the first failure ends those on the wire, and nothing new begins', async () => {
    const clock = fakeClock();
    const begun: string[] = [];
    const { events, done } = run(
      clock,
      ['a', 'b', 'c', 'd', 'e'],
      async function* (name, { signal }) {
        begun.push(name);
        yield name;
        if (name === 'b') {
          await clock.sleep(10, signal);
          throw refused;
        }
        if (name !== 'a') await never(signal);
        return undefined;
      },
      { lanes: 2, failFast: true },
    );
    await clock.advance(10);
    await done;
    expect(ends(events)).toEqual([
      'a answered',
      'b Forbidden',
      'c Canceled fail-fast',
      'd NotAttempted fail-fast',
      'e NotAttempted fail-fast',
    ]);
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(events.at(-1)).toMatchObject({
      outcome: { error: { message: 'not attempted: stopped after the first failure' } },
    });
  });

  test('a failed login counts as one', async () => {
    const clock = fakeClock();
    const { events, done } = run(
      clock,
      ['a', 'b'],
      async function* (_, { signal }) {
        yield await never(signal);
        return undefined;
      },
      {
        failFast: true,
        ready: async (name) => {
          if (name === 'a') throw refused;
          return name;
        },
      },
    );
    await done;
    expect(ends(events)[0]).toBe('a Forbidden');
    expect(ends(events)[1]).toMatch(/^b (Canceled|NotAttempted) fail-fast$/);
  });

  test('without it the others go on', async () => {
    const { events, done } = run(
      fakeClock(),
      ['a', 'b', 'c'],
      async function* (name) {
        if (name === 'a') throw refused;
        yield name;
        return undefined;
      },
      { lanes: 1 },
    );
    await done;
    expect(ends(events)).toEqual(['a Forbidden', 'b answered', 'c answered']);
  });
});
