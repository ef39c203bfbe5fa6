import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { compareMembers } from '../../src/commands/doctor/consistency.ts';
import type { Finding } from '../../src/commands/doctor/finding.ts';
import { checkTools, type Need } from '../../src/commands/doctor/tools.ts';
import { execute } from '../../src/commands/execute.ts';
import { bufferWriter } from '../../src/streams/writer.ts';
import { systemClock } from '../../src/system/clock.ts';
import { version } from '../../src/version.ts';
import { startWorld, type World } from './world.ts';

interface Report {
  readonly files: readonly {
    readonly role: string;
    readonly state: string;
    readonly path: string;
    readonly mode?: string;
  }[];
  readonly contexts: readonly {
    readonly context: string;
    readonly file: string;
    readonly mappedBy: readonly string[];
  }[];
  readonly clusters: readonly { readonly cluster: string; readonly state: string; readonly version?: string }[];
  readonly findings: readonly Finding[];
}

interface Examined extends Report {
  readonly code: number;
  readonly text: string;
}

/** Runs doctor in a folder; `aheadMs` is what our own clock is ahead. */
async function examine(
  home: string | undefined,
  {
    env = {},
    aheadMs = 0,
    args = [],
  }: { env?: Record<string, string>; aheadMs?: number; args?: readonly string[] } = {},
): Promise<Examined> {
  const out = bufferWriter();
  const err = bufferWriter();
  const real = systemClock();
  const code = await execute(['doctor', '-o', 'json', ...args], {
    io: { in: { isTTY: false, text: async () => '' }, out, err },
    host: { env, home, cwd: home ?? tmpdir(), platform: process.platform, uid: process.geteuid?.() },
    clock: { ...real, now: () => real.now() + aheadMs },
    signal: new AbortController().signal,
    kill() {},
    version,
  });
  const text = out.text();
  expect(text, err.text()).not.toBe('');
  return { ...(JSON.parse(text) as Report), code, text: text + err.text() };
}

const codes = ({ findings }: Report) => findings.map(({ severity, code }) => `${severity} ${code}`);
const find = ({ findings }: Report, code: string) => findings.find((finding) => finding.code === code);

function newHome(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), 'mc-doctor-'));
  mkdirSync(join(home, '.kube'), { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, '.kube', name), text, { mode: 0o600 });
  return home;
}

const HEAD = 'apiVersion: kubectl-mc.k8s.io/v1alpha1\n';
const kubeconfig = (contexts: readonly string[], user: object = { token: 'hush-hush' }) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user }],
    contexts: contexts.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  });
const mapping = (...entries: readonly string[]) =>
  `${HEAD}kind: ClusterMapping\nclusters:\n${entries.map((entry) => `- ${entry}\n`).join('')}`;

