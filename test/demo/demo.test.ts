import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function demo(...args: readonly string[]) {
  // An empty home and temp folder, and settings that must not reach the demo.
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    TMPDIR: folder,
    KUBECONFIG: '/none',
    KUBECTL_MC_CLUSTERS: 'x',
  };
  const script = resolve(import.meta.dirname, 'demo.ts');
  const child = spawnSync(process.execPath, [script, ...args], { env, encoding: 'utf8' });
  return { code: child.status, stdout: child.stdout, stderr: child.stderr };
}

const state: { run?: ReturnType<typeof demo> } = {};
beforeAll(() => {
  state.run = demo();
});

test('shows commands with their output and exit codes', () => {
  const { code, stdout, stderr } = state.run!;
  expect(stderr).toContain('Warning: Failed to query 1/5 clusters. Run with -v for details.');
  expect(stdout).toMatch(/^\$ kubectl mc get pods -A\nNAMESPACE +NAME +CLUSTER /m);
  expect(stdout).toMatch(/^default +\S+ +prod-eu +/m);
  expect(stdout).toContain('(exit code 3)');
  expect(stdout).toContain("errors: { 'edge-7': 'ConnectionRefused' }");
  expect(code).toBe(0);
});

test('leaves nothing behind', () => {
  expect(readdirSync(folder)).toEqual([]);
});

test('the shell needs a terminal', () => {
  expect(demo('shell')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: the demo shell needs a terminal; "npm run demo" does not\n',
  });
});

test('refuses what it does not know', () => {
  expect(demo('shel')).toMatchObject({ code: 2, stdout: '' });
});
