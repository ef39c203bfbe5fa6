import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { defaultConfig, loadConfig } from '../../src/config/load.ts';
import type { Host } from '../../src/system/host.ts';

let home: string;
let host: Host;
let file: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'kubectl-mc-config-'));
  await mkdir(join(home, '.kube'));
  file = join(home, '.kube', 'kubectl-mc-config.yaml');
  host = { env: { DIR: '/d' }, home, cwd: join(home, 'work'), platform: 'linux', uid: 0 };
});

const HEAD = 'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: Config\n';
const load = async (body: string) => {
  await writeFile(file, HEAD + body);
  return await loadConfig({ host });
};

const DEFAULTS = {
  kubeconfig: '',
  pin: '',
  discovery: {
    api: 'auto',
    hubContext: '',
    namespaces: [],
    clusterManagers: [],
    cacheTTL: 300_000,
    dedupe: 'auto',
    maxClusters: 5000,
  },
  defaults: { namespace: '' },
  execution: {
    maxConcurrency: 10,
    timeout: 30_000,
    connectTimeout: 5000,
    totalTimeout: 'auto',
    continueOnError: true,
    qps: 100,
    burst: 200,
    maxSocketsPerCluster: 10,
  },
  output: { colorize: true, showClusterColumn: true, clusterColumn: 'after-name', missingKind: 'note' },
  access: {
    contextNameFallback: false,
    verifyIdentity: false,
    hubHints: 'recipe',
    recipes: { eks: { profile: '', allowedRoleArns: [] }, gke: {}, aks: { login: 'azurecli' } },
    capiKubeconfigs: false,
    credentialPlugins: { inheritKuberc: true, policy: '', allowlist: [] },
    endpoints: {
      pin: 'enforce',
      firstUse: 'prompt',
      allowLoopback: false,
      allowInsecureTLS: false,
      allowedProxies: [],
      allowedServers: { eks: [], gke: [], aks: [] },
      serverRewrites: [],
      useEnvironmentProxy: false,
    },
  },
  auth: { interactive: 'auto', timeout: 60_000, interactiveTimeout: 300_000, concurrency: 'auto' },
  security: { readOnly: false, nonDestructive: false, denied: [], preflight: false, rbacCacheTTL: 5000, policies: {} },
};

describe('which file', () => {
  test('none: the defaults', async () => {
    const loaded = await loadConfig({ host });
    expect(loaded).toMatchObject({ config: DEFAULTS, warnings: [] });
    expect(loaded.path).toBeUndefined();
    expect(loaded.config.access.providerFile).toBe(join(home, '.kube/kubectl-mc-providers.json'));
    expect(await loadConfig({ host: { ...host, home: undefined } })).toMatchObject({ config: DEFAULTS });
    expect(defaultConfig({ ...host, home: undefined }).access.providerFile).toBe('');
  });

  test.each(['', '# nothing yet\n'])('empty (%j): the defaults', async (text) => {
    await writeFile(file, text);
    expect(await loadConfig({ host })).toMatchObject({ config: DEFAULTS, warnings: [] });
  });

  test('the flag before the variable before the home folder', async () => {
    await load('pin: from-home\n');
    await writeFile(join(home, 'env.yaml'), `${HEAD}pin: from-env\n`);
    await mkdir(host.cwd);
    await writeFile(join(host.cwd, 'flag.yaml'), `${HEAD}pin: from-flag\n`);
    const withEnv = { ...host, env: { KUBECTL_MC_CONFIG: '~/env.yaml' } };
    expect((await loadConfig({ host })).config.pin).toBe('from-home');
    expect((await loadConfig({ host: withEnv })).config.pin).toBe('from-env');
    expect(await loadConfig({ host: withEnv, flag: 'flag.yaml' })).toMatchObject({
      config: { pin: 'from-flag' },
      path: join(host.cwd, 'flag.yaml'),
    });
  });

  test('a named file must exist', async () => {
    await expect(loadConfig({ host, flag: 'none.yaml' })).rejects.toMatchObject({
      exitCode: 2,
      message: '--config none.yaml: no such file',
    });
    await expect(loadConfig({ host: { ...host, env: { KUBECTL_MC_CONFIG: '/none' } } })).rejects.toThrow(
      'KUBECTL_MC_CONFIG=/none: no such file',
    );
    await expect(loadConfig({ host, flag: home })).rejects.toThrow(`cannot read ${home}: EISDIR`);
  });
});

