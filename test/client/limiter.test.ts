import { expect, test } from 'vitest';
import { openLimiter } from '../../src/client/limiter.ts';
import { warningTexts } from '../../src/client/warnings.ts';
import { fakeClock } from './harness.ts';

const open = new AbortController().signal;

test('a burst goes at once, then qps a second, in order', async () => {
  const clock = fakeClock();
  const limiter = openLimiter({ clock, qps: 2, burst: 3 });
  const done: number[] = [];
  for (let i = 0; i < 6; i++) {
    const turn = limiter.take(open);
    expect(turn === undefined).toBe(i < 3);
    void turn?.then(() => done.push(i));
  }
  expect(clock.slept).toEqual([500, 1000, 1500]);
  await clock.advance(1000);
  expect(done).toEqual([3, 4]);
  await clock.advance(500);
  expect(done).toEqual([3, 4, 5]);
  await clock.advance(60_000);
  expect([1, 2, 3, 4].map(() => limiter.take(open) === undefined)).toEqual([true, true, true, false]);
});

test('who gives up gives its turn back; qps 0 limits nothing', async () => {
  const clock = fakeClock();
  const limiter = openLimiter({ clock, qps: 1, burst: 1 });
  limiter.take(open);
  const over = new AbortController();
  const turn = limiter.take(over.signal);
  over.abort('enough');
  await expect(turn).rejects.toBe('enough');
  void limiter.take(open);
  expect(clock.slept).toEqual([1000, 1000]);
  const free = openLimiter({ clock, qps: 0, burst: 0 });
  for (let i = 0; i < 1000; i++) expect(free.take(open)).toBeUndefined();
});

test.each<[string | undefined, readonly string[]]>([
  [undefined, []],
  ['299 - "a"', ['a']],
  ['299 - "a, b", 199 host:80 "c \\"d\\" \\\\e" "Wed, 21 Oct 2015 07:28:00 GMT", 299 - ""', ['a, b', 'c "d" \\e', '']],
  ['299 - "good", 299 - bad', ['good']],
  ['nonsense', []],
  [Buffer.from('299 - "größer"').toString('latin1'), ['größer']],
])('warnings of %j', (header, texts) => {
  expect(warningTexts(header)).toEqual(texts);
});
