import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scan } from '../architecture/scan.ts';
import { root } from '../architecture/tree.ts';

const temp = mkdtempSync(join(tmpdir(), 'kubectl-mc-shim-'));
afterAll(() => rmSync(temp, { recursive: true, force: true }));

// Stands for the program: tells how it was started, or does what the test asks.
const program = `
const [what, ...rest] = process.argv.slice(2);
if (what === 'exit') process.exit(Number(rest[0]));
if (what === 'wait' || what === 'handle') {
  if (what === 'handle') process.on('SIGTERM', () => process.exit(143));
  process.stdout.write('ready ' + process.pid);
  setInterval(() => {}, 1000);
} else if (what === 'stdin') {
  for await (const chunk of process.stdin) process.stdout.write(chunk);
} else {
  const { getCompileCacheDir } = await import('node:module');
  process.stdout.write(JSON.stringify({ args: process.argv.slice(2), node: process.execPath, cache: getCompileCacheDir() }));
}
`;

/** A package folder with this repository's bin/, a program of our own, and on request a Node of its own. */
function makePackage(
  name: string,
  options: { readonly ownNode?: boolean; readonly program?: string | null } = {},
): string {
  const folder = join(temp, name);
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  if (options.program !== null) {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/main.js'), options.program ?? program);
  }
  if (options.ownNode) {
    mkdirSync(join(folder, 'node_modules/node/bin'), { recursive: true });
    symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'));
  }
  return folder;
}

/** A folder for PATH that holds what a shell script needs (readlink) and, on request, something named `node`. */
function makePath(name: string, node?: { readonly link: string } | { readonly script: string }): string {
  const folder = join(temp, name);
  mkdirSync(folder);
  const readlink = spawnSync('/bin/sh', ['-c', 'command -v readlink'], { encoding: 'utf8' }).stdout.trim();
  symlinkSync(readlink, join(folder, 'readlink'));
  if (node !== undefined && 'link' in node) symlinkSync(node.link, join(folder, 'node'));
  if (node !== undefined && 'script' in node) {
    writeFileSync(join(folder, 'node'), node.script);
    chmodSync(join(folder, 'node'), 0o755);
  }
  return folder;
}

/** A script that is a Node of another version as far as JavaScript can tell. */
function nodeOfVersion(version: string): { readonly script: string } {
  const stub = join(temp, `${version}.cjs`);
  writeFileSync(stub, `Object.defineProperty(process, 'version', { value: '${version}' });`);
  return { script: `#!/bin/sh\nexec '${process.execPath}' -r '${stub}' "$@"\n` };
}

function run(shim: string, args: readonly string[], env: Record<string, string>): SpawnSyncReturns<string> {
  return spawnSync(shim, args, { encoding: 'utf8', env });
}

const home = join(temp, 'home');
mkdirSync(home);
let own: string;
let installed: string;
let noNode: string;
let withNode: string;
beforeAll(() => {
  own = join(makePackage('own', { ownNode: true }), 'bin/kubectl-mc');
  installed = join(makePackage('installed'), 'bin/kubectl-mc');
  noNode = makePath('no-node');
  withNode = makePath('with-node', { link: process.execPath });
});