describe('what is in it', () => {
  test('a file as a user writes it first', async () => {
    const { config, warnings } = await load(`discovery:
  cacheTTL: 5m
  api: clusterprofile  # or 'about' or 'inventory'
execution:
  maxConcurrency: 20
  timeout: 1m30s
  continueOnError: false
output:
  colorize: off
  showClusterColumn: true
defaults:
`);
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      ...DEFAULTS,
      access: config.access,
      discovery: { ...DEFAULTS.discovery, api: 'clusterprofile' },
      execution: { ...DEFAULTS.execution, maxConcurrency: 20, timeout: 90_000, continueOnError: false },
      output: { ...DEFAULTS.output, colorize: false },
    });
  });

  test.each([
    ['kubeconfig: ~/k', { kubeconfig: '@home/k' }],
    ['kubeconfig: ./k', { kubeconfig: '@home/.kube/k' }],
    ['kubeconfig: $DIR/k', { kubeconfig: '/d/k' }],
    ['discovery: {api: inventory}', { discovery: { api: 'clusterprofile' } }],
    ['discovery: {api: none}', { discovery: { api: 'kubeconfig' } }],
    ['discovery: {namespaces: [a, b]}', { discovery: { namespaces: ['a', 'b'] } }],
    ['pin: 012', { pin: '012' }],
    ['pin: on', { pin: 'on' }],
    ['discovery: {namespaces: [y, 1.0]}', { discovery: { namespaces: ['y', '1.0'] } }],
    ['execution: {timeout: 45}', { execution: { timeout: 45_000 } }],
    ['execution: {timeout: 0}', { execution: { timeout: 0 } }],
    ['execution: {totalTimeout: 2m}', { execution: { totalTimeout: 120_000 } }],
    ['execution: {totalTimeout: auto}', { execution: { totalTimeout: 'auto' } }],
    [
      'output: {clusterColumn: first, missingKind: error}',
      { output: { clusterColumn: 'first', missingKind: 'error' } },
    ],
  ])('%s', async (body, expected) => {
    const { config, warnings } = await load(`${body}\n`);
    const wanted = JSON.parse(JSON.stringify(expected).replaceAll('@home', home));
    expect(config).toMatchObject(wanted);
    expect(warnings).toEqual([]);
  });

  test('written recipes replace the default whole', async () => {
    const { config } = await load('access:\n  recipes:\n    eks: {profile: p}\n    gke:\n');
    expect(config.access.recipes).toEqual({ eks: { profile: 'p', allowedRoleArns: [] }, gke: {} });
    expect((await load('access: {recipes: {}}\n')).config.access.recipes).toEqual({});
  });
});

