import { type ClusterError, ClusterFailure } from '../errors.ts';
import type { Clock } from '../system/clock.ts';

/** How often and how long reads are tried again; writes never are. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly more: number;
  /** The first wait is at most this long, each further one at most twice the one before. */
  readonly baseMs: number;
  /** All waits of one request together, unless Retry-After says otherwise. */
  readonly totalMs: number;
  /** A server that wants to be left alone for longer is not asked again. */
  readonly maxRetryAfterMs: number;
}

/** Twice more, within two seconds. */
export const defaultRetryPolicy: RetryPolicy = { more: 2, baseMs: 300, totalMs: 2_000, maxRetryAfterMs: 120_000 };

/** Milliseconds to wait before try number `tries` + 1 of a GET, undefined where it is not tried again. */
export function retryDelay(
  failure: ClusterFailure,
  tries: number,
  spentMs: number,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (tries > policy.more || !mayRetry(failure.error)) return undefined;
  const asked = failure.retryAfterMs;
  if (asked !== undefined) return asked <= policy.maxRetryAfterMs ? asked : undefined;
  const step = policy.baseMs * 2 ** (tries - 1);
  const wait = step / 2 + (step / 2) * random();
  return spentMs + wait <= policy.totalMs ? wait : undefined;
}

/** Waits; where the attempt's time ends meanwhile, its Timeout tells what the server had said last. */
export async function waitToRetry(clock: Clock, ms: number, last: ClusterFailure, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (reason) {
    if (reason instanceof ClusterFailure && reason.error.type === 'Timeout')
      throw new ClusterFailure({ ...reason.error, details: `before that: ${last.error.message}` }, { cause: reason });
    throw reason;
  }
}

function mayRetry({ type, code, retriable }: ClusterError): boolean {
  if (!retriable) return false;
  return (
    type === 'ConnectionRefused' ||
    type === 'ConnectionReset' ||
    type === 'TooManyRequests' ||
    (type === 'ServerError' && code !== 500)
  );
}
