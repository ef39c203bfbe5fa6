import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type Binaries,
  BUILD_FLAGS,
  cachedBinaries,
  cacheFolder,
  MODULES,
  missingParts,
  PARTS,
  type Part,
} from './cache.ts';
import { takeLock } from './lock.ts';

export type { Binaries } from './cache.ts';

/** One line of progress: what is going on, for how long (seconds), and what `go` said last. */
export interface BuildProgress {
  readonly what: string;
  readonly state: 'waiting' | 'building' | 'built';
  readonly seconds: number;
  readonly detail?: string;
}

const PROGRESS_MS = 10_000;

/** Why no real control plane can be started here, in one line; undefined when one can. Starts `go version` at most. */
export function whyNoBinaries(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['KUBEBUILDER_ASSETS']) return assets(env['KUBEBUILDER_ASSETS']).problem;
  return missingParts(cacheFolder(env)).length === 0 ? undefined : whyNoGo(env);
}

/** The programs of a real control plane, built into the cache folder where they are missing. Throws one line where that cannot be done. */
export async function ensureBinaries(
  options: { readonly onProgress?: (progress: BuildProgress) => void; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Binaries> {
  const env = options.env ?? process.env;
  const report = options.onProgress ?? (() => {});
  if (env['KUBEBUILDER_ASSETS']) {
    const { binaries, problem } = assets(env['KUBEBUILDER_ASSETS']);
    if (problem) throw new Error(problem);
    return binaries;
  }
  const folder = cacheFolder(env);
  if (missingParts(folder).length === 0) return cachedBinaries(folder);
  const problem = whyNoGo(env);
  if (problem) throw new Error(problem);
  const release = await takeLock(join(folder, 'lock'), (seconds, holder) => {
    if (seconds % 10 === 0)
      report({ what: 'the test fleet', state: 'waiting', seconds, detail: `process ${holder} builds` });
  });
  try {
    for (const name of readdirSync(folder)) {
      if (name.startsWith('tmp-')) rmSync(join(folder, name), { recursive: true, force: true });
    }
    for (const part of missingParts(folder)) await build(part, folder, env, report);
  } finally {
    release();
  }
  return cachedBinaries(folder);
}

async function build(
  part: Part,
  folder: string,
  env: NodeJS.ProcessEnv,
  report: (progress: BuildProgress) => void,
): Promise<void> {
  const started = performance.now();
  const progress = (state: BuildProgress['state'], detail?: string) =>
    report({
      what: part.title,
      state,
      seconds: Math.round((performance.now() - started) / 1000),
      ...(detail ? { detail } : {}),
    });
  progress('building');
  const work = mkdtempSync(join(folder, 'tmp-'));
  try {
    // With a folder as -o, go names each program after its package's last element.
    const args = ['build', ...BUILD_FLAGS, '-ldflags', part.ldflags, '-o', `${work}/`, ...Object.values(part.programs)];
    let output = '';
    const timer = setInterval(() => progress('building', lastLine(output)), PROGRESS_MS);
    const code = await run(join(MODULES, part.module), args, env, (text) => {
      output += text;
    }).finally(() => clearInterval(timer));
    if (code !== 0) {
      const log = join(folder, `${part.module}.log`);
      writeFileSync(log, output);
      throw new Error(`cannot build ${part.title}: ${lastLine(output) || `go build ended with ${code}`} (log: ${log})`);
    }
    mkdirSync(join(folder, 'bin'), { recursive: true });
    for (const [name, source] of Object.entries(part.programs)) {
      renameSync(join(work, programName(source)), join(folder, 'bin', name));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  progress('built');
}

/** Go skips a major version suffix when it names a program. */
function programName(source: string): string {
  const last = basename(source);
  return /^v\d+$/.test(last) ? basename(source.slice(0, -last.length - 1)) : last;
}

function run(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onOutput: (text: string) => void,
): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    // Without this a killed parent would leave compilers running.
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    child.stdout.setEncoding('utf8').on('data', onOutput);
    child.stderr.setEncoding('utf8').on('data', onOutput);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', end);
      resolve(code ?? signal ?? 'no exit code');
    });
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

function whyNoGo(env: NodeJS.ProcessEnv): string | undefined {
  // In a module folder, so that a toolchain which go would switch to is the one that answers.
  const answer = spawnSync('go', ['version'], { cwd: join(MODULES, PARTS[0]!.module), env, encoding: 'utf8' });
  if (answer.error) return 'Go is not on PATH and KUBEBUILDER_ASSETS is not set';
  const version = /go(\d+)\.(\d+)/.exec(answer.stdout);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (version && (major > 1 || minor >= 26)) return undefined;
  return `Go 1.26 or newer is needed to build the test fleet (${version ? `found ${version[0]}` : lastLine(answer.stderr)}) and KUBEBUILDER_ASSETS is not set`;
}

function assets(folder: string): { readonly binaries: Binaries; readonly problem?: string } {
  const binaries = {
    apiserver: join(folder, 'kube-apiserver'),
    etcd: join(folder, 'etcd'),
    kubectl: join(folder, 'kubectl'),
  };
  const missing = Object.values(binaries).filter((path) => !existsSync(path));
  if (missing.length === 0) return { binaries };
  return {
    binaries,
    problem: `KUBEBUILDER_ASSETS is set, but there is no ${missing.map((path) => basename(path)).join(', ')} in ${folder}`,
  };
}

/** Progress as one line of text, for a log or a terminal. */
export function progressLine(progress: BuildProgress): string {
  const detail = progress.detail ? ` (${progress.detail})` : '';
  const tail = progress.state === 'building' && progress.seconds === 0 ? '' : ` ${progress.seconds}s`;
  return `envtest: ${progress.state} ${progress.state === 'waiting' ? 'for ' : ''}${progress.what}${tail}${detail}`;
}

if (import.meta.main) {
  try {
    const binaries = await ensureBinaries({ onProgress: (progress) => console.error(progressLine(progress)) });
    for (const [name, path] of Object.entries(binaries)) console.log(`${name}\t${path}`);
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
