import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { configKey, configKeys, setConfigKey, unsetConfigKey, valueOfKey } from '../../src/config/editconfig.ts';
import { editMapping, entryIndex, type MappingEdit } from '../../src/config/editmapping.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/system/clock.ts';
import type { Host } from '../../src/system/host.ts';

let host: Host;
let file: string;
beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), 'kubectl-mc-edit-'));
  host = { env: {}, home, cwd: home, platform: 'linux', uid: 0 };
  file = join(home, 'file.yaml');
});

const HEAD = 'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: Config\n';
const clock = systemClock();
const set = async (key: string, value: string) =>
  await setConfigKey({ host, clock, flag: file }, configKey(key), value);
const unset = async (key: string) => await unsetConfigKey({ host, clock, flag: file }, configKey(key));
const text = async () => await readFile(file, 'utf8');

describe('config set', () => {
  test.each([
    ['execution.timeout', '30s', 'execution:\n  timeout: 30s\n'],
    ['execution.timeout', '90', 'execution:\n  timeout: 1m30s\n'],
    ['execution.totalTimeout', 'auto', 'execution:\n  totalTimeout: auto\n'],
    ['execution.maxConcurrency', '5', 'execution:\n  maxConcurrency: 5\n'],
    ['output.colorize', 'false', 'output:\n  colorize: false\n'],
    ['pin', 'yes', 'pin: "yes"\n'],
    ['access.endpoints.pin', 'off', 'access:\n  endpoints:\n    pin: "off"\n'],
    ['discovery.namespaces', 'a, b', 'discovery:\n  namespaces:\n  - a\n  - b\n'],
    ['discovery.namespaces', '', 'discovery:\n  namespaces: []\n'],
    [
      'access.endpoints.serverRewrites',
      '[{from: https://a, to: https://b}]',
      'access:\n  endpoints:\n    serverRewrites:\n    - from: https://a\n      to: https://b\n',
    ],
    ['access.recipes', '{eks: {}}', 'access:\n  recipes:\n    eks: {}\n'],
    ['security.policies.prod.readOnly', 'true', 'security:\n  policies:\n    prod:\n      readOnly: true\n'],
  ])('%s %j', async (key, value, written) => {
    await set(key, value);
    expect(await text()).toBe(HEAD + written);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('the first key inside the recipes keeps the others on', async () => {
    await set('access.recipes.eks.profile', 'work');
    const { config } = await loadConfig({ host, flag: file });
    expect(config.access.recipes).toEqual({
      eks: { profile: 'work', allowedRoleArns: [] },
      gke: {},
      aks: { login: 'azurecli' },
    });
  });

  test('keeps comments, order and every other line', async () => {
    const before = `# mine\n${HEAD}output: {colorize: no} # plain\n# slow network\nexecution:\n    timeout:   1m # enough\n    # more to come\n`;
    await writeFile(file, before);
    await set('execution.timeout', '2m');
    expect(await text()).toBe(before.replace('1m #', '2m #'));
  });

  test.each([
    ['execution.timeout', 'soon', 'execution.timeout: "soon" is not a duration (for example 30s)'],
    ['execution.timeout', '-1s', 'execution.timeout: "-1s" is negative'],
    ['execution.maxConcurrency', '0', 'execution.maxConcurrency: 0 is not between 1 and 1000'],
    ['output.colorize', 'maybe', 'output.colorize: "maybe" is not true or false'],
    ['output.missingKind', 'panic', 'output.missingKind: "panic" is not one of note, error, ignore'],
    ['access.recipes', '{eks: {profil: x}}', 'access.recipes: unknown key "profil"'],
    ['execution', '5', 'execution is a section; set one of its keys'],
  ])('%s %j is refused and nothing is written', async (key, value, message) => {
    const before = `${HEAD}pin: a\n`;
    await writeFile(file, before);
    await expect(set(key, value)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
    expect(await text()).toBe(before);
  });

  test('a file that is wrong elsewhere is not written', async () => {
    const before = `${HEAD}output:\n  colorize: 7\n`;
    await writeFile(file, before);
    await expect(set('pin', 'x')).rejects.toThrow(`${file}:4:13: output.colorize: 7 is not true or false`);
    expect(await text()).toBe(before);
  });

  test('many at once lose nothing', async () => {
    const keys = ['execution.timeout', 'execution.connectTimeout', 'auth.timeout', 'auth.interactiveTimeout'];
    await Promise.all(keys.map((key) => set(key, '7s')));
    const { config } = await loadConfig({ host, flag: file });
    expect(keys.map((key) => valueOfKey(config, configKey(key)))).toEqual(['7s', '7s', '7s', '7s']);
  });
});

test.each([
  ['execution.timeot', 'did you mean "execution.timeout"?'],
  ['maxConcurrency', 'did you mean "execution.maxConcurrency"?'],
  ['max_concurrent_clusters', undefined],
  ['rbac_cache_ttl', undefined],
  ['pin.x', undefined],
  ['', undefined],
])('unknown key %j', (name, hint) => {
  expect(() => configKey(name)).toThrow(
    expect.objectContaining({ exitCode: 2, message: `unknown key "${name}"`, more: hint ? [hint] : [] }),
  );
});

test('every key has a default that can be written and read back', async () => {
  const { config } = await loadConfig({ host });
  for (const name of configKeys()) {
    const value = valueOfKey(config, configKey(name));
    if (typeof value === 'object') continue;
    await set(name, String(value ?? '{}'));
  }
  expect((await loadConfig({ host, flag: file })).config).toMatchObject({ ...config, security: expect.anything() });
});

test.each([
  ['execution.timeout', `${HEAD}execution:\n  qps: 1\n`],
  ['execution.qps', `${HEAD}execution:\n  # slow\n  timeout: 1m\n`],
  ['execution', HEAD],
  ['output.colorize', undefined],
])('config unset %s', async (key, after) => {
  const before = `${HEAD}execution:\n  # slow\n  timeout: 1m\n  qps: 1\n`;
  await writeFile(file, before);
  const { changed } = await unset(key);
  expect(changed).toBe(after !== undefined);
  expect(await text()).toBe(
    // A comment above the first key of a section may be about all of it.
    key === 'execution.timeout' ? `${HEAD}execution:\n  # slow\n  qps: 1\n` : (after ?? before),
  );
});

test('unsetting the last key of a section takes the section away', async () => {
  await set('access.endpoints.pin', 'off');
  await unset('access.endpoints.pin');
  expect(await text()).toBe(HEAD);
});

describe('the mapping file', () => {
  const MAPPING = 'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: ClusterMapping\n';
  const edit = async (change: (open: MappingEdit) => void) => await editMapping({ host, clock, flag: file }, change);
  const before = `${MAPPING}# all of them\nclusters:\n- name: a # first\n  context: x\n# team b\n- {name: b, namespace: team-b, context: y}\n`;

  test('begins with its header', async () => {
    const { content } = await edit((open) => open.add([{ name: 'a', context: 'x', labels: { tier: 'on' } }]));
    expect(await text()).toBe(`${MAPPING}clusters:\n- name: a\n  context: x\n  labels:\n    tier: "on"\n`);
    expect(content.clusters.map(({ name }) => name)).toEqual(['a']);
  });

  test('entries come, change and go', async () => {
    await writeFile(file, before);
    await edit((open) => {
      open.add([{ name: 'c', context: 'z', color: undefined }]);
      open.change(0, { description: 'the first', context: undefined });
      open.change(entryIndex(open.mapping, 'b'), { protected: true });
    });
    expect(await text()).toBe(
      `${before.replace('  context: x\n', '  description: the first\n').replace('y}', 'y, protected: true}')}- name: c\n  context: z\n`,
    );
    await edit((open) => open.remove(1));
    expect(await text()).toBe(
      `${MAPPING}# all of them\nclusters:\n- name: a # first\n  description: the first\n- name: c\n  context: z\n`,
    );
  });

  test('what would not load is not written', async () => {
    await writeFile(file, before);
    await expect(edit((open) => open.add([{ name: 'a', context: 'q' }]))).rejects.toThrow('"a" is already on line 5');
    expect(await text()).toBe(before);
  });

  test.each([
    ['a', 0],
    ['team-b/b', 1],
    ['b', 1],
    ['z', -1],
  ])('%s is entry %i', async (name, index) => {
    await writeFile(file, before);
    await edit(({ mapping }) => expect(entryIndex(mapping, name)).toBe(index));
  });
});
