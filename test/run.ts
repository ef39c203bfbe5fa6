import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { ensureBinaries, progressLine, whyNoBinaries } from '../hack/envtest/build.ts';
import { count, line, sum, type Tally } from './tally.ts';

// npm test [-- ARGUMENTS OF VITEST]: builds and checks the program, then runs every test that can run here.
//   REQUIRE_ENVTEST=1  real control planes that cannot be had are a failure, not a remark
//   FLEET=kind|…       clusters of another kind, see test/fleet; none does without

const root = resolve(import.meta.dirname, '..');
const [args, env] = [process.argv.slice(2), process.env];
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Runs a file of node_modules (or ours) with this Node; resolves to the exit code. */
function node(file: string, rest: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((done) => {
    const PATH = [dirname(process.execPath), env['PATH'] ?? ''].join(delimiter);
    const child = spawn(process.execPath, [join(root, file), ...rest], {
      cwd: root,
      stdio: 'inherit',
      env: { ...env, PATH, ...more },
    });
    // Ctrl-C reaches the child too: it ends its clusters, we wait for that and go no further.
    const stop = (signal: NodeJS.Signals, number: number) => {
      if (signal === 'SIGTERM') child.kill(signal);
      child.once('close', () => process.exit(128 + number));
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
    child.once('error', () => done(1));
    child.once('close', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
      done(code ?? 1);
    });
  });
}

/** One check counts as one test. */
async function check(name: string, file: string, ...rest: readonly string[]): Promise<Tally> {
  const started = performance.now();
  const ok = (await node(file, rest)) === 0;
  say(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** Makes sure of real control planes; resolves to the reason why there are none. */
async function whyNotReal(): Promise<string | undefined> {
  const kind = env['FLEET'] || 'envtest';
  if (kind !== 'envtest') return kind === 'none' || kind === 'simulated' ? `FLEET=${kind}` : undefined;
  const why = whyNoBinaries();
  if (why !== undefined) return why;
  try {
    await ensureBinaries({ onProgress: (progress) => say(progressLine(progress)) });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs vitest and counts what its report says; `without` real control planes nothing tries to get them once more. */
async function tests(without: boolean): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-mc-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const more = without ? { FLEET: env['FLEET'] === 'simulated' ? 'simulated' : 'none', REQUIRE_ENVTEST: '0' } : {};
    const code = await node('node_modules/vitest/vitest.mjs', ['run', ...reporters, ...args], more);
    return count(read(report), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const tallies: Tally[] = [
  await check('build', 'hack/build.ts', '--if-missing'),
  await check('types', 'node_modules/typescript/bin/tsc', '-p', '.', '--noEmit'),
  await check('lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--diagnostic-level=warn', '.'),
];

// Whoever names test files that need no clusters need not wait for them.
const filters = args.filter((argument) => !argument.startsWith('-'));
const wanted = filters.length === 0 || filters.some((filter) => /fleet|e2e/.test(filter));
const why = wanted ? await whyNotReal() : undefined;
tallies.push(await tests(why !== undefined));

if (why !== undefined) {
  say(`\n!!! NOT RUN on real control planes: ${why} !!!`);
  if ((env['REQUIRE_ENVTEST'] || '0') !== '0') tallies.push({ passed: 0, failed: 1, skipped: 0 });
}
const total = sum(tallies);
say(line(total));
process.exitCode = total.failed > 0 ? 1 : 0;
