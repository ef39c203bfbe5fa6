import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { abc, newHome } from './home.ts';
import { hasTmux, openTerminal } from './terminal.ts';

const fleet = attachFleet();
const tmux = await hasTmux();
const text = async (file: string) => await readFile(file, 'utf8');

const MAPPING = `apiVersion: kubectl-mc.k8s.io/v1alpha1
kind: ClusterMapping
clusters:
# the first
- {name: a, context: ctx-a}
- name: c   # the last
  context: "ctx-c"
`;

describe.skipIf(!fleet)('clusters add, set, show, remove', () => {
  beforeAll(async () => {
    await ensureBuilt();
  });
  const world = async () => {
    const home = await newHome(fleet!, { clusters: abc });
    await writeFile(home.mappingFile, MAPPING, { mode: 0o644 });
    return home;
  };

  it('add, then the cluster answers; comments, order and kubeconfig stay', async () => {
    const home = await world();
    const kubeconfig = await text(home.kubeconfig);
    const added = await home.mc([
      'clusters',
      'add',
      '--name',
      'b',
      '--context',
      'ctx-b',
      '--label',
      'tier=gold',
      '--color',
      'red',
      '--description',
      'the second',
      '-n',
      'team-b',
    ]);
    expect(added).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^cluster "b" added to .*\ncluster "b": ✓ v1\./),
    });
    expect(await text(home.mappingFile)).toBe(
      `${MAPPING}- name: b\n  context: ctx-b\n  defaultNamespace: team-b\n  color: red\n  description: the second\n  labels:\n    tier: gold\n`,
    );
    expect((await stat(home.mappingFile)).mode & 0o777).toBe(0o600);
    expect((await home.mc(['get', 'ns', '--clusters=b', '-o', 'name'])).stdout).toContain('namespace/team-b');
    expect((await home.mc(['clusters', 'list', '-o', 'yaml', '--clusters=b'])).stdout).toContain(
      'description: the second',
    );

    const removed = await home.mc(['clusters', 'remove', 'b']);
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('cluster "b" removed from ') });
    expect([await text(home.mappingFile), await text(home.kubeconfig)]).toEqual([MAPPING, kubeconfig]);
  });

  it.each<readonly [string, readonly string[], number, string]>([
    ['no flags', ['add'], 2, 'error: clusters add needs --name and --context\n'],
    ['half of them', ['add', '--name', 'x'], 2, 'error: clusters add needs --name and --context\n'],
    [
      'an unknown context',
      ['add', '--name', 'x', '--context', 'ctx-d'],
      2,
      "error: Context 'ctx-d' not found in kubeconfig\nAvailable contexts: ctx-a, ctx-b, ctx-c\n",
    ],
    [
      'a cluster that is there',
      ['add', '--name', 'a', '--context', 'ctx-a'],
      1,
      'error: cluster "a" is mapped already (',
    ],
    [
      'a colour that is none',
      ['add', '--name', 'x', '--context', 'ctx-b', '--color', 'pink'],
      2,
      'must be one of black, red',
    ],
    ['a label that is none', ['add', '--name', 'x', '--context', 'ctx-b', '--label', 'gold'], 2, 'must be KEY=VALUE'],
    ['an unknown name', ['remove', 'x'], 1, 'error: no cluster "x"; known: a, c\n'],
    ['an unknown name to set', ['set', 'x', '--color', 'red'], 1, 'error: no cluster "x"; known: a, c\n'],
    ['nothing to set', ['set', 'a'], 2, 'error: there is nothing to set'],
    ['an unknown name to show', ['show', 'x'], 2, "'x'"],
    ['an unknown command', ['ad'], 2, 'did you mean "add"?'],
  ])('%s', async (_, args, code, message) => {
    const home = await world();
    const ended = await home.mc(['clusters', ...args]);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(await text(home.mappingFile)).toBe(MAPPING);
  });

  it('set changes, adds and takes away keys of one entry alone', async () => {
    const home = await world();
    await home.mc([
      'clusters',
      'set',
      'c',
      '--description',
      'Production environment',
      '--protected',
      '--label',
      'x=1',
      '--label',
      'z=2',
    ]);
    expect(await text(home.mappingFile)).toBe(
      `${MAPPING}  description: Production environment\n  protected: true\n  labels:\n    x: "1"\n    z: "2"\n`,
    );
    await home.mc(['clusters', 'set', 'c', '--description', '', '--protected=false', '--label', 'x-', '--label', 'z-']);
    await home.mc(['clusters', 'set', 'a', '--color', 'blue']);
    expect(await text(home.mappingFile)).toBe(`${MAPPING.replace('ctx-a}', 'ctx-a, color: blue}')}`);
  });

  it('a cluster of the hub gets its entry with the first thing that is said about it', async () => {
    const clusters = abc.map((one) => ({ ...one, mapping: false as const }));
    const home = await newHome(fleet!, { hub: 'clusterfiles', clusters });
    const set = await home.mc(['clusters', 'set', 'b', '--context', 'ctx-b', '--color', 'green']);
    expect([set.code, set.stderr]).toEqual([0, '']);
    expect(await text(home.mappingFile)).toContain('clusters:\n- name: b\n  context: ctx-b\n  color: green\n');
    expect((await home.mc(['get', 'ns', '--clusters=b'])).code).toBe(0);
  });

  it('what clusters there are is asked anew after a change', async () => {
    const home = await newHome(fleet!, { hub: 'clusterfiles-cache', clusters: abc });
    const asked = async () =>
      (await home.mc(['clusters', 'list', '-o', 'name', '-v=6'])).stderr.includes('/clusterprofiles');
    expect([await asked(), await asked()]).toEqual([true, false]);
    await home.mc(['clusters', 'set', 'a', '--color', 'red']);
    expect([await asked(), await asked()]).toEqual([true, false]);
    await home.mc(['clusters', 'remove', 'a']);
    expect(await asked()).toBe(true);
  });

  it('show says where a cluster is and how it is reached, and no secret', async () => {
    const profile = { properties: { 'cloud.provider': 'aws' }, labels: { tier: 'gold' }, displayName: 'First' };
    const home = await newHome(fleet!, { hub: 'clusterfiles-show', clusters: [{ ...abc[0]!, profile }], user: 'dave' });
    const shown = await home.mc(['clusters', 'show', 'a']);
    for (const row of [
      /Display name +│ First/,
      /Provider +│ aws/,
      /tier=gold/,
      /Context +│ ctx-a/,
      /Server +│ 127\.0\.0\.1:\d+/,
      /Mapping +│ .*kubectl-mc-clusters\.yaml:\d+/,
    ])
      expect(shown.stdout).toMatch(row);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    const json = await home.mc(['clusters', 'show', 'a', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'a', context: 'ctx-a', displayName: 'First' });
    for (const { token, clientKey } of Object.values(fleet!.users))
      for (const secret of [token, clientKey]) if (secret) expect(shown.stdout + json.stdout).not.toContain(secret);
  });

  describe.skipIf(!tmux)('in a terminal', () => {
    it('add asks, remove asks', async () => {
      const home = await world();
      const add = await openTerminal(home, ['clusters', 'add']);
      try {
        await add.shows(/Name of the cluster:$/m);
        await add.answer('a');
        await add.shows(/"a" is mapped already\s+Name of the cluster:$/m);
        await add.answer('b');
        await add.shows(/Context of b \(type to search[\s\S]*> ctx-b/);
        await add.press('Enter');
        await add.shows(/Namespace of requests .*:$/m);
        await add.answer('team-b');
        await add.shows(/Colour .*:$/m);
        await add.answer('');
        await add.shows(/Description .*:$/m);
        await add.answer('the second');
        expect(await add.ended()).toBe(0);
        expect(await add.shows(/EXIT/)).toMatch(/cluster "b": ✓ v1\./);
      } finally {
        await add.close();
      }
      const added = `${MAPPING}- name: b\n  context: ctx-b\n  defaultNamespace: team-b\n  description: the second\n`;
      expect(await text(home.mappingFile)).toBe(added);
      for (const [answer, code, after] of [
        ['', 1, added],
        ['y', 0, MAPPING],
      ] as const) {
        const remove = await openTerminal(home, ['clusters', 'remove', 'b']);
        try {
          await remove.shows(/Remove cluster "b" from .*\? \[NO\/yes\]$/m);
          await remove.answer(answer);
          expect(await remove.ended()).toBe(code);
        } finally {
          await remove.close();
        }
        expect(await text(home.mappingFile)).toBe(after);
      }
    });
  });
});

