import { expect, test } from 'vitest';
import type { FleetEvent } from '../../src/api/fleet-event.ts';
import { scenario } from './scenario.ts';
import { type Play, play } from './stage.ts';

type End = Extract<FleetEvent<number>, { kind: 'end' }>;

const SEEDS = 600;

function check(seed: number, result: Play): void {
  const { scripts, lanes, clusterTimeoutMs, totalTimeoutMs, failFast, leaveAfter } = scenario(seed);
  const say = (what: string, cluster = '') => `seed ${seed}: ${cluster} ${what}`;
  expect(result.error, say('rejects')).toBeUndefined();
  expect(result.finished, say('never ends')).toBe(true);
  expect(result.timersLeft, say('leaves timers')).toBe(0);
  expect(result.listenersLeft, say('leaves listeners')).toBe(0);
  expect(result.mostOnWire, say('is too wide')).toBeLessThanOrEqual(lanes);
  if (totalTimeoutMs > 0) expect(result.totalMs, say('takes too long')).toBeLessThanOrEqual(totalTimeoutMs);
  for (const [name, one] of result.played) {
    expect(one.signal?.aborted ?? true, say('goes on', name)).toBe(true);
    if (clusterTimeoutMs > 0) expect(one.onClock, say('takes too long', name)).toBeLessThanOrEqual(clusterTimeoutMs);
  }
  if (leaveAfter !== undefined && result.events.length === leaveAfter) return;

  const ends = result.events.filter((event): event is End => event.kind === 'end');
  expect(ends.map(({ cluster }) => cluster).sort(), say('ends')).toEqual(scripts.map(({ name }) => name).sort());
  for (const end of ends) {
    const { cluster, outcome } = end;
    const one = result.played.get(cluster)!;
    const own = result.events.filter((event) => event.cluster === cluster);
    expect(own.at(-1), say('says something after its end', cluster)).toBe(end);
    const heard = own.slice(0, -1).map((event) => (event.kind === 'item' ? event.item : event.kind));
    if (one.ended !== undefined) expect(heard, say('loses something', cluster)).toEqual(one.given);
    else expect(heard, say('loses or invents something', cluster)).toEqual(one.given.slice(0, heard.length));
    expect(one.given.length - heard.length, say('loses more than what was in hand', cluster)).toBeLessThanOrEqual(1);

    const error = outcome.kind === 'failed' ? outcome.error : undefined;
    if (outcome.kind === 'answered') expect(one.ended, say('answered', cluster)).toBe('returned');
    const refusedAtLogin = ['refuse', 'crash'].includes(scripts.find(({ name }) => name === cluster)!.ready.kind);
    if (error?.type === 'NotAttempted') expect(one.begun, say('was attempted', cluster)).toBe(false);
    else expect(one.begun || refusedAtLogin, say('was not attempted', cluster)).toBe(true);
    if (error?.type === 'Timeout' && error.reason === 'request')
      expect(one.onClock, say('timed out', cluster)).toBe(clusterTimeoutMs);
    if (error?.type === 'Timeout' && error.reason === 'total')
      expect(result.totalMs, say('total time', cluster)).toBe(totalTimeoutMs);
    if (error?.type === 'Timeout') expect(['request', 'total'], say('reason', cluster)).toContain(error.reason);
  }
  if (!failFast) return;
  const failures = ends.filter(({ outcome }) => outcome.kind === 'failed');
  const stopped = (end: End) => end.outcome.kind === 'failed' && end.outcome.error.reason === 'fail-fast';
  if (failures[0]) expect(stopped(failures[0]), say('first failure')).toBe(false);
}

test.each(Array.from({ length: 6 }, (_, at) => at))('any fan-out keeps its promises (part %i)', async (part) => {
  for (let seed = part; seed < SEEDS; seed += 6) check(seed, await play(scenario(seed)));
});

test('the scenarios reach every kind of end', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed += 1) {
    for (const event of (await play(scenario(seed))).events) {
      if (event.kind !== 'end') seen.add(event.kind);
      else if (event.outcome.kind === 'failed')
        seen.add([event.outcome.error.type, event.outcome.error.reason].filter(Boolean).join(' '));
      else seen.add(event.outcome.kind);
    }
  }
  expect([...seen].sort()).toEqual([
    'Canceled',
    'Canceled fail-fast',
    'Forbidden',
    'Internal',
    'NotAttempted',
    'NotAttempted fail-fast',
    'NotAttempted total',
    'Timeout request',
    'Timeout total',
    'answered',
    'item',
    'reset',
  ]);
});