describe('when everything is broken', () => {
  it('says of each file what is wrong with it', async () => {
    const broken = [
      'config',
      'kubectl-mc-config.yaml',
      'kubectl-mc-clusters.yaml',
      'kubectl-mc-providers.json',
      'kuberc',
    ];
    const home = newHome(
      Object.fromEntries([...broken, 'kubectl-mc-known-clusters.yaml'].map((name) => [name, '{ ['])),
    );
    const report = await examine(home);
    expect(report.code).toBe(1);
    const unusable = ['config', 'mapping', 'kubeconfig', 'providers', 'known-clusters', 'kuberc'];
    expect(report.files.map(({ role, state }) => `${role} ${state}`).sort()).toEqual(
      unusable.map((role) => `${role} unusable`).sort(),
    );
    expect(codes(report)).toEqual(expect.arrayContaining(unusable.map((role) => `error ${role}-unusable`)));
    // The broken config file also ends the search for clusters, and is told once.
    expect(report.findings.filter(({ what }) => what.includes('kubectl-mc-config.yaml'))).toHaveLength(1);
    for (const finding of report.findings) for (const text of Object.values(finding)) expect(text).not.toBe('');
  });

  it.each([
    ['no home and nothing else', undefined, {}],
    ['an empty home', newHome({}), {}],
    [
      'folders where files should be',
      undefined,
      { KUBECONFIG: tmpdir(), KUBECTL_MC_CONFIG: tmpdir(), KUBERC: tmpdir() },
    ],
  ])('%s is a finding', async (_what, home, env) => {
    const report = await examine(home, { env });
    expect(report.code).toBe(1);
    if (home === undefined) expect(codes(report)).toContain('hint no-home');
    expect(report.findings.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('one broken kubeconfig does not hide the others', async () => {
    const home = newHome({ good: kubeconfig(['x']), bad: '{ [' });
    const [good, bad] = ['good', 'bad'].map((name) => join(home, '.kube', name));
    const report = await examine(home, { env: { KUBECONFIG: `${bad}:${good}:${home}/gone` } });
    expect(report.contexts).toMatchObject([{ context: 'x', file: good }]);
    const states = report.files.filter(({ role }) => role === 'kubeconfig').map(({ state }) => state);
    expect(states).toEqual(['unusable', 'read', 'missing']);
  });

  it('misuse is still misuse', async () => {
    const err = bufferWriter();
    const code = await execute(['doctor', 'prod'], {
      io: { in: { isTTY: false, text: async () => '' }, out: bufferWriter(), err },
      host: { env: {}, home: undefined, cwd: '/', platform: 'linux', uid: 0 },
      clock: systemClock(),
      signal: new AbortController().signal,
      kill() {},
      version: '1',
    });
    expect([code, err.text()]).toEqual([2, 'error: unexpected argument "prod"; choose clusters with --clusters\n']);
  });
});

describe('contexts and permissions', () => {
  const config = `${HEAD}kind: Config\ndiscovery: {api: kubeconfig}\n`;

  it('a missing context comes with those that are near, and each context with its file', async () => {
    const home = newHome({
      one: kubeconfig(['prod-eu', 'staging']),
      two: kubeconfig(['prod-eu', 'prod-us']),
      'kubectl-mc-clusters.yaml': mapping('{name: a, context: prod-ue}', '{name: b, context: prod-us}'),
      'kubectl-mc-config.yaml': config,
    });
    const [one, two] = ['one', 'two'].map((name) => join(home, '.kube', name));
    const report = await examine(home, { env: { KUBECONFIG: `${one}:${two}` } });
    expect(report.contexts.map(({ context, file, mappedBy }) => [context, file, mappedBy])).toEqual(
      expect.arrayContaining([
        ['prod-eu', one, []],
        ['staging', one, []],
        ['prod-us', two, ['b']],
      ]),
    );
    expect(find(report, 'mapping-context-missing')).toEqual({
      severity: 'error',
      code: 'mapping-context-missing',
      what: 'cluster "a" is mapped to context "prod-ue", which is not in your kubeconfig',
      where: `${home}/.kube/kubectl-mc-clusters.yaml:4`,
      fix: expect.stringMatching(/^kubectl mc clusters set a --context prod-(eu|us) \(or prod-(eu|us), staging\)$/),
    });
    expect(find(report, 'context-hidden')).toMatchObject({ severity: 'hint', where: two });
    expect(report.text).not.toContain('hush-hush');
  });

  it.each([
    ['config', 0o644, { token: 'hush-hush' }, 'readable-by-others'],
    ['config', 0o644, { 'client-key-data': 'aHVzaC1odXNo' }, 'readable-by-others'],
    ['config', 0o644, { exec: { env: [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'hush-hush' }] } }, 'readable-by-others'],
    ['config', 0o644, { username: 'nobody' }, undefined],
    ['config', 0o600, { token: 'hush-hush' }, undefined],
    ['config', 0o666, { username: 'nobody' }, 'writable-by-others'],
    ['kubectl-mc-clusters.yaml', 0o666, {}, 'mapping-unusable'],
    ['kubectl-mc-clusters.yaml', 0o644, {}, undefined],
    ['kubectl-mc-config.yaml', 0o666, {}, 'config-unusable'],
  ])('%s with mode %o and user %j: %s', async (file, mode, user, code) => {
    const home = newHome({
      config: kubeconfig(['x'], user),
      'kubectl-mc-clusters.yaml': mapping('{name: a, context: x}'),
      'kubectl-mc-config.yaml': config,
    });
    const path = join(home, '.kube', file);
    chmodSync(path, mode);
    const report = await examine(home);
    const about = report.findings.filter(({ where }) => where === path);
    expect(about.map((finding) => finding.code)).toEqual(code === undefined ? [] : [code]);
    if (code) expect(about[0]?.fix).toMatch(/chmod (600|go-w)/);
    expect(report.text).not.toMatch(/hush-hush|aHVzaC1odXNo/);
  });
});

describe('with clusters that answer', () => {
  let world: World;
  beforeAll(async () => {
    const version = (path: string) => (path === '/version' ? { gitVersion: 'v1.2.3' } : undefined);
    world = await startWorld({ a: version, b: version });
  });

  it('there is nothing worse than a hint: exit 0, nothing changed, no secret shown', async () => {
    const before = readdirSync(join(world.home, '.kube'));
    const report = await examine(world.home);
    expect(codes(report).filter((code) => code.startsWith('error'))).toEqual([]);
    expect(report.code).toBe(0);
    expect(report.clusters).toMatchObject([
      { cluster: 'a', state: 'answered', version: 'v1.2.3' },
      { cluster: 'b', state: 'answered', version: 'v1.2.3' },
    ]);
    expect(report.text).not.toContain('secret-');
    expect(readdirSync(join(world.home, '.kube')).filter((name) => name !== 'cache')).toEqual(before);
    const { out } = await world.run(['doctor', '--ascii']);
    expect(out).toMatch(/^Files\n[\s\S]*\nContexts\n[\s\S]*\nClusters\n[\s\S]*\nFindings: 0 errors, \d hints?\n/);
  });

  it.each([
    [0, []],
    [-50_000, []],
    [-330_000, ['this machine: the clock of this machine is 5m behind of all clusters']],
    [4_000_000, ['this machine: the clock of this machine is 1h ahead of all clusters']],
  ])('our clock is %i ms ahead', async (aheadMs, expected) => {
    const report = await examine(world.home, { aheadMs });
    const found = report.findings.filter(({ code }) => code === 'clock-skew');
    expect(found.map(({ what, where }) => `${where}: ${what.split(':')[0]}`)).toEqual(expected);
    expect(report.code).toBe(expected.length);
  });

  it('one cluster is named where only one is asked', async () => {
    const report = await examine(world.home, { aheadMs: -300_000, args: ['--clusters=a'] });
    expect(find(report, 'clock-skew')).toMatchObject({ where: 'cluster a' });
  });

  it('another kubectl-mc that comes first on PATH is an error, this one is not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mc-path-'));
    const other = join(folder, 'kubectl-mc');
    const ours = join(import.meta.dirname, '..', '..', 'bin');
    expect(codes(await examine(world.home, { env: { PATH: folder } }))).toContain('hint not-on-path');
    writeFileSync(other, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const shadowed = await examine(world.home, { env: { PATH: `${folder}:${ours}` } });
    expect(find(shadowed, 'other-kubectl-mc')?.where).toBe(other);
    expect(shadowed.code).toBe(1);
    const later = await examine(world.home, { env: { PATH: `${ours}:${folder}` } });
    expect(codes(later).filter((code) => /path|kubectl-mc/.test(code))).toEqual([]);
    const linked = mkdtempSync(join(tmpdir(), 'mc-path-'));
    symlinkSync(join(ours, 'kubectl-mc'), join(linked, 'kubectl-mc'));
    expect(codes(await examine(world.home, { env: { PATH: linked } })).join()).not.toMatch(/path|other/);
  });

  it('a cluster that does not answer is an error with its way out', async () => {
    const report = await examine(
      newHome({
        config: kubeconfig(['x']),
        'kubectl-mc-config.yaml': `${HEAD}kind: Config\ndiscovery: {api: kubeconfig}\n`,
      }),
    );
    expect(find(report, 'cluster-ConnectionRefused')).toMatchObject({ severity: 'error', where: 'cluster x' });
    expect(report.code).toBe(1);
    expect(readFileSync(report.files.find(({ role }) => role === 'kubeconfig')!.path, 'utf8')).toContain('hush');
  });
});

