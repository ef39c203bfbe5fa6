import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server process of the fleet. It ends with its parent, even when that is killed with SIGKILL. */
export interface Child {
  readonly name: string;
  readonly log: string;
  /** The pid of the program itself (not of the watchdog), undefined until it has started. */
  pid(): number | undefined;
  exited(): boolean;
  /** The last line of its log, for messages. */
  lastWords(): string;
  /** SIGTERM, `graceMs`, SIGKILL; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/**
 * $1 pid file, $2 seconds to wait at the end of input, then the command. The watcher reads a pipe that the parent holds open: its end is the
 * parent's end, however that came about. Servers wait different times, because an API server that has lost its etcd never shuts down.
 */
const WATCHDOG = `
exec 3<&0; file=$1; delay=$2; shift 2
"$@" </dev/null 3<&- & pid=$!
echo $pid > "$file"
( read -r _ <&3; sleep "$delay"; kill -TERM $pid && sleep 3 && kill -KILL $pid ) 2>/dev/null & watcher=$!
exec 3<&-
wait $pid; code=$?
kill $watcher 2>/dev/null
exit $code`;

/** Starts a program below a watchdog, its output in `dir/name.log` and its pid in `dir/name.pid`. */
export function startChild(
  name: string,
  command: readonly string[],
  options: { readonly dir: string; readonly secondsAfterParent?: number; readonly env?: NodeJS.ProcessEnv },
): Child {
  const log = join(options.dir, `${name}.log`);
  const pidFile = join(options.dir, `${name}.pid`);
  const output = openSync(log, 'a');
  const process: ChildProcess = spawn(
    'sh',
    ['-c', WATCHDOG, name, pidFile, String(options.secondsAfterParent ?? 0), ...command],
    // A group of its own: Ctrl-C on the terminal is for us, who stop servers in the right order.
    { stdio: ['pipe', output, output], detached: true, ...(options.env ? { env: options.env } : {}) },
  );
  closeSync(output);
  process.on('error', () => {});
  // A fleet that nobody stopped must not keep its process alive; when that ends, so does the pipe.
  process.unref();
  (process.stdin as Socket | null)?.unref();
  const exited = () => process.exitCode !== null || process.signalCode !== null;
  const pid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) || undefined : undefined);
  const signal = (name: NodeJS.Signals) => {
    const target = pid();
    if (target === undefined || exited()) return;
    try {
      globalThis.process.kill(target, name);
    } catch {
      // It ended by itself a moment ago.
    }
  };
  return {
    name,
    log,
    pid,
    exited,
    lastWords: () => readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)?.slice(0, 400) ?? '',
    async stop(graceMs) {
      signal('SIGTERM');
      await waitUntil(exited, graceMs);
      signal('SIGKILL');
      await waitUntil(exited, 5_000);
      process.stdin?.destroy();
    },
  };
}

async function waitUntil(condition: () => boolean, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (!condition() && performance.now() < deadline) await sleep(20);
}