describe('which Node', () => {
  test('the package’s own, though PATH has none', () => {
    const { status, stdout } = run(own, ['x'], { PATH: noNode });
    expect({ status, node: JSON.parse(stdout).node }).toEqual({ status: 0, node: process.execPath });
  });

  test('the package’s own before the one on PATH', () => {
    const other = makePath('other-node', { script: '#!/bin/sh\necho the other\n' });
    expect(JSON.parse(run(own, [], { PATH: other }).stdout).args).toEqual([]);
  });

  test('else the one on PATH', () => {
    expect(JSON.parse(run(installed, [], { PATH: withNode }).stdout).args).toEqual([]);
  });

  test('neither: one line, exit 1', () => {
    const { status, stdout, stderr } = run(installed, ['get', 'pods'], { PATH: noNode });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: kubectl mc needs Node.js 22.19 or newer, and there is none on PATH\n',
    });
  });

  test.each(['v0.12.18', 'v20.20.2', 'v22.18.0'])('%s on PATH: one line that names it, exit 1', (version) => {
    const path = makePath(`old-${version}`, nodeOfVersion(version));
    const { status, stdout, stderr } = run(installed, ['get', 'pods'], { PATH: path });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `error: kubectl mc needs Node.js 22.19 or newer; this is ${version} (${process.execPath})\n`,
    });
  });

  test.each(['v22.19.0', 'v23.0.0', 'v24.0.0-nightly20260101', 'v100.1.2'])('%s on PATH is taken', (version) => {
    const path = makePath(`new-${version}`, nodeOfVersion(version));
    expect(run(installed, ['exit', '7'], { PATH: path }).status).toBe(7);
  });

  test('a real old Node, where this machine has one, is refused in the same words', () => {
    const { tooOld } = createRequire(import.meta.url)(join(root, 'bin/launch.cjs'));
    const candidates = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'node'));
    const old = candidates.find((node) => {
      const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      return status === 0 && tooOld(stdout.trim());
    });
    if (old === undefined) return;
    const { status, stderr } = run(installed, [], { PATH: makePath('really-old', { link: old }) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: kubectl mc needs Node\.js 22\.19 or newer; this is v[\d.]+ \(.+\)\n$/);
  });

  test('the first file is ES5, so that a Node of any age can say so', () => {
    const { code } = scan('launch.cjs', readFileSync(join(root, 'bin/launch.cjs'), 'utf8'));
    expect(code).not.toMatch(/=>|`|\b(?:const|let|class|async|await|import)\b|\?\.|\?\?|catch\s*\{|\.{3}/);
  });
});

describe('where the package is', () => {
  test.each([
    ['an absolute link', (link: string) => symlinkSync(installed, link)],
    [
      'a chain of relative links through other folders',
      (link: string) => {
        const store = join(dirname(link), 'store', 'mc');
        mkdirSync(store, { recursive: true });
        symlinkSync('../../../installed/bin/kubectl-mc', join(store, 'real'));
        symlinkSync('mc/real', join(dirname(link), 'store', 'next'));
        symlinkSync('store/next', link);
      },
    ],
  ])('is found through %s', (name, make) => {
    const folder = join(temp, name.replaceAll(' ', '-'));
    mkdirSync(folder);
    const link = join(folder, 'kubectl-mc');
    make(link);
    expect(JSON.parse(run(link, ['a'], { PATH: withNode }).stdout).args).toEqual(['a']);
  });

  test('is found through PATH, by a relative path, and in a folder with a space', () => {
    const folder = dirname(join(makePackage('with space', { ownNode: true }), 'bin/kubectl-mc'));
    const sh = (script: string, cwd: string, PATH: string) =>
      spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', cwd, env: { PATH } });
    expect(sh('kubectl-mc exit 5', temp, `${folder}:${noNode}`).status).toBe(5);
    expect(sh('./kubectl-mc exit 6', folder, noNode).status).toBe(6);
    expect(sh('/bin/sh kubectl-mc exit 7', folder, noNode).status).toBe(7);
  });

  test('without a build it says how to build', () => {
    const folder = makePackage('unbuilt', { ownNode: true, program: null });
    const { status, stdout, stderr } = run(join(folder, 'bin/kubectl-mc'), [], { PATH: noNode });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `error: kubectl mc is not built here; run: cd ${folder} && npm ci && npm run build\n`,
    });
  });

  test('a program that does not load is one line, without a stack trace', () => {
    const folder = makePackage('broken', { ownNode: true, program: "import './nowhere.js';" });
    const { status, stdout, stderr } = run(join(folder, 'bin/kubectl-mc'), [], { PATH: noNode });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: kubectl mc could not start: [^\n]+\n$/);
  });
});

describe('what passes through', () => {
  test('arguments, byte for byte', () => {
    const args = ['get', 'a b', '', '-n=x', '--', '*', '$HOME', "it's", '"', 'é', '{.items[*]}\n', '\\'];
    expect(JSON.parse(run(own, args, { PATH: noNode }).stdout).args).toEqual(args);
  });

  test('stdin', () => {
    expect(spawnSync(own, ['stdin'], { input: 'kind: Pod\n', encoding: 'utf8', env: {} }).stdout).toBe('kind: Pod\n');
  });

  test.each([0, 1, 2, 3, 130, 255])('exit code %i', (code) => {
    expect(run(own, ['exit', String(code)], { PATH: noNode }).status).toBe(code);
  });

  test.each([
    ['an unhandled SIGTERM', 'wait', 'SIGTERM', { code: null, signal: 'SIGTERM' }],
    ['an unhandled SIGINT', 'wait', 'SIGINT', { code: null, signal: 'SIGINT' }],
    ['a handled SIGTERM', 'handle', 'SIGTERM', { code: 143, signal: null }],
  ] as const)('%s, sent to the process that was started', async (_what, verb, signal, expected) => {
    const child = spawn(own, [verb], { env: { PATH: noNode }, stdio: ['ignore', 'pipe', 'inherit'] });
    const ready = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
    expect(ready).toBe(`ready ${child.pid}`);
    const ended = new Promise((resolve) => child.once('close', (code, by) => resolve({ code, signal: by })));
    child.kill(signal);
    expect(await ended).toEqual(expected);
  });

  test('a shell sees 143 for an unhandled SIGTERM', () => {
    const script = `"$0" wait > "$1" & pid=$!; while ! [ -s "$1" ]; do sleep 0.05; done; kill -TERM $pid; wait $pid; exit $?`;
    const { status } = spawnSync('/bin/sh', ['-c', script, own, join(temp, 'ready')]);
    expect(status).toBe(143);
  });
});

describe('the compile cache', () => {
  const cacheOf = (env: Record<string, string>) => JSON.parse(run(own, [], { PATH: noNode, ...env }).stdout).cache;

  test('lies in the user’s own cache folder', () => {
    expect(cacheOf({ HOME: home })).toContain(join(home, '.cache/kubectl-mc/v8'));
    expect(cacheOf({ HOME: home, XDG_CACHE_HOME: join(temp, 'xdg') })).toContain(join(temp, 'xdg/kubectl-mc/v8'));
  });

  test('may be placed or switched off by Node’s own variables', () => {
    expect(cacheOf({ HOME: home, NODE_COMPILE_CACHE: join(temp, 'elsewhere') })).toContain(join(temp, 'elsewhere'));
    expect(cacheOf({ HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' })).toBeUndefined();
  });

  test('is not needed: no home, a home that is a file, damaged entries', () => {
    expect(cacheOf({})).toBeUndefined();
    const file = join(temp, 'not-a-folder');
    writeFileSync(file, '');
    expect(cacheOf({ HOME: file })).toBeUndefined();

    const damaged = join(temp, 'damaged');
    run(own, [], { PATH: noNode, HOME: damaged });
    const entries = readdirSync(damaged, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(entries.length).toBeGreaterThan(0);
    for (const { parentPath, name } of entries) writeFileSync(join(parentPath, name), Buffer.alloc(5000, 0xa5));
    const { status, stderr } = run(own, [], { PATH: noNode, HOME: damaged });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
