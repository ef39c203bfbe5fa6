import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { knownClustersFile, loadKnownClusters, updateKnownClusters, withPin } from '../../src/access/knownclusters.ts';
import { systemClock } from '../../src/system/clock.ts';

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});
function newHost() {
  const home = mkdtempSync(join(tmpdir(), 'known-'));
  dirs.push(home);
  return { env: {}, home, cwd: home, platform: 'linux', uid: process.geteuid?.() };
}
const pin = { server: 'https://a', tlsServerName: '', proxyURL: '', ca: ['sha256:1'], provider: 'p' };
const seen = (key: string) => ({ hub: 'https://hub', key, aliases: [] });
const clock = systemClock();

test('what is written is read again, the file is private and replaced as a whole', async () => {
  const host = newHost();
  const file = knownClustersFile(host) ?? '';
  expect(await loadKnownClusters(host)).toEqual([]);
  const uid = { ...seen('fleet/a'), uid: 'u' };
  await updateKnownClusters({ host, clock }, (entries) => withPin(entries, uid, pin, '2026-01-01T00:00:00Z'));
  expect(await loadKnownClusters(host)).toEqual([
    { hub: 'https://hub', cluster: 'fleet/a', uid: 'u', ...pin, firstSeen: '2026-01-01T00:00:00Z' },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('apiVersion: kubectl-mc.k8s.io/v1alpha1');
  await updateKnownClusters({ host, clock }, (entries) => entries);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('many writers at once lose nothing', async () => {
  const host = newHost();
  const names = Array.from({ length: 12 }, (_, at) => `fleet/c${at}`);
  await Promise.all(
    names.map((name) => updateKnownClusters({ host, clock }, (entries) => withPin(entries, seen(name), pin, 'now'))),
  );
  expect((await loadKnownClusters(host)).map(({ cluster }) => cluster).sort()).toEqual([...names].sort());
});

test('a change keeps one entry; trusting less keeps the acquaintance', () => {
  const first = withPin([], seen('a'), { ...pin, ca: ['1', '2'] }, 'then');
  expect(withPin(first, seen('a'), { ...pin, ca: ['2'] }, 'now')).toMatchObject([{ ca: ['2'], firstSeen: 'then' }]);
  expect(withPin(first, seen('a'), { ...pin, server: 'https://b' }, 'now')).toMatchObject([
    { server: 'https://b', firstSeen: 'now' },
  ]);
  const alias = withPin(first, { ...seen('b'), aliases: ['a'] }, pin, 'now');
  expect(alias).toMatchObject([{ cluster: 'a', ca: ['sha256:1'] }]);
});

test.each([
  ['[]', 'it is not a mapping'],
  ['kind: KnownClusters', 'it is not a KnownClusters of'],
  ['apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: KnownClusters\nclusters: [7]', 'clusters[0] is not a mapping'],
  ['apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: KnownClusters\nclusters: [{hub: 1}]', 'clusters[0].ca is neither'],
  [
    'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: KnownClusters\nclusters: [{ca: system, hub: h, cluster: c, server: 7}]',
    'clusters[0].server is not a string',
  ],
])('%j is refused and left alone', async (text, message) => {
  const host = newHost();
  const file = join(host.home, '.kube', 'kubectl-mc-known-clusters.yaml');
  await updateKnownClusters({ host, clock }, (entries) => withPin(entries, seen('a'), pin, 'now'));
  writeFileSync(file, text);
  await expect(loadKnownClusters(host)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(message),
  });
  await expect(updateKnownClusters({ host, clock }, () => [])).rejects.toThrow(message);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