describe('what is wrong with it', () => {
  test.each([
    ['execution: {timeout: abc}', '3:22: execution.timeout: "abc" is not a duration (for example 30s)'],
    ['execution:\n  timeout: -5s', '4:12: execution.timeout: "-5s" is negative'],
    ['execution: {timeout: [1]}', '3:22: execution.timeout: [1] is not a duration (for example 30s)'],
    [
      'execution: {totalTimeout: sometimes}',
      '3:27: execution.totalTimeout: "sometimes" is not a duration (for example 30s)',
    ],
    ['execution: {maxConcurrency: 0}', '3:29: execution.maxConcurrency: 0 is not between 1 and 1000'],
    ['execution: {maxConcurrency: many}', '3:29: execution.maxConcurrency: "many" is not a whole number'],
    ['execution: {maxConcurrency: 1.5}', '3:29: execution.maxConcurrency: 1.5 is not a whole number'],
    ['execution: {continueOnError: maybe}', '3:30: execution.continueOnError: "maybe" is not true or false'],
    ['execution: fast', '3:12: execution: must be a mapping (key: value)'],
    ['pin: [12]', '3:6: pin: must be a string'],
    ['pin: {a: 1}', '3:6: pin: must be a string'],
    ['discovery: {api: ocm}', '3:18: discovery.api: "ocm" is not supported yet'],
    ['discovery: {api: about}', '3:18: discovery.api: "about" is not supported yet'],
    [
      'discovery: {api: hubs}',
      '3:18: discovery.api: "hubs" is not one of auto, clusterprofile, inventory, kubeconfig, none',
    ],
    ['discovery: {namespaces: a}', '3:25: discovery.namespaces: must be a list'],
    ['discovery:\n  namespaces:\n  - a\n  - {}', '6:5: discovery.namespaces[1]: must be a string'],
    ['discovery:\n  namespaces:\n  -', '5:3: discovery.namespaces[0]: must not be empty'],
    ['output: {missingKind: warn}', '3:23: output.missingKind: "warn" is not one of note, error, ignore'],
    ['access: {endpoint: {}}', '3:10: unknown key "access.endpoint" (did you mean "endpoints"?)'],
    [
      'access: {endpoints: {allowLopback: true}}',
      '3:22: unknown key "access.endpoints.allowLopback" (did you mean "allowLoopback"?)',
    ],
    ['access: {recipes: {ecs: {}}}', '3:20: unknown key "access.recipes.ecs" (did you mean "eks"?)'],
    ['auth: {interactiv: never}', '3:8: unknown key "auth.interactiv" (did you mean "interactive"?)'],
    ['security:\n  readonly: true', '4:3: unknown key "security.readonly" (did you mean "readOnly"?)'],
    [
      'access: {credentialPlugins: {policy: Allow}}',
      '3:38: access.credentialPlugins.policy: "Allow" is not one of "", AllowAll, DenyAll, Allowlist',
    ],
    ['pin: a\npin: b', '4:1: duplicate'],
    ['pin: [', /^4:\d+: /],
  ])('%s', async (body, message) => {
    const error = (await load(`${body}\n`).catch((thrown: Error) => thrown)) as Error & { exitCode?: number };
    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2 });
    const text = error.message.replace(`${file}:`, '');
    if (typeof message === 'string') expect(text.slice(0, message.length)).toBe(message);
    else expect(text).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  test.each([
    ['kind: Config\n', '1:1: apiVersion is missing: write "apiVersion: kubectl-mc.k8s.io/v1alpha1"'],
    ['apiVersion: v1\nkind: Config\n', '1:13: apiVersion: "v1" is not "kubectl-mc.k8s.io/v1alpha1"'],
    ['apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: ClusterMapping\n', '2:7: kind: "ClusterMapping" is not "Config"'],
    ['apiVersion: kubectl-mc.k8s.io/v1alpha1\n', '1:1: kind is missing: write "kind: Config"'],
    ['- a\n', '1:1: must be a mapping (key: value)'],
  ])('%j', async (text, message) => {
    await writeFile(file, text);
    await expect(loadConfig({ host })).rejects.toMatchObject({ exitCode: 2, message: `${file}:${message}` });
  });
});

describe('warnings', () => {
  test.each([
    ['executon: {}', ['3:1: unknown key "executon" (did you mean "execution"?)']],
    [
      'execution:\n  tiemout: 3s\n  zzzzzz: 1',
      ['4:3: unknown key "execution.tiemout" (did you mean "timeout"?)', '5:3: unknown key "execution.zzzzzz"'],
    ],
    ['execution: {maxConcurrency: auto}', ['3:13: execution.maxConcurrency: auto is not supported yet']],
    ['security: {readOnly: true}', ['3:12: security.readOnly is not supported yet']],
    ['security: {denied: [secrets]}', ['3:12: security.denied is not supported yet']],
    ['security: {policies: {b: {denied: [secrets]}}}', ['3:12: security.policies is not supported yet']],
    ['access:\n  capiKubeconfigs: true', ['4:3: access.capiKubeconfigs is not supported yet']],
    ['access: {credentialPlugins: {policy: Allowlist, allowlist: [{command: aws}]}}', []],
    ['access: {endpoints: {pin: off}}', []],
    ['auth: {interactive: never}', []],
    ['auth: {interactive: auto, timeout: 1m}', []],
    ['security: {readOnly: false, denied: [], rbacCacheTTL: 5}', []],
    ['access: {providerFile: ~/.kube/kubectl-mc-providers.json, recipes: {eks: , gke: {}, aks: }}', []],
  ])('%s', async (body, expected) => {
    const { warnings } = await load(`${body}\n`);
    expect(warnings).toEqual(expected.map((warning) => `${file}:${warning}`));
  });

  test('what is not built yet keeps its default lanes', async () => {
    expect((await load('execution: {maxConcurrency: auto}\n')).config.execution.maxConcurrency).toBe(10);
  });
});
