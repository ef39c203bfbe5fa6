import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { root } from '../../hack/bundle.ts';

/** The built program as a user's shell finds it. */
export const program = join(root, 'bin', 'kubectl-mc');

/** A PATH on which the Node of these tests comes first: the machine's own may be too old for the program. */
export const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');

/** Everything a finished program left behind; `code` is null where a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/** How a program is started; nothing of our own environment reaches it. */
export interface StartOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its stdin, which is empty otherwise. */
  readonly stdin?: string;
  /** After this time it is killed and `ended` rejects; default 60 s. */
  readonly limitMs?: number;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when what it has written so far fits, rejects when it ends without. */
  says(stream: 'stdout' | 'stderr', fits: (text: string) => boolean): Promise<void>;
}

/** Starts a program and collects what it writes. */
export function start(command: string, args: readonly string[], options: StartOptions): Running {
  const { env, cwd, stdin = '', limitMs = 60_000 } = options;
  const started = performance.now();
  const child = spawn(command, args, { env: { ...env }, stdio: 'pipe', ...(cwd === undefined ? {} : { cwd }) });
  const text = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  const collect = (name: 'stdout' | 'stderr') =>
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      for (const look of waiting) look();
    });
  collect('stdout');
  collect('stderr');
  // A program that never reads its stdin is no error here.
  child.stdin.on('error', () => {}).end(stdin);
  const ended = new Promise<Ended>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`${command} ${args.join(' ')}: still running after ${limitMs} ms\n${text.stdout}${text.stderr}`),
      );
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal, ...text, ms: performance.now() - started });
    });
  });
  return {
    child,
    ended,
    says: (stream, fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!fits(text[stream])) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        ended.then(() => reject(new Error(`it ended before it said so: ${text[stream]}`)), reject);
      }),
  };
}

/** The lines of an output without the spaces that only align columns. */
export function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' ').trimEnd())
    .filter((line, at, all) => line !== '' || at < all.length - 1);
}
