import { pMapIterable } from 'p-map';
import type { Attempt } from '../api/attempt.ts';
import { type FleetEvent, RESET } from '../api/fleet-event.ts';
import type { Outcome } from '../api/outcome.ts';
import { type ClusterError, ClusterFailure } from '../errors.ts';
import type { Clock } from '../system/clock.ts';
import { type Gate, openGate } from '../system/gate.ts';
import { openAttemptClock, openRunClock, type RunClock } from './attemptclock.ts';
import { type Channel, openChannel } from './channel.ts';

/** An answered outcome; an operation that returns nothing answered plainly. */
export type Answered = Extract<Outcome, { kind: 'answered' }>;

/** One cluster's work: yields items (or RESET), returns how it answered, throws ClusterFailure. */
export type Operation<S, T> = (session: S, attempt: Attempt) => AsyncGenerator<T | typeof RESET, Answered | undefined>;

/** How a fan-out is bounded; all times in milliseconds, 0 = no limit. */
export interface FanOutOptions<X> {
  readonly clock: Clock;
  readonly name: (target: X) => string;
  readonly lanes: number;
  readonly clusterTimeoutMs: (target: X) => number;
  readonly totalTimeoutMs: number;
  /** After the first failure nothing new starts and the rest is cancelled. */
  readonly failFast: boolean;
  /** The user's own end (Ctrl-C, closed stdout). */
  readonly signal: AbortSignal;
}

/**
 * Runs `operation` on every target, at most `lanes` at a time, and reports what happens as it happens. It never rejects:
 * every target has exactly one `end`, whatever failed. Logging in (`ready`) takes no lane and no clock.
 */
export async function* fanOut<X, S, T>(
  targets: readonly X[],
  ready: (target: X, attempt: Attempt) => Promise<S>,
  operation: Operation<S, T>,
  options: FanOutOptions<X>,
): AsyncGenerator<FleetEvent<T>, void> {
  const run = openRun(options);
  const channel = openChannel<FleetEvent<T>>();
  const one = (target: X) => attemptOne(target, ready, operation, options, run, channel);
  const pump = async () => {
    for await (const end of pMapIterable(targets, one, { preserveOrder: false })) await channel.put(end);
  };
  // Whatever goes wrong in here, the reader must not wait for ever.
  const pumped = pump().finally(() => channel.close());
  try {
    for (let event = await channel.take(); event; event = await channel.take()) yield event;
  } finally {
    run.stop(canceled('the reader of the results went away'));
    channel.close();
    // Everything ends at once now: nothing of this run is left behind when its reader goes on.
    await pumped;
    run.close();
  }
}

/** What all attempts of one fan-out share. */
interface Run {
  readonly lanes: Gate;
  readonly signal: AbortSignal;
  readonly clock: RunClock;
  stop(reason: ClusterFailure): void;
  close(): void;
}

function openRun<X>({ clock, totalTimeoutMs, signal, lanes }: FanOutOptions<X>): Run {
  const controller = new AbortController();
  const stop = (reason: ClusterFailure) => controller.abort(reason);
  const onUser = () => stop(canceled('the command was interrupted'));
  if (signal.aborted) onUser();
  else signal.addEventListener('abort', onUser, { once: true });
  const runClock = openRunClock(clock, totalTimeoutMs, () => stop(totalTimeout(totalTimeoutMs)));
  return {
    lanes: openGate(lanes),
    signal: controller.signal,
    clock: runClock,
    stop,
    close() {
      runClock.clear();
      signal.removeEventListener('abort', onUser);
    },
  };
}

type End = Extract<FleetEvent<never>, { kind: 'end' }>;