test.each([
  ['nobody needs anything', [], []],
  ['a user of GKE needs the plugin and gcloud', [['gke-gcloud-auth-plugin', []]], ['gke-gcloud-auth-plugin', 'gcloud']],
  [
    'unless it logs in with application default credentials',
    [['gke-gcloud-auth-plugin', ['--use_application_default_credentials']]],
    ['gke-gcloud-auth-plugin'],
  ],
  [
    'kubelogin needs az only where it says so',
    [['kubelogin', ['get-token', '--login', 'azurecli']]],
    ['kubelogin', 'az'],
  ],
  ['kubelogin with a device code', [['kubelogin', ['get-token', '-l', 'devicecode']]], ['kubelogin']],
  ['aws', [['aws', ['eks', 'get-token']]], ['aws']],
  ['what is there is not missing', [[process.execPath, []]], []],
] as const)('tools: %s', async (_what, wanted, missing) => {
  const needs = wanted.map(([command, args]): Need => ({ command, args, by: 'cluster x', required: true }));
  const found = await checkTools(needs, {
    env: { PATH: '/nonexistent' },
    home: '/',
    cwd: '/',
    platform: 'linux',
    uid: 0,
  });
  expect(found.map(({ what }) => what)).toEqual(missing.map((name) => `${name} is not on PATH`));
  for (const { severity, fix, where } of found)
    expect([severity, fix !== '', where]).toEqual(['error', true, 'needed by cluster x']);
});

test('consistency: what differs, per cluster, and what nobody could see', () => {
  const facts = (version: string, crds: readonly string[] | null, namespaces: readonly string[]) => ({
    version,
    crds,
    namespaces,
  });
  const { clusters, findings } = compareMembers(
    new Map([
      ['b', facts('v1.2.0', ['x (v1)', 'y (v1beta1)'], ['default', 'team'])],
      ['a', facts('v1.3.0', ['x (v1)', 'y (v1)'], ['default'])],
      ['c', facts('v1.3.0', null, ['default'])],
    ]),
  );
  expect(clusters).toEqual([
    {
      cluster: 'a',
      version: 'v1.3.0',
      crds: { has: ['y (v1)'], lacks: ['y (v1beta1)'] },
      namespaces: { has: [], lacks: ['team'] },
    },
    {
      cluster: 'b',
      version: 'v1.2.0',
      crds: { has: ['y (v1beta1)'], lacks: ['y (v1)'] },
      namespaces: { has: ['team'], lacks: [] },
    },
    { cluster: 'c', version: 'v1.3.0', crds: null, namespaces: { has: [], lacks: ['team'] } },
  ]);
  expect(findings.map(({ code, where }) => `${code} ${where}`)).toEqual([
    'versions-differ v1.3.0: a, c; v1.2.0: b',
    'crds-differ clusters a, b',
    'crds-differ-unknown clusters c',
    'namespaces-differ clusters a, b, c',
  ]);
});
