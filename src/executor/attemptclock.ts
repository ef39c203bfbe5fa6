import type { Clock } from '../system/clock.ts';
import { type Deadline, openDeadline } from './deadline.ts';

/** The time of a whole run: it passes while at least one attempt is on the wire and on its clock. */
export interface RunClock {
  enter(): void;
  leave(): void;
  /** Ends it for good without firing. */
  clear(): void;
}

/** Calls `onExpired` once after `ms` of time in which somebody was on the wire; 0 means no limit. */
export function openRunClock(clock: Clock, ms: number, onExpired: () => void): RunClock {
  const total = openDeadline(clock, ms, onExpired, true);
  const state = { inside: 0 };
  return {
    enter() {
      state.inside += 1;
      if (state.inside === 1) total.resume();
    },
    leave() {
      state.inside -= 1;
      if (state.inside === 0) total.pause();
    },
    clear: total.clear,
  };
}

/** The time of one attempt: its own limit and its share in the run's; both stand still while it waits for a login or for our reader. */
export interface AttemptClock {
  /** The attempt is on the wire from here; `onExpired` is called after `ms` of its time, 0 means no limit. */
  start(ms: number, onExpired: () => void): void;
  offClock<R>(work: Promise<R>): Promise<R>;
  /** No clock runs any more. */
  end(): void;
}

/** Makes the clock of an attempt that is not on the wire yet. */
export function openAttemptClock(clock: Clock, run: RunClock): AttemptClock {
  const state: { deadline: Deadline | undefined; onWire: boolean; pauses: number; inside: boolean } = {
    deadline: undefined,
    onWire: false,
    pauses: 0,
    inside: false,
  };
  const settle = () => {
    const inside = state.onWire && state.pauses === 0;
    if (inside === state.inside) return;
    state.inside = inside;
    if (inside) run.enter();
    else run.leave();
  };
  const pause = () => {
    state.pauses += 1;
    if (state.pauses === 1) state.deadline?.pause();
    settle();
  };
  const resume = () => {
    state.pauses -= 1;
    if (state.pauses === 0) state.deadline?.resume();
    settle();
  };
  return {
    start(ms, onExpired) {
      state.onWire = true;
      state.deadline = openDeadline(clock, ms, onExpired, state.pauses > 0);
      settle();
    },
    async offClock(work) {
      pause();
      try {
        return await work;
      } finally {
        resume();
      }
    },
    end() {
      state.deadline?.clear();
      state.onWire = false;
      settle();
    },
  };
}