async function attemptOne<X, S, T>(
  target: X,
  ready: (target: X, attempt: Attempt) => Promise<S>,
  operation: Operation<S, T>,
  options: FanOutOptions<X>,
  run: Run,
  channel: Channel<FleetEvent<T>>,
): Promise<End> {
  const cluster = options.name(target);
  const started = options.clock.monotonic();
  const controller = new AbortController();
  const { signal } = controller;
  const onRun = () => controller.abort(run.signal.reason);
  if (run.signal.aborted) onRun();
  else run.signal.addEventListener('abort', onRun, { once: true });
  const clock = openAttemptClock(options.clock, run.clock);
  const state: { leave?: () => void; begun: boolean; steps?: ReturnType<typeof operation> } = { begun: false };
  const attempt: Attempt = {
    cluster,
    signal,
    offClock: clock.offClock,
    established() {
      clock.end();
      state.leave?.();
    },
  };
  const end = (outcome: Outcome): End => ({ kind: 'end', cluster, outcome, ms: options.clock.monotonic() - started });
  try {
    signal.throwIfAborted();
    const session = await untilAborted(ready(target, attempt), signal);
    state.leave = await run.lanes.enter(signal);
    // The run may have ended in the very moment in which a lane became free.
    signal.throwIfAborted();
    state.begun = true;
    const limit = options.clusterTimeoutMs(target);
    clock.start(limit, () => controller.abort(clusterTimeout(limit)));
    state.steps = operation(session, attempt);
    for (;;) {
      const step = await untilAborted(state.steps.next(), signal);
      if (step.done) return end(step.value ?? { kind: 'answered' });
      const event: FleetEvent<T> =
        step.value === RESET ? { kind: 'reset', cluster } : { kind: 'item', cluster, item: step.value as T };
      // A slow reader of ours is not the cluster's fault.
      await clock.offClock(untilAborted(channel.put(event), signal));
    }
  } catch (error) {
    if (!state.begun && run.signal.aborted) return end(neverStarted(run.signal.reason));
    const failed = toClusterError(signal.aborted ? signal.reason : error);
    // Before the lane is given back, or the next one in the queue would begin.
    if (options.failFast) run.stop(canceled('stopped after the first failure', 'fail-fast'));
    return end({ kind: 'failed', error: failed });
  } finally {
    clock.end();
    state.leave?.();
    run.signal.removeEventListener('abort', onRun);
    controller.abort(canceled('the attempt is over'));
    // Lets an operation that was left between two items clean up; what it says then is of no interest.
    void state.steps?.return(undefined).catch(() => undefined);
  }
}

/** Work that ignores its signal must not hold the fleet: the signal wins, the work's own end is swallowed. */
function untilAborted<R>(work: Promise<R>, signal: AbortSignal): Promise<R> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function canceled(message: string, reason?: string): ClusterFailure {
  return new ClusterFailure({ type: 'Canceled', message, retriable: true, ...(reason !== undefined && { reason }) });
}

function totalTimeout(ms: number): ClusterFailure {
  return new ClusterFailure({
    type: 'Timeout',
    reason: 'total',
    message: `the whole command took longer than ${ms / 1000}s`,
    hint: 'raise it with --total-timeout',
    retriable: true,
  });
}

function clusterTimeout(ms: number): ClusterFailure {
  return new ClusterFailure({
    type: 'Timeout',
    reason: 'request',
    message: `no complete answer within ${ms / 1000}s`,
    hint: 'raise it with --timeout',
    retriable: true,
  });
}

function neverStarted(why: unknown): Outcome {
  const { message, reason } = toClusterError(why);
  return {
    kind: 'failed',
    error: {
      type: 'NotAttempted',
      message: `not attempted: ${message}`,
      retriable: true,
      ...(reason !== undefined && { reason }),
    },
  };
}

/** What became of a cluster that was never asked because another one had failed. */
export const afterFirstFailure: Outcome = neverStarted(canceled('stopped after the first failure', 'fail-fast'));

/** Any thrown value as a cluster's error; what is not a ClusterFailure is a bug of ours and says so. */
export function toClusterError(error: unknown): ClusterError {
  if (error instanceof ClusterFailure) return error.error;
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'Internal', message: `internal error: ${message}`, retriable: false };
}
