import type { Attempt } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
import { openDeadline } from '../executor/deadline.ts';
import type { Clock } from '../system/clock.ts';

/** An attempt for questions to the hub, which stand outside the fan-out: bounded in time, ended with the command. */
export function hubAttempt(
  clock: Clock,
  signal: AbortSignal,
  timeoutMs: number,
): { readonly attempt: Attempt; readonly done: () => void } {
  const controller = new AbortController();
  const end = () =>
    controller.abort(new ClusterFailure({ type: 'Canceled', message: 'the command was interrupted', retriable: true }));
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  const late = () =>
    controller.abort(
      new ClusterFailure({
        type: 'Timeout',
        reason: 'request',
        message: `no complete answer within ${timeoutMs / 1000}s`,
        hint: 'raise it with --timeout',
        retriable: true,
      }),
    );
  const deadline = openDeadline(clock, timeoutMs, late);
  return {
    attempt: {
      cluster: 'hub',
      signal: controller.signal,
      async offClock(work) {
        deadline.pause();
        try {
          return await work;
        } finally {
          deadline.resume();
        }
      },
      established() {},
    },
    done() {
      deadline.clear();
      signal.removeEventListener('abort', end);
    },
  };
}
