import type { Clock } from '../../src/system/clock.ts';

/** A part of a fake clock's time with timers of its own, so that a test can tell whose timers are left. */
export interface FakeTimers extends Clock {
  /** Timers that were set and neither fired nor taken back. */
  readonly pending: number;
}

/** Time that moves only when a test says so. */
export interface FakeClock extends FakeTimers {
  /** Timers of somebody else on the same time. */
  fork(): FakeTimers;
  /** Lets everything that is due by now happen; no time passes. */
  settle(): Promise<void>;
  /** Moves on, timer by timer. */
  advance(ms: number): Promise<void>;
  /** Moves on to the next timer, whoever set it; false where there is none. */
  tick(): Promise<boolean>;
}

interface Timer {
  readonly at: number;
  readonly nth: number;
  readonly fn: () => void;
}

/** Opens a clock at `start` milliseconds; `onPass` hears of every stretch of time before anything happens at its end. */
export function fakeClock(
  options: { readonly start?: number; readonly onPass?: (ms: number) => void } = {},
): FakeClock {
  const state = { now: options.start ?? 0, nth: 0 };
  const timers = new Set<Timer>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const next = () => [...timers].sort((a, b) => a.at - b.at || a.nth - b.nth)[0];
  const pass = (to: number) => {
    if (to > state.now) options.onPass?.(to - state.now);
    state.now = Math.max(state.now, to);
  };
  const fire = async (timer: Timer) => {
    pass(timer.at);
    timers.delete(timer);
    timer.fn();
    await settle();
  };
  const fork = (): FakeTimers => {
    const own = new Set<Timer>();
    const after = (ms: number, fn: () => void) => {
      const timer: Timer = {
        at: state.now + ms,
        nth: state.nth++,
        fn() {
          own.delete(timer);
          fn();
        },
      };
      own.add(timer);
      timers.add(timer);
      return () => {
        own.delete(timer);
        timers.delete(timer);
      };
    };
    return {
      now: () => state.now,
      monotonic: () => state.now,
      after,
      sleep(ms, signal) {
        return new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason);
          const onAbort = () => {
            cancel();
            reject(signal?.reason);
          };
          const cancel = after(ms, () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          });
          signal?.addEventListener('abort', onAbort, { once: true });
        });
      },
      get pending() {
        return own.size;
      },
    };
  };
  const first = fork();
  return {
    now: first.now,
    monotonic: first.monotonic,
    after: first.after,
    sleep: first.sleep,
    get pending() {
      return first.pending;
    },
    fork,
    settle,
    async advance(ms) {
      await settle();
      const to = state.now + ms;
      for (let timer = next(); timer && timer.at <= to; timer = next()) await fire(timer);
      pass(to);
      await settle();
    },
    async tick() {
      await settle();
      const timer = next();
      if (timer) await fire(timer);
      return timer !== undefined;
    },
  };
}
