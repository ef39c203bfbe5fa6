import { access, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/system/clock.ts';
import { withFileLock } from '../../src/system/lock.ts';
import { openLogFile } from '../../src/system/logfile.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kubectl-mc-lock-'));
});
const clock = systemClock();

test('the lock is there during the work and gone afterwards, also after a failure', async () => {
  const file = join(dir, 'config');
  expect(
    await withFileLock(file, { clock, timeoutMs: 0 }, async () => {
      await access(`${file}.lock`);
      return 7;
    }),
  ).toBe(7);
  await expect(withFileLock(file, { clock, timeoutMs: 0 }, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await readdir(dir)).toEqual([]);
});

test('two holders take turns', async () => {
  const file = join(dir, 'config');
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} in`);
    await clock.sleep(5);
    steps.push(`${name} out`);
  };
  const options = { clock, timeoutMs: 10_000, intervalMs: 1 };
  await Promise.all([withFileLock(file, options, work('a')), withFileLock(file, options, work('b'))]);
  expect(steps.map((step) => step.split(' ')[1])).toEqual(['in', 'out', 'in', 'out']);
});

test('a lock that stays is an error that names it, and is left alone', async () => {
  const file = join(dir, 'config');
  await writeFile(`${file}.lock`, '');
  await expect(withFileLock(file, { clock, timeoutMs: 5, intervalMs: 1 }, async () => 1)).rejects.toThrow(
    `${file} is locked by another program: remove ${file}.lock`,
  );
  expect(await readdir(dir)).toEqual(['config.lock']);
});

test('a folder that is missing is an error with its code', async () => {
  await expect(withFileLock(join(dir, 'none', 'config'), { clock, timeoutMs: 0 }, async () => 1)).rejects.toThrow(
    /ENOENT/,
  );
});

test('a log file is appended to in order and is private', async () => {
  const path = join(dir, 'log');
  await writeFile(path, 'before\n', { mode: 0o600 });
  const log = await openLogFile(path);
  for (let i = 0; i < 100; i++) log.write(`line ${i}`);
  await log.close();
  log.write('too late');
  const lines = (await readFile(path, 'utf8')).split('\n');
  expect(lines.slice(0, 2)).toEqual(['before', 'line 0']);
  expect(lines).toHaveLength(102);
  await expect(openLogFile(join(dir, 'none', 'log'))).rejects.toThrow(/^cannot write the log file .*ENOENT$/);
});
