import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../architecture/tree.ts';

const temp = mkdtempSync(join(tmpdir(), 'kubectl-mc-pack-'));
afterAll(() => rmSync(temp, { recursive: true, force: true }));

// The pinned Node first, as in every script of this package; npm itself comes with whatever Node the machine has.
const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
const env = {
  ...process.env,
  PATH,
  HOME: temp,
  npm_config_cache: join(temp, 'cache'),
  npm_config_update_notifier: 'false',
};
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const prefix = join(temp, 'prefix');
const installed = join(prefix, 'bin/kubectl-mc');

let tarball: string;
let files: readonly string[];
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', temp], { cwd: root, env });
  tarball = join(temp, `kubectl-mc-${manifest.version}.tgz`);
  files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
}, 120_000);

describe('the tarball', () => {
  test('holds the program, its licences and its schema', () => {
    const needed = ['package.json', 'README.md', 'LICENSE', 'bin/kubectl-mc', 'bin/launch.cjs', 'bin/start.cjs'];
    const built = ['dist/main.js', 'dist/THIRD-PARTY-LICENSES.txt', 'docs/multiclusterresult.schema.json'];
    expect(files).toEqual(expect.arrayContaining([...needed, ...built].map((path) => `package/${path}`)));
  });

  test('holds nothing else', () => {
    const known =
      /^package\/(?:package\.json|README\.md|LICENSE|bin\/[^/]+|dist\/main\.js|dist\/chunks\/[^/]+\.js|dist\/THIRD-PARTY-LICENSES\.txt|docs\/multiclusterresult\.schema\.json)$/;
    expect(files.filter((path) => !known.test(path))).toEqual([]);
  });

  test('is below 2 MB', () => {
    expect(statSync(tarball).size).toBeLessThan(2 * 1024 * 1024);
  });
});

describe('installed into an empty prefix, without a network', () => {
  beforeAll(() => {
    mkdirSync(prefix);
    execFileSync('npm', ['install', '--global', '--offline', '--silent', '--prefix', prefix, tarball], {
      cwd: temp,
      env,
    });
  }, 120_000);

  test('brings no other package', () => {
    const modules = execFileSync('ls', ['-A', join(prefix, 'lib/node_modules')], { encoding: 'utf8' }).trim();
    expect(modules).toBe('kubectl-mc');
    expect(spawnSync('ls', [join(prefix, 'lib/node_modules/kubectl-mc/node_modules')]).status).not.toBe(0);
  });

  test('runs', () => {
    const { status, stdout, stderr } = spawnSync(installed, ['version', '--client'], { encoding: 'utf8', env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(manifest.version);
  });

  test('refuses in one line where there is no Node', () => {
    const folder = join(temp, 'no-node');
    mkdirSync(folder);
    const readlink = spawnSync('/bin/sh', ['-c', 'command -v readlink'], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(readlink, join(folder, 'readlink'));
    const { status, stdout, stderr } = spawnSync(installed, ['version'], { encoding: 'utf8', env: { PATH: folder } });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: kubectl mc needs Node.js 22.19 or newer, and there is none on PATH\n',
    });
  });
});
