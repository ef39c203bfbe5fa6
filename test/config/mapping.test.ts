import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadMapping } from '../../src/config/mapping.ts';
import type { Host } from '../../src/system/host.ts';

let home: string;
let host: Host;
let file: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kubectl-mc-mapping-'));
  await mkdir(join(home, '.kube'));
  file = join(home, '.kube', 'kubectl-mc-clusters.yaml');
  host = { env: {}, home, cwd: home, platform: 'linux', uid: 0 };
});

const HEAD = 'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: ClusterMapping\n';
const load = async (text: string) => {
  await writeFile(file, text);
  return await loadMapping({ host });
};

const ordinary = { labels: {}, protected: false, cloud: {}, connection: {} };

test('the documented sample, verbatim', async () => {
  const { mapping, warnings } = await load(`apiVersion: kubectl-mc.k8s.io/v1alpha1
kind: ClusterMapping
hubContext: my-hub-cluster  # Optional: default hub context
clusters:
- name: prod-us-west-1
  context: eks-us-west
  cloudProvider: aws        # Optional: for platform helper support
  region: us-west-2         # Optional: for platform helper support
- name: prod-eu-central-1
  context: eks-eu-central
  cloudProvider: aws
  region: eu-central-1
- name: on-prem-dc1
  context: on-prem-1
  # No cloud metadata - manually managed
`);
  expect(warnings).toEqual([]);
  expect(mapping).toEqual({
    path: file,
    hubContext: 'my-hub-cluster',
    groups: {},
    clusters: [
      {
        ...ordinary,
        file,
        line: 5,
        name: 'prod-us-west-1',
        context: 'eks-us-west',
        cloudProvider: 'aws',
        region: 'us-west-2',
      },
      {
        ...ordinary,
        file,
        line: 9,
        name: 'prod-eu-central-1',
        context: 'eks-eu-central',
        cloudProvider: 'aws',
        region: 'eu-central-1',
      },
      { ...ordinary, file, line: 13, name: 'on-prem-dc1', context: 'on-prem-1' },
    ],
  });
});

test('every key', async () => {
  const { mapping, warnings } = await load(`${HEAD}groups:
  prod: ["prod-*"]
  none: []
clusters:
- name: a
  namespace: fleet
  context: ctx
  kubeconfig: ./kc
  defaultNamespace: flux-system
  color: bright-red
  description: "The first"
  labels: {env: prod, tier: "1"}
  protected: true
  cloudProvider: gcp
  region: europe-west1
  cloud: {clusterName: c, project: p, resourceGroup: r, subscription: s, clusterID: i}
  connection: {timeout: 1m, connectTimeout: 2, qps: 5, burst: 10, maxSockets: 2}
`);
  expect(warnings).toEqual([]);
  expect(mapping.groups).toEqual({ prod: ['prod-*'], none: [] });
  expect(mapping.clusters).toEqual([
    {
      file,
      line: 7,
      name: 'a',
      namespace: 'fleet',
      context: 'ctx',
      kubeconfig: join(home, '.kube', 'kc'),
      defaultNamespace: 'flux-system',
      color: 'bright-red',
      description: 'The first',
      labels: { env: 'prod', tier: '1' },
      protected: true,
      cloudProvider: 'gcp',
      region: 'europe-west1',
      cloud: { clusterName: 'c', project: 'p', resourceGroup: 'r', subscription: 's', clusterID: 'i' },
      connection: { timeout: 60_000, connectTimeout: 2000, qps: 5, burst: 10, maxSockets: 2 },
    },
  ]);
});

describe('which file', () => {
  test('none: an empty mapping', async () => {
    expect(await loadMapping({ host })).toEqual({ mapping: { groups: {}, clusters: [] }, warnings: [] });
    expect((await load(`${HEAD}clusters:\n`)).mapping.clusters).toEqual([]);
  });

  test('flag before variable, and both must exist', async () => {
    await writeFile(join(home, 'm.yaml'), `${HEAD}hubContext: m\n`);
    await writeFile(join(home, 'n.yaml'), `${HEAD}hubContext: n\n`);
    const withEnv = { ...host, env: { KUBECTL_MC_MAPPING: 'n.yaml' } };
    expect((await loadMapping({ host: withEnv })).mapping.hubContext).toBe('n');
    expect((await loadMapping({ host: withEnv, flag: 'm.yaml' })).mapping.hubContext).toBe('m');
    await expect(loadMapping({ host, flag: 'x' })).rejects.toThrow('--mapping x: no such file');
    await expect(loadMapping({ host: { ...host, env: { KUBECTL_MC_MAPPING: 'x' } } })).rejects.toThrow(
      'KUBECTL_MC_MAPPING=x: no such file',
    );
  });
});

