/** A gate of lanes: at most `size` holders at once, first come first served, resizable while in use. */
export interface Lanes {
  /** Resolves with a function that gives the lane back (calling it twice is harmless), or undefined once the signal fired first. */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>;
  resize(size: number): void;
  readonly busy: number;
}

/** Makes a gate with `size` lanes, at least one. */
export function openLanes(size: number): Lanes {
  const state = { size: Math.max(1, size), busy: 0 };
  const queue: (() => void)[] = [];
  const wake = () => {
    while (state.busy < state.size) {
      const next = queue.shift();
      if (!next) return;
      next();
    }
  };
  const hold = (): (() => void) => {
    state.busy += 1;
    const lane = { held: true };
    return () => {
      if (!lane.held) return;
      lane.held = false;
      state.busy -= 1;
      wake();
    };
  };
  return {
    get busy() {
      return state.busy;
    },
    resize(next) {
      state.size = Math.max(1, next);
      wake();
    },
    enter(signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      if (state.busy < state.size && queue.length === 0) return Promise.resolve(hold());
      return new Promise((resolve) => {
        const enter = () => {
          signal.removeEventListener('abort', leave);
          resolve(hold());
        };
        const leave = () => {
          const at = queue.indexOf(enter);
          if (at >= 0) queue.splice(at, 1);
          resolve(undefined);
        };
        queue.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
