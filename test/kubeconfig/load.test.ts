import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { loadKubeconfig } from '../../src/kubeconfig/load.ts';
import { restConfigFor } from '../../src/kubeconfig/restconfig.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kc-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const host = (env: Record<string, string> = {}) => ({ env, home: dir, cwd: dir, platform: 'linux', uid: 0 });
const write = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const config = (context: string, cluster: string, extra = '') =>
  `apiVersion: v1\nkind: Config\ncontexts:\n- name: ${context}\n  context: {cluster: ${cluster}, user: u}\n${extra}`;
const load = (files: Parameters<typeof loadKubeconfig>[0]['files'] = {}, env: Record<string, string> = {}) =>
  loadKubeconfig({ host: host(env), files });
const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
};

test('KUBECONFIG: the first file to name a thing wins, missing files, empty parts and repetitions are passed over', async () => {
  write('a', config('x', 'from-a', 'users:\n- {name: u, user: {token: t}}\n'));
  write('b', config('x', 'from-b', 'current-context: x\nusers:\n- {name: u, user: {username: n}}\n'));
  write('c', config('z', 'from-c', 'current-context: z\n'));
  const loaded = await load({}, { KUBECONFIG: 'gone:a::b:c:a' });
  expect(loaded.contexts.get('x')).toEqual({ cluster: 'from-a', user: 'u', file: join(dir, 'a') });
  expect(loaded.contexts.get('z')?.cluster).toBe('from-c');
  expect(loaded.users.get('u')?.fields).toEqual({ token: 't' });
  expect(loaded.currentContext).toBe('x');
  expect(loaded.files).toEqual(['a', 'b', 'c'].map((name) => join(dir, name)));
  expect(loaded.missing).toEqual([join(dir, 'gone')]);
});

test('the flag beats the variable, the variable the config file, the config file KUBECONFIG, KUBECONFIG the home folder', async () => {
  mkdirSync(join(dir, '.kube'));
  for (const name of ['flag', 'env', 'config', 'list', '.kube/config'])
    write(name, config('x', name.replace('.kube/', '')));
  const cluster = async (files: Parameters<typeof load>[0], env: Record<string, string> = {}) =>
    (await load(files, env)).contexts.get('x')?.cluster;
  const list = { KUBECONFIG: join(dir, 'list') };
  const file = join(dir, 'config');
  expect(await cluster({ flag: 'flag', env: 'env', config: file }, list)).toBe('flag');
  expect(await cluster({ flag: '', env: '~/env', config: file }, list)).toBe('env');
  expect(await cluster({ config: file }, list)).toBe('config');
  expect(await cluster({}, list)).toBe('list');
  expect(await cluster({}, { KUBECONFIG: '' })).toBe('config');
  rmSync(join(dir, '.kube'), { recursive: true });
  expect((await load()).contexts.size).toBe(0);
});

test('JSON, an empty file and a symlink are read', async () => {
  write('j', JSON.stringify({ contexts: [{ name: 'j', context: { cluster: 'c', user: 'u', namespace: 'n' } }] }));
  write('empty', '');
  mkdirSync(join(dir, 'sub'));
  symlinkSync(join(dir, 'j'), join(dir, 'sub', 'link'));
  const loaded = await load({}, { KUBECONFIG: 'empty:sub/link' });
  expect(loaded.contexts.get('j')).toMatchObject({ namespace: 'n', file: join(dir, 'sub', 'link') });
});

test.each([
  ['a missing file that was named', undefined, 'stat f: no such file or directory'],
  ['broken YAML', 'a: [\n', /^error loading config file ".*\/f": \d+:\d+: /],
  ['another kind', 'kind: Pod\napiVersion: v1\n', /1:7: no kind "Pod" is registered for version "v1"$/],
  ['a list', '- 1\n', /1:1: the file: expected an object, found a list$/],
  ['a number for a name', 'contexts:\n- name: 5\n', /2:9: contexts\[0\]\.name: expected a string, found a number$/],
  [
    'a number inside',
    'contexts:\n- name: a\n  context:\n    cluster: 1\n',
    /4:14: contexts\[0\]\.context\.cluster: expected a string/,
  ],
  ['an object for a list', 'contexts: {a: 1}\n', /contexts: expected a list, found an object$/],
  ['a name twice', 'users: [{name: a}, {name: a}]\n', /duplicate name "a" in users$/],
])('refused: %s', async (_, text, message) => {
  if (text !== undefined) write('f', text);
  expect(await refusal(load({ flag: 'f' }))).toMatch(message);
});

test('a folder is refused with its reason', async () => {
  expect(await refusal(load({ flag: dir }))).toBe(`error loading config file "${dir}": read ${dir}: is a directory`);
});

test('null lists, entries and bodies read as absent, and a broken entry nobody uses harms nobody', async () => {
  write(
    'f',
    'users: null\ncontexts: [null, {name: a, context: null}]\nclusters:\n- {name: c, cluster: {server: "https://c"}}\n- {name: bad, cluster: {server: 7}}\n',
  );
  const loaded = await load({ flag: 'f' });
  expect(loaded.contexts.get('a')).toEqual({ cluster: '', user: '', file: join(dir, 'f') });
});

test('relative paths belong to the file that holds them', async () => {
  mkdirSync(join(dir, 'one'));
  mkdirSync(join(dir, 'two'));
  writeFileSync(join(dir, 'two', 'ca.crt'), '-----BEGIN CERTIFICATE-----');
  write('one/k', 'contexts: [{name: x, context: {cluster: c, user: u}}]\n');
  write(
    'two/k',
    'clusters: [{name: c, cluster: {server: "https://h:1", certificate-authority: ca.crt}}]\nusers: [{name: u, user: {tokenFile: t, exec: {command: bin/login, apiVersion: client.authentication.k8s.io/v1beta1}}}]\n',
  );
  const { config: rest } = await restConfigFor(await load({}, { KUBECONFIG: 'one/k:two/k' }), 'x');
  expect(rest.tls.ca).toBe('-----BEGIN CERTIFICATE-----');
  expect(rest.auth.tokenFile).toBe(join(dir, 'two', 't'));
  expect(rest.auth.exec?.command).toBe(join(dir, 'two', 'bin', 'login'));
});
