/** Lets a bounded number through at a time, the others wait in the order in which they came. */
export interface Gate {
  /** Resolves with what gives the place back (once); rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** A gate of `size` places, at least one. */
export function openGate(size: number): Gate {
  const waiting = new Set<() => void>();
  const state = { free: Math.max(1, size) };
  const leave = () => {
    state.free += 1;
    for (const next of waiting) {
      waiting.delete(next);
      return next();
    }
  };
  const place = () => {
    state.free -= 1;
    const held = { yes: true };
    return () => {
      if (!held.yes) return;
      held.yes = false;
      leave();
    };
  };
  return {
    enter(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (state.free > 0) return Promise.resolve(place());
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.delete(next);
          reject(signal.reason);
        };
        const next = () => {
          signal.removeEventListener('abort', onAbort);
          resolve(place());
        };
        waiting.add(next);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
