import { expect, test } from 'vitest';
import { summarize } from '../../src/aggregator/ledger.ts';
import type { Outcome } from '../../src/api/outcome.ts';
import { random } from '../executor/random.ts';
import { answered, cluster, failed, lacks, late, never, refused, run, unhealthy, unmapped } from './entries.ts';

test('the parts add up, whatever happened', () => {
  const kinds: readonly Outcome[] = [answered, lacks('x'), refused, late, never, unhealthy, unmapped];
  for (let seed = 0; seed < 300; seed += 1) {
    const r = random(seed);
    const entries = run(...Array.from({ length: r.int(0, 30) }, () => [1, r.pick(kinds)] as const));
    const summary = summarize(entries);
    const { total, successful, failed: bad, skipped, notAttempted, noAccess, errors } = summary;
    expect(total).toBe(entries.length);
    expect(successful + bad + skipped + notAttempted).toBe(total);
    expect(noAccess + summary.unhealthy).toBe(skipped);
    expect(Object.keys(errors)).toHaveLength(bad + notAttempted);
  }
});

test('each kind of outcome', () => {
  expect(
    summarize(
      run([1, answered], [2, lacks('x', 'y')], [1, refused], [1, late], [2, never], [1, unhealthy], [3, unmapped]),
    ),
  ).toEqual({
    total: 11,
    successful: 3,
    failed: 2,
    skipped: 4,
    notAttempted: 2,
    noAccess: 3,
    unhealthy: 1,
    notFound: 2,
    errors: { c004: 'ConnectionRefused', c005: 'Timeout', c006: 'NotAttempted', c007: 'NotAttempted' },
  });
});

test('clusters may be called anything', () => {
  const { errors } = summarize([
    { cluster: cluster('__proto__'), outcome: failed('DNS'), ms: 0 },
    { cluster: cluster('constructor'), outcome: failed('TLS'), ms: 0 },
  ]);
  expect(Object.entries(errors)).toEqual([
    ['__proto__', 'DNS'],
    ['constructor', 'TLS'],
  ]);
});