test('the same name in two namespaces is two clusters', async () => {
  const { mapping } = await load(
    `${HEAD}clusters:\n- {name: a, namespace: x}\n- {name: a, namespace: y}\n- {name: a}\n`,
  );
  expect(mapping.clusters.map(({ namespace }) => namespace)).toEqual(['x', 'y', undefined]);
});

test('words of YAML are names all the same', async () => {
  const { mapping } = await load(`${HEAD}clusters:\n- {name: on, context: 0123, labels: {tier: 1, live: yes}}\n`);
  expect(mapping.clusters).toMatchObject([{ name: 'on', context: '0123', labels: { tier: '1', live: 'yes' } }]);
});

test('empty strings are as good as absent', async () => {
  const { mapping } = await load(
    `${HEAD}hubContext: ""\nclusters:\n- {name: a, context: "", kubeconfig: "", color: }\n`,
  );
  expect(mapping).toEqual({ path: file, groups: {}, clusters: [{ ...ordinary, file, line: 5, name: 'a' }] });
});

test('unknown keys are warned about', async () => {
  const { warnings } = await load(`${HEAD}cluster: []\nclusters:\n- name: a\n  contxt: b\n  cloud: {cluster: x}\n`);
  expect(warnings).toEqual(
    [
      `${file}:3:1: unknown key "cluster" (did you mean "clusters"?)`,
      `${file}:6:3: unknown key "clusters[0].contxt" (did you mean "context"?)`,
      `${file}:7:11: unknown key "clusters[0].cloud.cluster"`,
    ].map((line) => expect.stringContaining(line)),
  );
});

test.each([
  ['clusters:\n- name: a\n- name: b\n- name: a\n', '6:9: clusters[2].name: "a" is already on line 4'],
  ['clusters:\n- {name: a, namespace: x}\n- name: x/a\n', '5:9: clusters[1].name: "x/a" is already on line 4'],
  ['clusters:\n- context: a\n', '4:3: clusters[0]: name is missing'],
  ['clusters:\n- a\n', '4:3: clusters[0]: must be a mapping (key: value)'],
  ['clusters:\n-\n', '4:1: clusters[0]: must not be empty'],
  ['clusters: {a: b}\n', '3:11: clusters: must be a list'],
  ['clusters:\n- {name: a, color: pink}\n', '4:20: clusters[0].color: "pink" is not one of black, red,'],
  ['clusters:\n- {name: a, protected: 1}\n', '4:24: clusters[0].protected: 1 is not true or false'],
  ['clusters:\n- {name: a, labels: {tier: [1]}}\n', '4:28: clusters[0].labels.tier: must be a string'],
  ['clusters:\n- {name: {}}\n', '4:10: clusters[0].name: must be a string'],
  [
    'clusters:\n- {name: a, connection: {timeout: soon}}\n',
    '4:35: clusters[0].connection.timeout: "soon" is not a duration',
  ],
  ['clusters:\n- {name: a, connection: {qps: 0}}\n', '4:31: clusters[0].connection.qps: 0 is not between 1 and'],
  ['groups: {prod: prod-*}\n', '3:16: groups.prod: must be a list'],
  ['clusters:\n- name: a\n  name: b\n', '5:3: duplicate'],
  ['clusters: [\n', /^4:\d+: /],
])('%j is refused', async (body, message) => {
  const error = (await load(HEAD + body).catch((thrown: Error) => thrown)) as Error & { exitCode?: number };
  expect(error).toMatchObject({ name: 'UsageError', exitCode: 2 });
  const text = error.message.replace(`${file}:`, '');
  if (typeof message === 'string') expect(text.slice(0, message.length)).toBe(message);
  else expect(text).toMatch(message);
});

test.each(['kind: ClusterMapping\n', HEAD.replace('ClusterMapping', 'Config'), HEAD.replace('v1alpha1', 'v1')])(
  'another kind of file is refused with its path: %j',
  async (text) => {
    await expect(load(text)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(`${file}:`) });
  },
);
