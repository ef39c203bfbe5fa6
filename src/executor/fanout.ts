import { pMapIterable } from 'p-map';
import { type FleetEvent, RESET } from '../api/fleet-event.ts';
import type { Outcome } from '../api/outcome.ts';
import { type ClusterError, ClusterFailure } from '../errors.ts';
import type { Clock } from '../system/clock.ts';
import { type Channel, openChannel } from './channel.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { type Lanes, openLanes } from './lanes.ts';

/** The clocks and the end of one attempt, as the client sees them. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** Stops the cluster's clock while `work` goes on. */
  offClock<R>(work: Promise<R>): Promise<R>;
  /** The answer lives on its own from here: the lane is given back and no clock runs. */
  established(): void;
}

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
  const one = async (target: X): Promise<FleetEvent<T>> => {
    const end = await attemptOne(target, ready, operation, options, run, channel);
    if (options.failFast && end.outcome.kind === 'failed') run.stop(canceled('stopped after the first failure'));
    return end;
  };
  const pump = async () => {
    for await (const end of pMapIterable(targets, one, { preserveOrder: false })) await channel.put(end);
    channel.close();
  };
  const pumped = pump();
  try {
    for (let event = await channel.take(); event; event = await channel.take()) yield event;
    await pumped;
  } finally {
    run.stop(canceled('the reader of the results went away'));
    channel.close();
    run.close();
  }
}

/** What all attempts of one fan-out share. */
interface Run {
  readonly lanes: Lanes;
  readonly signal: AbortSignal;
  readonly total: Deadline;
  stop(reason: ClusterFailure): void;
  close(): void;
}

function openRun<X>(options: FanOutOptions<X>): Run {
  const controller = new AbortController();
  const stop = (reason: ClusterFailure) => controller.abort(reason);
  const onUser = () => stop(canceled('the command was interrupted'));
  if (options.signal.aborted) onUser();
  else options.signal.addEventListener('abort', onUser, { once: true });
  // The whole run's clock stands still until somebody is on the wire: logins do not count against it.
  const total = openDeadline(
    options.clock,
    options.totalTimeoutMs,
    () =>
      stop(
        new ClusterFailure({
          type: 'Timeout',
          reason: 'total',
          message: `the whole command took longer than ${options.totalTimeoutMs / 1000}s`,
          hint: 'raise it with --total-timeout',
          retriable: true,
        }),
      ),
    true,
  );
  return {
    lanes: openLanes(options.lanes),
    signal: controller.signal,
    total,
    stop,
    close() {
      total.clear();
      options.signal.removeEventListener('abort', onUser);
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
  const onRun = () => controller.abort(run.signal.reason);
  if (run.signal.aborted) onRun();
  else run.signal.addEventListener('abort', onRun, { once: true });
  const lane: { leave: (() => void) | undefined; deadline: Deadline | undefined; onWire: boolean } = {
    leave: undefined,
    deadline: undefined,
    onWire: false,
  };
  const offWire = () => {
    if (lane.onWire) run.total.pause();
    lane.onWire = false;
  };
  const attempt: Attempt = {
    signal: controller.signal,
    async offClock(work) {
      lane.deadline?.pause();
      try {
        return await work;
      } finally {
        lane.deadline?.resume();
      }
    },
    established() {
      lane.deadline?.clear();
      offWire();
      lane.leave?.();
    },
  };
  const end = (outcome: Outcome): End => ({ kind: 'end', cluster, outcome, ms: options.clock.monotonic() - started });
  try {
    const session = await ready(target, attempt);
    lane.leave = await run.lanes.enter(controller.signal);
    if (!lane.leave) return end(neverStarted(run.signal.reason));
    run.total.resume();
    lane.onWire = true;
    const limit = options.clusterTimeoutMs(target);
    lane.deadline = openDeadline(options.clock, limit, () => controller.abort(clusterTimeout(limit)));
    const steps = operation(session, attempt);
    for (;;) {
      const step = await untilAborted(steps.next(), controller.signal);
      if (step.done) return end(step.value ?? { kind: 'answered' });
      const event: FleetEvent<T> =
        step.value === RESET ? { kind: 'reset', cluster } : { kind: 'item', cluster, item: step.value as T };
      // A slow reader of ours is not the cluster's fault.
      await attempt.offClock(untilAborted(channel.put(event), controller.signal));
    }
  } catch (error) {
    if (!lane.leave && run.signal.aborted) return end(neverStarted(run.signal.reason));
    return end({ kind: 'failed', error: toClusterError(controller.signal.aborted ? controller.signal.reason : error) });
  } finally {
    lane.deadline?.clear();
    offWire();
    lane.leave?.();
    run.signal.removeEventListener('abort', onRun);
    controller.abort(canceled('the attempt is over'));
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

function canceled(message: string): ClusterFailure {
  return new ClusterFailure({ type: 'Canceled', message, retriable: true });
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

function neverStarted(reason: unknown): Outcome {
  const why = reason instanceof ClusterFailure ? reason.error.message : 'the run ended';
  return { kind: 'failed', error: { type: 'NotAttempted', message: `not attempted: ${why}`, retriable: true } };
}

/** Any thrown value as a cluster's error; what is not a ClusterFailure is a bug of ours and says so. */
export function toClusterError(error: unknown): ClusterError {
  if (error instanceof ClusterFailure) return error.error;
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'Internal', message: `internal error: ${message}`, retriable: false };
}
