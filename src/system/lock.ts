import { open } from 'node:fs/promises';
import { CommandError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { removeFile } from './files.ts';

/** How long to try: `timeoutMs` in all, a look every `intervalMs` (10 as in client-go). */
export interface LockOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` while holding `PATH.lock`, the advisory lock that kubectl's clientcmd takes before it writes a kubeconfig
 * (created exclusively, removed afterwards). CommandError when the lock is not free in time; the signal's reason when aborted.
 */
export async function withFileLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const { clock, timeoutMs, intervalMs = 10, signal } = options;
  const deadline = clock.monotonic() + timeoutMs;
  while (!(await acquire(lock))) {
    if (clock.monotonic() >= deadline) {
      throw new CommandError(`${path} is locked by another program: remove ${lock} if no kubectl is writing to it`);
    }
    await clock.sleep(intervalMs, signal);
  }
  try {
    return await work();
  } finally {
    await removeFile(lock);
  }
}

async function acquire(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new CommandError(`cannot create the lock ${lock}: ${code}`, { cause: error });
  }
}
