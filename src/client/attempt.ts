import type { Attempt } from './restclient.ts';

/** An attempt without clocks or lanes, for callers outside the executor; it ends when `signal` does. */
export function detachedAttempt(signal: AbortSignal): Attempt {
  return { signal, offClock: (work) => work, established() {} };
}
