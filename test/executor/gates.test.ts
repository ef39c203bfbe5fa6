import { describe, expect, test } from 'vitest';
import { openChannel } from '../../src/executor/channel.ts';
import { openDeadline } from '../../src/executor/deadline.ts';
import { openLanes } from '../../src/executor/lanes.ts';
import { fakeClock } from './fakeclock.ts';
import { random } from './random.ts';

const open = new AbortController().signal;

describe('lanes', () => {
  test('are given in the order of asking and come back once', async () => {
    const lanes = openLanes(1);
    const order: string[] = [];
    const first = await lanes.enter(open);
    const second = lanes.enter(open).then((leave) => {
      order.push('second');
      return leave;
    });
    const third = lanes.enter(open).then(() => order.push('third'));
    first?.();
    first?.();
    const leave = await second;
    expect(order).toEqual(['second']);
    expect(lanes.busy).toBe(1);
    leave?.();
    await third;
    expect(order).toEqual(['second', 'third']);
  });

  test('one that stops waiting takes none', async () => {
    const lanes = openLanes(1);
    const leave = await lanes.enter(open);
    const gone = new AbortController();
    const waiting = lanes.enter(gone.signal);
    const after = lanes.enter(open);
    gone.abort();
    expect(await waiting).toBeUndefined();
    leave?.();
    expect(await after).toBeTypeOf('function');
    expect(await lanes.enter(AbortSignal.abort())).toBeUndefined();
  });

  test('can become more and fewer while in use', async () => {
    const lanes = openLanes(1);
    const held = [lanes.enter(open), lanes.enter(open), lanes.enter(open)];
    const leave = await held[0];
    lanes.resize(3);
    await Promise.all(held);
    expect(lanes.busy).toBe(3);
    lanes.resize(0);
    leave?.();
    const next = lanes.enter(open);
    expect(lanes.busy).toBe(2);
    (await held[1])?.();
    (await held[2])?.();
    await next;
    expect(lanes.busy).toBe(1);
  });
});

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
