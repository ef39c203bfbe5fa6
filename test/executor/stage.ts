import type { Attempt } from '../../src/api/attempt.ts';
import { type FleetEvent, RESET } from '../../src/api/fleet-event.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { fanOut, type Operation } from '../../src/executor/fanout.ts';
import { type FakeTimers, fakeClock } from './fakeclock.ts';
import type { Scenario, Script } from './scenario.ts';

/** What one cluster's script did, as it saw itself. */
export interface Played {
  begun: boolean;
  begunAt: number;
  /** Milliseconds on the wire and on its clock. */
  onClock: number;
  /** Items and resets that it gave away, in order. */
  readonly given: (number | 'reset')[];
  /** It ended by itself: returned, or threw. */
  ended: 'returned' | 'threw' | undefined;
  signal: AbortSignal | undefined;
}

/** Everything that happened in one run. */
export interface Play {
  readonly events: readonly FleetEvent<number>[];
  readonly played: ReadonlyMap<string, Played>;
  readonly mostOnWire: number;
  /** Milliseconds in which at least one attempt was on the wire and on its clock. */
  readonly totalMs: number;
  readonly finished: boolean;
  readonly error: unknown;
  /** Timers of the executor that are left when its generator has ended. */
  readonly timersLeft: number;
  readonly listenersLeft: number;
}

/** Plays a scenario on a fake clock until its reader is through, or nothing can happen any more. */
export async function play(scenario: Scenario): Promise<Play> {
  const running = new Set<Played>();
  const state = { onWire: 0, mostOnWire: 0, totalMs: 0 };
  const clock = fakeClock({
    onPass(ms) {
      for (const one of running) one.onClock += ms;
      if (running.size > 0) state.totalMs += ms;
    },
  });
  const others = clock.fork();
  const played = new Map(scenario.scripts.map(({ name }) => [name, blank()]));
  const ready = async (target: Script, attempt: Attempt): Promise<Script> => {
    const one = played.get(target.name)!;
    one.signal = attempt.signal;
    await login(target, attempt, others);
    return target;
  };
  const operation: Operation<Script, number> = async function* (target, attempt) {
    const one = played.get(target.name)!;
    one.begun = true;
    one.begunAt = others.now();
    running.add(one);
    state.onWire += 1;
    state.mostOnWire = Math.max(state.mostOnWire, state.onWire);
    const offWire = once(() => {
      running.delete(one);
      state.onWire -= 1;
    });
    attempt.signal.addEventListener('abort', offWire);
    try {
      for (const [at, step] of target.steps.entries()) {
        if (step.kind === 'wait') await others.sleep(step.ms, attempt.signal);
        else if (step.kind === 'deafWait') await others.sleep(step.ms);
        else if (step.kind === 'login') {
          const here = running.delete(one);
          await attempt.offClock(others.sleep(step.ms, attempt.signal));
          if (here) running.add(one);
        } else if (step.kind === 'refuse') throw refused();
        else if (step.kind === 'crash') throw new Error('a bug');
        else if (step.kind === 'deaf') await new Promise(() => {});
        else if (step.kind === 'never') await untilEnd(attempt.signal);
        else if (step.kind === 'established') {
          attempt.established();
          offWire();
        } else {
          const item = step.kind === 'item' ? at : 'reset';
          one.given.push(item);
          const here = running.delete(one);
          yield item === 'reset' ? RESET : item;
          if (here) running.add(one);
        }
      }
      one.ended = 'returned';
    } catch (error) {
      one.ended ??= attempt.signal.aborted ? undefined : 'threw';
      throw error;
    }
    return undefined;
  };
  const user = new AbortController();
  const listening = { count: 0 };
  count(user.signal, listening);
  if (scenario.abortAtMs !== undefined) others.after(scenario.abortAtMs, () => user.abort());
  const events: FleetEvent<number>[] = [];
  const result: { finished: boolean; error: unknown } = { finished: false, error: undefined };
  const read = async () => {
    const run = fanOut(scenario.scripts, ready, operation, {
      clock,
      name: ({ name }) => name,
      lanes: scenario.lanes,
      clusterTimeoutMs: () => scenario.clusterTimeoutMs,
      totalTimeoutMs: scenario.totalTimeoutMs,
      failFast: scenario.failFast,
      signal: user.signal,
    });
    for await (const event of run) {
      if (scenario.leaveAfter === events.length) break;
      events.push(event);
      const ms = scenario.readerMs[events.length % scenario.readerMs.length]!;
      if (ms > 0) await others.sleep(ms);
    }
    result.finished = true;
  };
  const reading = read().catch((error: unknown) => {
    result.error = error;
  });
  while (!result.finished && result.error === undefined && (await clock.tick()));
  await clock.settle();
  if (result.finished) await reading;
  return {
    events,
    played,
    mostOnWire: state.mostOnWire,
    totalMs: state.totalMs,
    ...result,
    timersLeft: clock.pending,
    listenersLeft: listening.count,
  };
}

function blank(): Played {
  return { begun: false, begunAt: -1, onClock: 0, given: [], ended: undefined, signal: undefined };
}

async function login({ ready }: Script, attempt: Attempt, clock: FakeTimers): Promise<void> {
  if (ready.kind === 'wait') await clock.sleep(ready.ms, attempt.signal);
  else if (ready.kind === 'never') await untilEnd(attempt.signal);
  else if (ready.kind === 'deaf') await new Promise(() => {});
  else if (ready.kind === 'refuse') throw refused();
  else if (ready.kind === 'crash') throw new TypeError('a bug');
}

function refused(): ClusterFailure {
  return new ClusterFailure({ type: 'Forbidden', message: 'no', retriable: false });
}

function untilEnd(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function once(fn: () => void): () => void {
  const state = { done: false };
  return () => {
    if (!state.done) fn();
    state.done = true;
  };
}

/** Counts the listeners that a signal has; those that fired are gone. */
function count(signal: AbortSignal, listening: { count: number }): void {
  const { addEventListener, removeEventListener } = signal;
  const known = new Set<unknown>();
  signal.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof addEventListener>) {
    known.add(args[1]);
    listening.count = known.size;
    return addEventListener.apply(this, args);
  } as typeof addEventListener;
  signal.removeEventListener = function (this: AbortSignal, ...args: Parameters<typeof removeEventListener>) {
    known.delete(args[1]);
    listening.count = known.size;
    return removeEventListener.apply(this, args);
  } as typeof removeEventListener;
}
