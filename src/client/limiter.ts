import type { Clock } from '../system/clock.ts';

/** A token bucket for the requests of one cluster. */
export interface Limiter {
  /** Undefined where the request may go at once, else a promise of its turn; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<void> | undefined;
}

/** A bucket of `burst` requests that refills with `qps` a second, in order of asking; qps 0 = no limit. */
export function openLimiter(options: { readonly clock: Clock; readonly qps: number; readonly burst: number }): Limiter {
  const { clock, qps } = options;
  const burst = Math.max(1, options.burst);
  // Below zero the bucket is promised to those who wait.
  const bucket = { tokens: burst, at: clock.monotonic() };
  return {
    take(signal) {
      if (qps <= 0) return undefined;
      const now = clock.monotonic();
      bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * qps) / 1000) - 1;
      bucket.at = now;
      if (bucket.tokens >= 0) return undefined;
      return clock.sleep((-bucket.tokens * 1000) / qps, signal).catch((reason: unknown) => {
        bucket.tokens += 1;
        throw reason;
      });
    },
  };
}
