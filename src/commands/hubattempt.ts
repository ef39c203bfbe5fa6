import type { Attempt } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
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
  const cancel = timeoutMs > 0 ? clock.after(timeoutMs, late) : () => {};
  return {
    attempt: { signal: controller.signal, offClock: (work) => work, established() {} },
    done() {
      cancel();
      signal.removeEventListener('abort', end);
    },
  };
}
