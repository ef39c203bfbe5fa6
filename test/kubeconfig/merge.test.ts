import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadFile } from '../../src/kubeconfig/load.ts';
import { mergeIntoKubeconfig } from '../../src/kubeconfig/merge.ts';
import type { FetchedContext } from '../../src/kubeconfig/platforms/result.ts';
import { systemClock } from '../../src/system/clock.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kubectl-mc-merge-'));
  file = join(dir, 'config');
});

const before = `# do not touch
apiVersion: v1
kind: Config
clusters:
- cluster:   {server: https://a}
  name: kubernetes
contexts:
- name: old   # mine
  context: {cluster: kubernetes, user: admin}
current-context: old
preferences: {}
users:
- name: admin
  user:
    token: t
`;

const fetched = (context: string, server: string, token = 'fresh', names = 'kubernetes'): FetchedContext => ({
  context,
  cluster: { name: names, fields: { server } },
  user: { name: 'admin', fields: { token } },
});

const merge = async (additions: readonly FetchedContext[], overwrite = false, signal?: AbortSignal) =>
  await mergeIntoKubeconfig({
    file,
    additions,
    loaded: await loadFile(file).catch(() => ({
      contexts: new Map(),
      clusters: new Map(),
      users: new Map(),
      files: [],
      missing: [],
    })),
    overwrite,
    clock: systemClock(),
    ...(signal && { signal }),
  });

const added = `- cluster:
    server: https://b
  name: new
contexts:
- name: old   # mine
  context: {cluster: kubernetes, user: admin}
- context:
    cluster: new
    user: new
  name: new
current-context: old
preferences: {}
users:
- name: admin
  user:
    token: t
- user:
    token: fresh
  name: new
`;

test('adds under names of its own and keeps every other byte, with a backup', async () => {
  await writeFile(file, before);
  const backup = await merge([fetched('new', 'https://b')]);
  expect(await readFile(file, 'utf8')).toBe(before.slice(0, before.indexOf('contexts:')) + added);
  expect(await readFile(backup as string, 'utf8')).toBe(before);
  expect([(await stat(file)).mode & 0o777, (await stat(backup as string)).mode & 0o777]).toEqual([0o600, 0o600]);
  expect((await readdir(dir)).filter((name) => name.endsWith('.lock') || name.endsWith('.tmp'))).toEqual([]);
});

test('equal entries are shared', async () => {
  await writeFile(file, before);
  await merge([fetched('new', 'https://a', 't')]);
  expect((parse(await readFile(file, 'utf8')) as { contexts: unknown }).contexts).toContainEqual({
    name: 'new',
    context: { cluster: 'kubernetes', user: 'admin' },
  });
});

test('two that call their parts alike do not meet', async () => {
  await merge([fetched('a', 'https://a', '1'), fetched('b', 'https://b', '2')]);
  const { clusters, contexts, currentContext } = await loadFile(file);
  expect([...contexts].map(([name, { cluster, user }]) => [name, cluster, user])).toEqual([
    ['a', 'kubernetes', 'admin'],
    ['b', 'b', 'b'],
  ]);
  expect(clusters.get('b')?.fields['server']).toBe('https://b');
  expect(currentContext).toBeUndefined();
});

test('a context that is there is replaced only when asked', async () => {
  await writeFile(file, before);
  await expect(merge([fetched('old', 'https://b')])).rejects.toThrow(
    'context "old" is already in your kubeconfig; --overwrite replaces it',
  );
  expect(await readFile(file, 'utf8')).toBe(before);
  await merge([fetched('old', 'https://b')], true);
  const { clusters, users, contexts } = await loadFile(file);
  expect([contexts.size, clusters.get('kubernetes')?.fields['server'], users.get('admin')?.fields['token']]).toEqual([
    1,
    'https://b',
    'fresh',
  ]);
});

test('waits for whoever holds the lock, and gives up with the command', async () => {
  await writeFile(`${file}.lock`, '');
  const controller = new AbortController();
  const waiting = merge([fetched('new', 'https://b')], false, controller.signal);
  controller.abort(new Error('Ctrl-C'));
  await expect(waiting).rejects.toThrow('Ctrl-C');
  expect(await readdir(dir)).toEqual(['config.lock']);
});
