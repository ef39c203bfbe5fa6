import { openCredentials } from '../../src/client/credentials.ts';
import type { CredentialFiles } from '../../src/client/login.ts';
import type { Attempt, RESTClient } from '../../src/client/restclient.ts';
import type { RESTConfig } from '../../src/client/restconfig.ts';
import { openTransports, type Transports, type TransportsOptions } from '../../src/client/transports.ts';
import { type ClusterError, ClusterFailure } from '../../src/errors.ts';
import { type Clock, systemClock } from '../../src/system/clock.ts';
import { pki } from './apiserver.ts';

/** Files that exist only in a test; a missing one fails as the file system would. */
export function memoryFiles(files: Map<string, { text: string; modifiedMs: number }> = new Map()): CredentialFiles {
  const find = (path: string) => {
    const file = files.get(path);
    if (!file) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return file;
  };
  return {
    readText: async (path) => find(path).text,
    modifiedMs: async (path) => find(path).modifiedMs,
  };
}

/** Transports with short waits; what is left open is closed by `closeAll`. */
export function transports(options: Partial<TransportsOptions> & { files?: CredentialFiles } = {}): Transports {
  const { files = memoryFiles(), clock = systemClock(), ...rest } = options;
  const made = openTransports({
    clock,
    credentials: openCredentials({ files, clock }),
    userAgent: 'kubectl-mc/test',
    proxyEnv: {},
    retry: { baseMs: 4 },
    ...rest,
  });
  opened.push(made);
  return made;
}

const opened: Transports[] = [];

/** Ends all sockets of the transports made so far. */
export function closeAll(): void {
  for (const one of opened.splice(0)) one.close();
}

/** A config that trusts the test's CA. */
export async function configFor(server: string, more: Partial<RESTConfig> = {}): Promise<RESTConfig> {
  return { server, tls: { ca: (await pki.ca).cert }, auth: {}, origin: 'ctx', ...more };
}

/** An attempt that nobody ends. */
export function attempt(signal: AbortSignal = new AbortController().signal): Attempt {
  return { signal, offClock: (work) => work, established() {} };
}

/** The ClusterError that a promise fails with; anything else fails the test. */
export async function errorOf(work: Promise<unknown>): Promise<ClusterError> {
  return (await failureOf(work)).error;
}

/** The ClusterFailure that a promise fails with. */
export async function failureOf(work: Promise<unknown>): Promise<ClusterFailure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ClusterFailure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** GETs a path and parses it. */
export function get(client: RESTClient, path = '/api/v1/pods', more: Attempt = attempt()): Promise<unknown> {
  return client.json({ method: 'GET', path }, more);
}

/** A clock that moves only when told; sleeps are recorded and end when it passes them. */
export function fakeClock(): Clock & { advance(ms: number): Promise<void>; readonly slept: readonly number[] } {
  let now = 1_000_000;
  const timers = new Set<{ at: number; fn: () => void }>();
  const slept: number[] = [];
  const after = (ms: number, fn: () => void) => {
    const timer = { at: now + ms, fn };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    now: () => now,
    monotonic: () => now,
    after,
    slept,
    sleep(ms, signal) {
      slept.push(ms);
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = after(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      });
    },
    async advance(ms) {
      now += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at))
        if (timer.at <= now && timers.delete(timer)) timer.fn();
      await new Promise((done) => setImmediate(done));
    },
  };
}
