import { describe, expect, test } from 'vitest';
import { merge } from '../../src/aggregator/merge.ts';
import type { Packed, Part } from '../../src/aggregator/strategy.ts';
import type { FleetEvent } from '../../src/api/fleet-event.ts';
import type { Outcome } from '../../src/api/outcome.ts';
import { type Random, random } from '../executor/random.ts';
import { answered, failed, refused } from './entries.ts';

interface Row extends Packed {
  readonly text: string;
}

const page = (cluster: string, text: string, last = true, block = 'pods'): FleetEvent<Row> => ({
  kind: 'item',
  cluster,
  item: { text, block, last },
});
const reset = (cluster: string): FleetEvent<Row> => ({ kind: 'reset', cluster });
const end = (cluster: string, outcome: Outcome = answered): FleetEvent<Row> => ({
  kind: 'end',
  cluster,
  outcome,
  ms: 1,
});
const show = (parts: readonly Part<Row>[]) =>
  parts.map((part) => `${part.cluster}:${part.pages.map(({ text }) => text).join('+')}`);

/** What each event lets out, and what the end does. */
function feed(clusters: readonly string[], events: readonly FleetEvent<Row>[]): readonly (readonly string[])[] {
  const run = merge.open<Row>(clusters);
  return [...events.map((event) => show(run.add(event))), show(run.end())];
}

test('clusters come in the order of their names (code units), each as soon as those before it have ended', () => {
  const events = [page('a', '1'), page('b', '2'), end('b'), page('B', '3'), end('B'), end('a')];
  expect(feed(['b', 'a', 'B'], events)).toEqual([[], [], [], [], ['B:3'], ['a:1', 'b:2'], []]);
});

test('every ended cluster is a part, with or without pages', () => {
  const run = merge.open<Row>(['a', 'b']);
  expect(run.add(end('b', refused))).toEqual([]);
  expect(run.add(end('a'))).toEqual([
    { cluster: 'a', pages: [], outcome: answered },
    { cluster: 'b', pages: [], outcome: refused },
  ]);
});

test('a reset withdraws the unfinished list and nothing else', () => {
  const events = [
    page('a', 'p1', true, 'pods'),
    page('a', 's1', false, 'svc'),
    page('a', 's2', false, 'svc'),
    reset('a'),
    page('a', 's3', true, 'svc'),
    end('a'),
  ];
  expect(feed(['a'], events).at(-2)).toEqual(['a:p1+s3']);
});

test('a reset of a cluster that gave nothing, and of another cluster', () => {
  expect(feed(['a', 'b'], [reset('a'), page('b', '1', false), reset('a'), end('a'), end('b')]).slice(-3)).toEqual([
    ['a:'],
    ['b:1'],
    [],
  ]);
});

test('a failed cluster keeps the lists that came whole', () => {
  const events = [page('a', 'p', true, 'pods'), page('a', 's', false, 'svc'), end('a', failed('Timeout'))];
  expect(feed(['a'], events).at(-2)).toEqual(['a:p']);
});

describe('whatever comes in', () => {
  const events = (r: Random, clusters: readonly string[]) => {
    const left = clusters.map((cluster) => [
      ...Array.from({ length: r.int(0, 5) }, (_, at) => page(cluster, `${cluster}${at}`, true, `${at}`)),
      end(cluster, r.chance(0.3) ? refused : answered),
    ]);
    const mixed: FleetEvent<Row>[] = [];
    while (left.some((own) => own.length > 0)) {
      const own = r.pick(left.filter((one) => one.length > 0));
      mixed.push(own.shift()!);
    }
    return mixed;
  };

  test('every page comes out once, in order, and nothing waits longer than it must', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const r = random(seed);
      const clusters = Array.from({ length: r.int(0, 9) }, (_, at) => `c${at}`);
      const given = events(r, clusters);
      const run = merge.open<Row>(clusters.toReversed());
      const out: Part<Row>[] = [];
      const ended = new Set<string>();
      for (const event of given) {
        out.push(...run.add(event));
        if (event.kind === 'end') ended.add(event.cluster);
        const inFront = clusters.findIndex((name) => !ended.has(name));
        expect(out.map(({ cluster }) => cluster)).toEqual(clusters.slice(0, inFront < 0 ? undefined : inFront));
      }
      expect(run.end()).toEqual([]);
      const texts = given.flatMap((event) => (event.kind === 'item' ? [event.item.text] : []));
      expect(out.flatMap(({ pages }) => pages.map(({ text }) => text))).toEqual(texts.toSorted());
    }
  });
});
