/** Starts a program and tells how long it took and how much memory it had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeTempFolder } from './tempfolder.ts';

const root = resolve(import.meta.dirname, '../..');
const hook = resolve(import.meta.dirname, 'usage.cjs');

/** One run of one program. */
export interface Sample {
  /** From before the process is started until it is gone. */
  readonly ms: number;
  /** Processor time of all its threads, which a busy machine changes less than `ms`. */
  readonly cpuMs: number;
  /** Peak of resident memory. */
  readonly megabytes: number;
  readonly exitCode: number;
  readonly lines: number;
  readonly stderr: string;
}

/** Runs a program with a home folder of its own; throws where it ends by a signal or does not tell what it used. */
export async function run(command: readonly string[], home: string): Promise<Sample> {
  const folder = makeTempFolder('run');
  const [program = '', ...args] = command;
  const [stdout, stderr, usage] = [
    join(folder.path, 'stdout'),
    join(folder.path, 'stderr'),
    join(folder.path, 'usage'),
  ];
  const [out, err] = [openSync(stdout, 'w'), openSync(stderr, 'w')];
  try {
    const started = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', out, err], env: environment(home, usage) });
    const [code] = (await once(child, 'exit')) as [number | null];
    const ms = performance.now() - started;
    const said = await readFile(stderr, 'utf8');
    if (code === null) throw new Error(`${command.join(' ')} ended by ${child.signalCode}: ${said}`);
    const used = JSON.parse(await readFile(usage, 'utf8')) as { readonly kilobytes: number; readonly cpuMs: number };
    const { cpuMs } = used;
    return { ms, cpuMs, megabytes: used.kilobytes / 1024, exitCode: code, lines: lineCount(stdout), stderr: said };
  } finally {
    closeSync(out);
    closeSync(err);
    folder.remove();
  }
}

/** Nothing of the user's own: no proxies, no KUBECONFIG, no settings of ours. */
function environment(home: string, usage: string): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    NODE_OPTIONS: `--require=${JSON.stringify(hook)}`,
    BENCH_USAGE_FILE: usage,
  };
}

function lineCount(path: string): number {
  const bytes = readFileSync(path);
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

/** The program as a user starts it. */
export function kubectlMC(...args: readonly string[]): readonly string[] {
  return [join(root, 'bin', 'kubectl-mc'), ...args];
}

/** The middle of the values; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
