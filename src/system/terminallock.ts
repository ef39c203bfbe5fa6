import { findExecutable } from './findexecutable.ts';

/** The one terminal of this process: whoever asks a person something has it alone. */
export interface Terminal {
  /** Runs `work` with the terminal, in the order of `key` among those that wait; rejects with the signal's reason while waiting. */
  use<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Calls `say` now, or as soon as nobody has the terminal. */
  whenFree(say: () => void): void;
}

/** Opens the terminal's lock; `save` gives what puts the terminal's modes back after a program that may have changed them. */
export function openTerminal(save: () => Promise<() => Promise<void>>): Terminal {
  const waiting: { readonly key: string; readonly go: () => void }[] = [];
  const held: (() => void)[] = [];
  const state = { busy: false };
  const release = () => {
    for (const say of held.splice(0)) say();
    const next = waiting.shift();
    if (next) next.go();
    else state.busy = false;
  };
  const enter = (key: string, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (!state.busy) {
      state.busy = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiter = {
        key,
        go: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const after = waiting.findIndex((other) => other.key > key);
      waiting.splice(after < 0 ? waiting.length : after, 0, waiter);
      signal.addEventListener('abort', leave, { once: true });
    });
  };
  return {
    async use(key, signal, work) {
      await enter(key, signal);
      try {
        const restore = await save();
        try {
          return await work();
        } finally {
          await restore();
        }
      } finally {
        release();
      }
    },
    whenFree(say) {
      if (state.busy) held.push(say);
      else say();
    },
  };
}

/** Notes the terminal's modes (`stty -g`) and gives what restores them: a program that is ended in a password prompt leaves the echo off. */
export async function saveTerminalModes(host: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}): Promise<() => Promise<void>> {
  const nothing = async () => {};
  const stty = host.platform === 'win32' ? undefined : await findExecutable('stty', host);
  if (stty === undefined) return nothing;
  const { execa } = await import('execa');
  const run = (...args: readonly string[]) =>
    execa(stty, args, { reject: false, stdin: 'inherit', stderr: 'ignore', timeout: 2_000 });
  const modes = (await run('-g')).stdout?.trim();
  if (!modes || !/^[\w:=]+$/.test(modes)) return nothing;
  return async () => void (await run(modes));
}
