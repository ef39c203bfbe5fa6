import type { Clock } from './clock.ts';
import { type Kill, killTree } from './killtree.ts';

/** One program to be run to its end. */
export interface ChildRequest {
  /** Absolute path; never looked up, never given to a shell. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Whether it may talk to the person at the terminal: it then has our stdin and stderr. Otherwise its stdin is empty, its stderr
   * goes to `onStderr`, and it is the leader of a process group of its own.
   */
  readonly terminal: boolean;
  /** Milliseconds, 0 = no limit. */
  readonly timeoutMs: number;
  readonly maxStdoutBytes: number;
  readonly onStderr: (text: string) => void;
  /** Ends it, and whatever it started. */
  readonly signal: AbortSignal;
}

/** What became of it; never an exception. `failed` means that it did not start, with the system's code (ENOENT, E2BIG, …). */
export type ChildOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: Buffer }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'timeout' | 'aborted' | 'overflow' };

/** What children are run with. */
export interface ChildHost {
  readonly clock: Clock;
  readonly platform: string;
  readonly kill: Kill;
}

/** Runs a program; the signature that callers take, so that tests can stand in for it. */
export type RunChild = (request: ChildRequest) => Promise<ChildOutcome>;

// Between asking a program to end and ending it.
const graceMs = 1_000;
// A program that leaves something behind in the background (an agent, a browser) leaves its pipes open, too.
const lingerMs = 500;

/** The machine's own way to run programs. */
export function childRunner(host: ChildHost): RunChild {
  return (request) => run(request, host);
}

async function run(request: ChildRequest, host: ChildHost): Promise<ChildOutcome> {
  const { clock, platform } = host;
  // Only here: 28 ms that a run without child processes does not pay.
  const { execa } = await import('execa');
  if (request.signal.aborted) return { kind: 'aborted' };
  // A detached child has no controlling terminal: password prompts on /dev/tty would fail.
  const ownGroup = !request.terminal && platform !== 'win32';
  const child = execa(request.file, [...request.args], {
    env: defined(request.env),
    extendEnv: false,
    stdin: request.terminal ? 'inherit' : 'ignore',
    stdout: 'pipe',
    stderr: request.terminal ? 'inherit' : 'pipe',
    buffer: false,
    reject: false,
    detached: ownGroup,
    windowsHide: true,
  });

  const state: { ended?: 'timeout' | 'aborted' | 'overflow'; exited: boolean } = { exited: false };
  const cancels: (() => void)[] = [];
  const tree = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.pid !== undefined) void killTree(child.pid, signal, ownGroup, host);
  };
  const end = (why: 'timeout' | 'aborted' | 'overflow') => {
    if (state.ended || state.exited) return;
    state.ended = why;
    tree('SIGTERM');
    cancels.push(clock.after(graceMs, () => tree('SIGKILL')));
  };
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > request.maxStdoutBytes) end('overflow');
    else chunks.push(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', request.onStderr);
  child.once('exit', () => {
    state.exited = true;
    cancels.push(
      clock.after(lingerMs, () => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }),
    );
  });
  const onAbort = () => end('aborted');
  request.signal.addEventListener('abort', onAbort, { once: true });
  if (request.timeoutMs > 0) cancels.push(clock.after(request.timeoutMs, () => end('timeout')));
  try {
    const result = await child;
    if (state.ended) {
      // Its own children may have outlived it.
      if (ownGroup) tree('SIGKILL');
      return { kind: state.ended };
    }
    if (child.pid === undefined) return { kind: 'failed', code: codeOf(result) };
    const { exitCode } = child;
    if (typeof exitCode === 'number') return { kind: 'exited', code: exitCode, stdout: Buffer.concat(chunks) };
    const signal = child.signalCode ?? result.signal;
    return signal ? { kind: 'signalled', signal } : { kind: 'failed', code: codeOf(result) };
  } finally {
    request.signal.removeEventListener('abort', onAbort);
    for (const cancel of cancels) cancel();
  }
}

function codeOf(result: { readonly code?: string | undefined; readonly cause?: unknown }): string {
  return result.code ?? (result.cause as { code?: string } | undefined)?.code ?? 'unknown error';
}

function defined(env: ChildRequest['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
