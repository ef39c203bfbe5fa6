import { describe, expect, test } from 'vitest';
import { openChannel } from '../../src/executor/channel.ts';
import { openDeadline } from '../../src/executor/deadline.ts';
import { fakeClock } from './fakeclock.ts';
import { random } from './random.ts';

describe('a channel', () => {
  test('hands over one by one, in order, whoever waits first', async () => {
    const r = random(7);
    for (let round = 0; round < 50; round += 1) {
      const channel = openChannel<number>();
      const taken: Promise<number | undefined>[] = [];
      const put: Promise<void>[] = [];
      while (put.length < 20 || taken.length < 20) {
        if (put.length < 20 && (taken.length === 20 || r.chance(0.5))) put.push(channel.put(put.length));
        else taken.push(channel.take());
      }
      await Promise.all(put);
      expect(await Promise.all(taken)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    }
  });

  test('a put waits until it is taken', async () => {
    const channel = openChannel<string>();
    const state = { taken: false };
    const put = channel.put('x').then(() => {
      state.taken = true;
    });
    await Promise.resolve();
    expect(state.taken).toBe(false);
    expect(await channel.take()).toBe('x');
    await put;
    expect(state.taken).toBe(true);
  });

  test('closing lets everybody go', async () => {
    const channel = openChannel<string>();
    const waiting = channel.take();
    channel.close();
    expect(await waiting).toBeUndefined();
    await channel.put('dropped');
    expect(await channel.take()).toBeUndefined();
  });
});

describe('a deadline', () => {
  const opened = (ms: number, paused?: boolean) => {
    const clock = fakeClock();
    const fired: number[] = [];
    return { clock, fired, deadline: openDeadline(clock, ms, () => fired.push(clock.now()), paused) };
  };

  test('fires once, after the time in which it ran', async () => {
    const { clock, fired, deadline } = opened(100);
    await clock.advance(40);
    deadline.pause();
    deadline.pause();
    await clock.advance(1000);
    deadline.resume();
    await clock.advance(1000);
    deadline.resume();
    await clock.advance(59);
    expect(fired).toEqual([]);
    await clock.advance(1);
    deadline.pause();
    deadline.resume();
    await clock.advance(1000);
    expect(fired).toEqual([2100]);
    expect(clock.pending).toBe(0);
  });

  test('may begin paused', async () => {
    const { clock, fired, deadline } = opened(10, true);
    await clock.advance(50);
    expect(clock.pending).toBe(0);
    deadline.resume();
    await clock.advance(10);
    expect(fired).toEqual([60]);
  });

  test('cleared, it never fires and leaves no timer', async () => {
    const { clock, fired, deadline } = opened(10);
    deadline.clear();
    deadline.pause();
    deadline.resume();
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    expect(fired).toEqual([]);
  });

  test('zero is no limit', async () => {
    const { clock, fired, deadline } = opened(0);
    deadline.pause();
    deadline.resume();
    deadline.clear();
    await clock.advance(1_000_000);
    expect(fired).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