describe.skipIf(!fleet)('config', () => {
  it('set, get, view, unset, path, reset', async () => {
    await ensureBuilt();
    const home = await newHome(fleet!, { clusters: abc });
    const before = 'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: Config\n# keep\nexecution:\n  qps: 7 # slow\n';
    await writeFile(home.configFile, before);
    const config = async (...args: readonly string[]) => await home.mc(['config', ...args]);
    expect((await config('path')).stdout).toBe(`${home.configFile}\n`);
    expect((await config('set', 'execution.timeout', 'soon')).code).toBe(2);
    expect((await config('set', 'max_concurrent_clusters', '5')).code).toBe(2);
    const near = await config('set', 'execution.timeot', '5');
    expect(near).toMatchObject({
      code: 2,
      stderr: 'error: unknown key "execution.timeot"\ndid you mean "execution.timeout"?\n',
    });
    expect(await text(home.configFile)).toBe(before);
    expect((await config('set', 'execution.timeout', '90s')).code).toBe(0);
    expect(await text(home.configFile)).toBe(`${before}  timeout: 90s\n`);
    expect((await config('get', 'execution.timeout')).stdout).toBe('1m30s\n');
    expect((await config('get', 'execution.connectTimeout')).stdout).toBe('5s\n');
    expect((await config('view')).stdout).toContain('execution:\n  burst: 200\n  connectTimeout: 5s\n');
    expect((await config('view', '--raw')).stdout).toBe(`${before}  timeout: 90s\n`);
    expect((await home.mc(['get', 'ns', '-o', 'name'])).code).toBe(0);
    expect((await config('unset', 'execution.timeout')).code).toBe(0);
    expect(await text(home.configFile)).toBe(before);
    expect((await config('reset')).code).toBe(2);
    expect((await config('reset', '--yes')).code).toBe(0);
    expect(await text(join(home.dir, '.kube', 'kubectl-mc-config.yaml.backup'))).toBe(before);
    expect((await config('view', '--raw')).stdout).toBe('');
  });
});
