import type { Clock } from '../system/clock.ts';

/** A time limit that can stand still: it runs only while nobody pauses it. */
export interface Deadline {
  /** Stops the clock; calls nest. */
  pause(): void;
  resume(): void;
  /** Ends it for good without firing. */
  clear(): void;
}

/** Calls `onExpired` once after `ms` of running time; 0 means no limit. Starts running unless `paused`. */
export function openDeadline(clock: Clock, ms: number, onExpired: () => void, paused = false): Deadline {
  if (ms <= 0) return { pause() {}, resume() {}, clear() {} };
  const state: { left: number; pauses: number; since: number; cancel: (() => void) | undefined; done: boolean } = {
    left: ms,
    pauses: paused ? 1 : 0,
    since: 0,
    cancel: undefined,
    done: false,
  };
  const start = () => {
    state.since = clock.monotonic();
    state.cancel = clock.after(Math.max(0, state.left), () => {
      state.done = true;
      onExpired();
    });
  };
  const stop = () => {
    if (!state.cancel) return;
    state.cancel();
    state.cancel = undefined;
    state.left -= clock.monotonic() - state.since;
  };
  if (!paused) start();
  return {
    pause() {
      if (state.done) return;
      state.pauses += 1;
      if (state.pauses === 1) stop();
    },
    resume() {
      if (state.done || state.pauses === 0) return;
      state.pauses -= 1;
      if (state.pauses === 0) start();
    },
    clear() {
      state.done = true;
      stop();
    },
  };
}
