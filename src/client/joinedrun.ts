/** Somebody who waits for a login. */
export interface Member {
  /** What the login is for, in messages and for the order at the terminal. */
  readonly cluster: string;
  readonly signal: AbortSignal;
}

/** One piece of work that any number of members wait for. */
export interface SharedRun<T> {
  /** Rejects with the member's own reason when it stops waiting; the work ends when nobody waits any more. */
  join(member: Member): Promise<T>;
}

/** Starts the work for its first member; `onEnd` is called once it is over, before anybody hears of it. */
export function shareRun<T>(start: (signal: AbortSignal) => Promise<T>, onEnd: () => void): SharedRun<T> {
  const controller = new AbortController();
  const state = { waiting: 0 };
  const result = start(controller.signal).finally(onEnd);
  // Everybody may have gone.
  result.catch(() => undefined);
  return {
    join({ signal }) {
      if (signal.aborted) return Promise.reject(signal.reason);
      state.waiting += 1;
      return new Promise((resolve, reject) => {
        const leave = () => {
          state.waiting -= 1;
          if (state.waiting > 0) return reject(signal.reason);
          // The last one stays until the program is really gone, so that nothing of it outlives the command.
          controller.abort(signal.reason);
          result.catch(() => undefined).finally(() => reject(signal.reason));
        };
        signal.addEventListener('abort', leave, { once: true });
        result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      });
    },
  };
}
