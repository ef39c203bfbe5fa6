import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/system/clock.ts';
import { type DiskCacheOptions, dropEntries, openDiskCache } from '../../src/system/diskcache.ts';

let root: string;
let dir: string;
let time: number;
let warnings: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kubectl-mc-cache-'));
  dir = join(root, 'cache', 'kubectl-mc');
  time = 1000;
  warnings = [];
});

const clock = { now: () => time } as Clock;
const open = (options: Partial<DiskCacheOptions> = {}) =>
  openDiskCache({ dir, clock, uid: process.getuid?.(), onWarning: (message) => warnings.push(message), ...options });
const entries = async () => (await readdir(dir)).filter((name) => name !== 'swept');
const onlyFile = async () => join(dir, (await entries())[0] as string);

test('entries go by the beginning of their key, and nothing else does', async () => {
  const keys = ['hub-1', 'hub-1-state', 'hubs', 'api-hub-1', 'hub-"2"'];
  for (const key of keys) await open().set(key, key);
  await writeFile(join(dir, 'hub-notes.txt'), '{"key":"hub-3"}');
  await dropEntries(dir, 'hub-');
  const left = await Promise.all(keys.map(async (key) => (await open().get(key))?.value));
  expect([left, (await readdir(dir)).includes('hub-notes.txt')]).toEqual([
    [undefined, undefined, 'hubs', 'api-hub-1', undefined],
    true,
  ]);
  await dropEntries(join(dir, 'missing'), 'hub-');
});

describe('a usable folder', () => {
  test('values outlive the process, with their age', async () => {
    await open().set('key/with:signs', { a: [1] });
    time += 500;
    expect(await open().get('key/with:signs')).toEqual({ value: { a: [1] }, ageMs: 500 });
    expect(await open().get('other')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('folder and files are private', async () => {
    await open().set('key', 1);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600);
  });

  test('drop forgets', async () => {
    const cache = open();
    await cache.set('key', 1);
    await cache.drop('key');
    await cache.drop('key');
    expect(await cache.get('key')).toBeUndefined();
  });

  test('null is a value', async () => {
    await open().set('key', null);
    expect(await open().get('key')).toEqual({ value: null, ageMs: 0 });
  });

  test('an entry from the future is ignored: the clock was set back', async () => {
    await open().set('key', 1);
    time -= 1;
    expect(await open().get('key')).toBeUndefined();
  });

  test.each([
    ['truncated', (text: string) => text.slice(0, -5)],
    ['empty', () => ''],
    ['not an object', () => 'null'],
    ['of another key', (text: string) => text.replace('"key"', '"kez"')],
    ['without a time', (text: string) => text.replace('"at"', '"ta"')],
  ])('a file that is %s is ignored and can be replaced', async (_, spoil) => {
    await open().set('key', 1);
    const file = await onlyFile();
    await writeFile(file, spoil(await readFile(file, 'utf8')));
    expect(await open().get('key')).toBeUndefined();
    await open().set('key', 2);
    expect(await open().get('key')).toEqual({ value: 2, ageMs: 0 });
    expect(warnings).toEqual([]);
  });
});

test('what is old goes with a write, at most once a day', async () => {
  const day = 24 * 60 * 60 * 1000;
  const written = async (name: string, days: number) => {
    await writeFile(join(dir, name), 'x');
    await utimes(join(dir, name), new Date(time - days * day), new Date(time - days * day));
  };
  const old = `${'a'.repeat(64)}.json`;
  time = Date.now();
  await open().set('key', 1);
  await written(old, 8);
  await open().set('key', 2);
  expect(await readdir(dir)).toContain(old);
  await written(`${'b'.repeat(64)}.json`, 6);
  await written(`.${old}.0123456789ab.tmp`, 8);
  await written('of-somebody-else.txt', 8);
  await written('swept', 2);
  await open().set('key', 3);
  expect((await entries()).sort()).toEqual(
    [(await onlyFile()).slice(dir.length + 1), `${'b'.repeat(64)}.json`, 'of-somebody-else.txt'].sort(),
  );
  expect(warnings).toEqual([]);
});

describe('an unusable folder: memory and one warning', () => {
  const behaves = async (cache: ReturnType<typeof open>, warning: RegExp | undefined) => {
    await cache.set('a', 1);
    await cache.set('b', 2);
    time += 1;
    expect(await cache.get('a')).toEqual({ value: 1, ageMs: 1 });
    await cache.drop('b');
    expect(await cache.get('b')).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(warning ?? /./)]);
  };

  test('no home folder', async () => {
    await behaves(open({ dir: undefined }), /^cannot write the cache: there is no home folder; continuing without it$/);
  });

  test('a file in the way', async () => {
    await writeFile(join(root, 'cache'), '');
    await behaves(open(), /^cannot write the cache .*; continuing without it$/);
  });

  test('a file instead of the folder', async () => {
    await writeFile(join(root, 'file'), '');
    await behaves(open({ dir: join(root, 'file') }), /not a folder; continuing without it$/);
  });

  test('others may write to it', async () => {
    await mkdir(dir, { recursive: true });
    await chmod(dir, 0o777);
    await behaves(open(), /^not using the cache .*: others may write to it; continuing without it$/);
    expect(await readdir(dir)).toEqual([]);
  });

  test('it belongs to somebody else', async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await behaves(open({ uid: (process.getuid?.() ?? 0) + 1 }), /^not using the cache .*: it belongs to another user/);
  });

  test('reading alone warns of nothing', async () => {
    expect(await open({ dir: undefined }).get('a')).toBeUndefined();
    expect(await open({ dir: join(root, 'none') }).get('a')).toBeUndefined();
    expect(warnings).toEqual([]);
  });
});

test('20 processes at once leave whole files and no others', async () => {
  const source = new URL('../../src/system/diskcache.ts', import.meta.url).href;
  const script = `
    const { openDiskCache } = await import(${JSON.stringify(source)});
    const cache = openDiskCache({ dir: ${JSON.stringify(dir)}, clock: Date, uid: process.getuid(), onWarning: (m) => { throw new Error(m); } });
    for (let i = 0; i < 20; i++) {
      await cache.set('shared', { from: process.argv[1], filler: 'x'.repeat(50000) });
      const got = await cache.get('shared');
      if (got === undefined || got.value.filler.length !== 50000) throw new Error('torn');
    }`;
  const run = promisify(execFile);
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => run(process.execPath, ['--input-type=module', '-e', script, String(i)])),
  );
  expect(await entries()).toHaveLength(1);
}, 60_000);
