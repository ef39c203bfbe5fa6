import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 5_000;
const STALE_MS = 30_000;

/**
 * Takes the lock file, waiting for another holder; resolves to the function that gives it back. A holder that died is found by its pid
 * (same host) or by a heartbeat that stopped. Two waiters may take over the same dead lock: then both build, which costs time and nothing else,
 * because every program is renamed into place.
 */
export async function takeLock(file: string, onWait: (seconds: number, holder: string) => void): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true });
  const started = performance.now();
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${hostname()}\n`, { flag: 'wx' });
      return hold(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = read(file);
    if (isDead(file, holder)) rmSync(file, { force: true });
    else {
      onWait(Math.round((performance.now() - started) / 1000), holder);
      await sleep(1_000);
    }
  }
}

function hold(file: string): () => void {
  const timer = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody cleaned the cache while we build; the rename at the end says so clearly enough.
    }
  }, HEARTBEAT_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function isDead(file: string, holder: string): boolean {
  const [pid, host] = holder.split(' ');
  if (host === hostname() && !isAlive(Number(pid))) return true;
  try {
    return Date.now() - statSync(file).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
