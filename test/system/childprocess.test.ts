import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ChildOutcome, type ChildRequest, childRunner } from '../../src/system/childprocess.ts';
import { systemClock } from '../../src/system/clock.ts';
import { findExecutable } from '../../src/system/findexecutable.ts';
import { descendants } from '../../src/system/killtree.ts';

const run = childRunner({
  clock: systemClock(),
  platform: process.platform,
  kill: (pid, signal) => process.kill(pid, signal),
});
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kubectl-mc-child-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs a shell script. */
function sh(script: string, more: Partial<ChildRequest> = {}): Promise<ChildOutcome> {
  return run({
    file: '/bin/sh',
    args: ['-c', script],
    env: { PATH: '/usr/bin:/bin' },
    terminal: false,
    timeoutMs: 20_000,
    maxStdoutBytes: 1000,
    onStderr() {},
    signal: new AbortController().signal,
    ...more,
  });
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const pidIn = async (file: string) => Number(await readFile(file, 'utf8').catch(() => ''));

describe('a child process', () => {
  test('has exactly the environment it is given, no stdin and its outputs apart', async () => {
    let stderr = '';
    const outcome = await sh('cat; echo "$A-$HOME"; echo said >&2', {
      env: { A: 'a', PATH: '/usr/bin:/bin', HOME: undefined },
      onStderr: (text) => {
        stderr += text;
      },
    });
    expect(outcome).toEqual({ kind: 'exited', code: 0, stdout: Buffer.from('a-\n') });
    expect(stderr).toBe('said\n');
  });

  test.each<[string, string, object]>([
    ['its exit code', 'exit 73', { kind: 'exited', code: 73 }],
    ['its signal', 'kill -SEGV $$', { kind: 'signalled', signal: 'SIGSEGV' }],
    ['too much output', 'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done', { kind: 'overflow' }],
  ])('ends with %s', async (_, script, outcome) => {
    expect(await sh(script)).toMatchObject(outcome);
  });

  test('that cannot be started says why', async () => {
    const plain = join(dir, 'plain');
    await writeFile(plain, '');
    expect(await sh('', { file: join(dir, 'none') })).toEqual({ kind: 'failed', code: 'ENOENT' });
    expect(await sh('', { file: plain })).toEqual({ kind: 'failed', code: 'EACCES' });
    if (process.platform === 'linux')
      expect(await sh('', { env: { A: 'x'.repeat(200_000) } })).toEqual({ kind: 'failed', code: 'E2BIG' });
  });

  test('that leaves something behind with its pipes open does not keep us', async () => {
    const started = performance.now();
    const outcome = await sh('sleep 15 & echo done');
    expect(outcome).toEqual({ kind: 'exited', code: 0, stdout: Buffer.from('done\n') });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test.each(['timeout', 'aborted'] as const)(
    'is ended with its children, even where they do not want to (%s)',
    async (kind) => {
      const file = join(dir, kind);
      const end = new AbortController();
      const ended = sh(
        `trap '' TERM; (trap '' TERM; echo $$ > ${file}; sh -c 'echo $$ > ${file}.child; sleep 60'; sleep 60) & wait; sleep 60`,
        {
          timeoutMs: kind === 'timeout' ? 3_000 : 20_000,
          signal: end.signal,
        },
      );
      const child = await vi.waitFor(
        async () => {
          const pid = await pidIn(`${file}.child`);
          expect(pid).toBeGreaterThan(0);
          return pid;
        },
        { timeout: 10_000 },
      );
      if (kind === 'aborted') end.abort();
      expect(await ended).toEqual({ kind });
      await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 5_000 });
    },
  );

  test('is not even started for somebody who has gone', async () => {
    expect(await sh(`echo > ${join(dir, 'never')}`, { signal: AbortSignal.abort() })).toEqual({ kind: 'aborted' });
    await expect(readFile(join(dir, 'never'))).rejects.toThrow('ENOENT');
  });
});

test('the processes below one are found through their parents', () => {
  expect(descendants(10, ' 1 0\n10 1\n11 10\n12 11\n 13 1\n14 12\n')).toEqual([11, 12, 14]);
});

describe('a program on PATH', () => {
  const find = (command: string, env: Record<string, string>, files: readonly string[], platform = 'linux') =>
    findExecutable(command, { env, platform, isExecutable: async (path) => files.includes(path) });

  test.each<[string, string, string, readonly string[], string | undefined]>([
    ['the first folder wins', 'aws', '/a:/b', ['/a/aws', '/b/aws'], '/a/aws'],
    ['empty and relative folders do not count', 'aws', ':.:b:/c', ['aws', './aws', 'b/aws', '/c/aws'], '/c/aws'],
    ['an absolute path is itself', '/x/aws', '/a', ['/x/aws'], '/x/aws'],
    ['a relative path is nothing', './aws', '/a', ['./aws', '/a/aws'], undefined],
    ['nothing is nothing', '', '/a', ['/a'], undefined],
    ['no PATH', 'aws', '', ['aws'], undefined],
  ])('%s', async (_, command, PATH, files, expected) => {
    expect(await find(command, { PATH }, files)).toBe(expected);
  });

  test('is found with its ending on Windows, and never in the working folder', async () => {
    const files = ['C:\\tools\\az.cmd', 'az.cmd'];
    expect(await find('az', { Path: '.;C:\\tools', PATHEXT: '.EXE;.CMD' }, files, 'win32')).toBe('C:\\tools\\az.cmd');
    expect(await find('az.cmd', { Path: 'C:\\tools' }, files, 'win32')).toBe('C:\\tools\\az.cmd');
  });

  test('is a file that may be run', async () => {
    const tool = join(dir, 'tool');
    await writeFile(tool, '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(dir, 'text'), '', { mode: 0o644 });
    const search = { env: { PATH: dir }, platform: process.platform };
    expect(await findExecutable('tool', search)).toBe(tool);
    expect(await findExecutable('text', search)).toBeUndefined();
    expect(await findExecutable('.', search)).toBeUndefined();
  });
});
