/** An unbuffered hand-over between many producers and one consumer: `put` resolves when the value was taken. */
export interface Channel<T> {
  put(value: T): Promise<void>;
  /** The next value, or undefined once the channel is closed and empty. */
  take(): Promise<T | undefined>;
  close(): void;
}

/** Makes a channel; after `close` further puts resolve at once and are dropped. */
export function openChannel<T>(): Channel<T> {
  const waiting: { readonly value: T; readonly taken: () => void }[] = [];
  const takers: ((value: T | undefined) => void)[] = [];
  const state = { closed: false, head: 0 };
  return {
    put(value) {
      if (state.closed) return Promise.resolve();
      const taker = takers.shift();
      if (taker) {
        taker(value);
        return Promise.resolve();
      }
      return new Promise((taken) => waiting.push({ value, taken }));
    },
    take() {
      const next = waiting[state.head];
      if (next) {
        state.head += 1;
        if (state.head === waiting.length) {
          waiting.length = 0;
          state.head = 0;
        }
        next.taken();
        return Promise.resolve(next.value);
      }
      if (state.closed) return Promise.resolve(undefined);
      return new Promise((resolve) => takers.push(resolve));
    },
    close() {
      state.closed = true;
      for (const { taken } of waiting.slice(state.head)) taken();
      for (const taker of takers.splice(0)) taker(undefined);
    },
  };
}
