import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { globalFlags } from '../../src/commands/globalflags.ts';
import { readSettings, type Settings } from '../../src/commands/settings.ts';
import type { Invocation } from '../../src/commands/verb.ts';
import { loadConfig } from '../../src/config/load.ts';
import { UsageError } from '../../src/errors.ts';
import { parseFlags } from '../../src/flags/parse.ts';
import type { Host } from '../../src/system/host.ts';
import { startWorld, type World } from './world.ts';

const home = mkdtempSync(join(tmpdir(), 'mc-settings-'));
afterAll(() => rmSync(home, { recursive: true }));

/** The settings of some flags under some environment and file. */
async function settings(flags: string, env: Record<string, string> = {}, file = ''): Promise<Settings> {
  const path = join(home, 'config.yaml');
  writeFileSync(path, `apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: Config\n${file}\n`, { mode: 0o600 });
  const host: Host = { env, home, cwd: home, platform: 'linux', uid: undefined };
  const { config } = await loadConfig({ host, flag: path });
  const global = parseFlags(flags === '' ? [] : flags.split(' '), globalFlags);
  return readSettings({ global, host } as unknown as Invocation, config);
}

describe('flag, then environment, then file, then default', () => {
  test.each<
    [
      string,
      (s: Settings) => unknown,
      [string, unknown][],
      [Record<string, string>, unknown][],
      [string, unknown][],
      unknown,
    ]
  >([
    [
      'clusters',
      (s) => s.clusters,
      [
        ['--clusters=f,g', ['f', 'g']],
        ['--clusters=f --clusters=g', ['f', 'g']],
      ],
      [[{ KUBECTL_MC_CLUSTERS: 'e' }, ['e']]],
      [],
      [],
    ],
    [
      'pin',
      (s) => s.discovery.pin,
      [['--pin=f', 'f']],
      [[{ KUBECTL_MC_CONTEXT: 'e' }, 'e']],
      [['pin: c', 'c']],
      undefined,
    ],
    [
      'namespace',
      (s) => s.namespace,
      [
        ['-n f', 'f'],
        ['--namespace=f', 'f'],
      ],
      [[{ KUBECTL_MC_NAMESPACE: 'e' }, 'e']],
      [],
      undefined,
    ],
    [
      'hub context',
      (s) => s.discovery.hubContext.flag ?? s.discovery.hubContext.env,
      [['--hub-context=f', 'f']],
      [[{ KUBECTL_MC_HUB_CONTEXT: 'e' }, 'e']],
      [],
      undefined,
    ],
    ['concurrency', (s) => s.limits.lanes, [['--concurrency=3', 3]], [], [['execution: {maxConcurrency: 20}', 20]], 10],
    [
      'timeout',
      (s) => s.limits.clusterTimeoutMs,
      [
        ['--timeout=3s', 3000],
        ['--timeout 3', 3000],
        ['--cluster-timeout=4s', 4000],
        ['--timeout=0', 0],
      ],
      [],
      [['execution: {timeout: 7s}', 7000]],
      30_000,
    ],
    [
      'connect timeout',
      (s) => s.limits.connectTimeoutMs,
      [['--connect-timeout=1500ms', 1500]],
      [],
      [['execution: {connectTimeout: 7s}', 7000]],
      5000,
    ],
    [
      'total timeout',
      (s) => s.limits.totalTimeoutMs,
      [
        ['--total-timeout=2m', 120_000],
        ['--total-timeout=0', 0],
      ],
      [],
      [
        ['execution: {totalTimeout: 7s}', 7000],
        ['execution: {totalTimeout: auto}', undefined],
      ],
      undefined,
    ],
    [
      'fail-fast',
      (s) => s.limits.failFast,
      [
        ['--fail-fast', true],
        ['--fail-fast=true', true],
      ],
      [],
      [
        ['execution: {continueOnError: false}', true],
        ['execution: {continueOnError: true}', false],
      ],
      false,
    ],
  ])('%s', async (_, of, flags, envs, files, fallback) => {
    expect(of(await settings(''))).toEqual(fallback);
    for (const [file, wanted] of files) expect(of(await settings('', {}, file))).toEqual(wanted);
    for (const [env, wanted] of envs)
      for (const file of ['', ...files.map(([text]) => text)])
        expect(of(await settings('', env, file))).toEqual(wanted);
    for (const [flag, wanted] of flags)
      for (const env of [{}, ...envs.map(([one]) => one)])
        for (const file of ['', ...files.map(([text]) => text)])
          expect(of(await settings(flag, env, file)), `${flag} ${file}`).toEqual(wanted);
  });

  test('--fail-fast=false goes before the file', async () => {
    const { limits } = await settings('--fail-fast=false', {}, 'execution: {continueOnError: false}');
    expect(limits.failFast).toBe(false);
  });

  test('an empty variable says nothing', async () => {
    const { clusters, namespace, discovery } = await settings('', {
      KUBECTL_MC_CLUSTERS: '',
      KUBECTL_MC_NAMESPACE: '',
      KUBECTL_MC_CONTEXT: '',
    });
    expect([clusters, namespace, discovery.pin]).toEqual([[], undefined, undefined]);
  });

  test('what is only a flag', async () => {
    expect(
      await settings('--exclude=a,b --expect-clusters=2 --include-unhealthy --allow-partial --no-cache --refresh'),
    ).toMatchObject({
      exclude: ['a', 'b'],
      expectClusters: 2,
      includeUnhealthy: true,
      allowPartial: true,
      useCache: false,
      discovery: { refresh: true, useCache: false, source: 'auto' },
    });
    expect((await settings('--as=jane --as-group=a --as-group=b --as-uid=7')).impersonate).toEqual({
      user: 'jane',
      groups: ['a', 'b'],
      uid: '7',
    });
    expect((await settings('--request-timeout=5')).limits.requestTimeoutMs).toBe(5000);
  });

  test.each(['--concurrency=0', '--expect-clusters=-1', '--fail-fast --allow-partial', '--as-group=x'])(
    '%s is refused',
    async (flags) => {
      await expect(settings(flags)).rejects.toThrow(UsageError);
    },
  );
});

describe('where it shows', () => {
  const state: { world?: World } = {};
  beforeAll(async () => {
    state.world = await startWorld({ a: () => undefined, b: () => undefined });
    state.world.write(
      '.kube/kubectl-mc-clusters.yaml',
      [
        'apiVersion: kubectl-mc.k8s.io/v1alpha1',
        'kind: ClusterMapping',
        'clusters:',
        '- {name: b, context: b, defaultNamespace: from-mapping, connection: {timeout: 1ms}}',
        '',
      ].join('\n'),
    );
  });
  const asked = async (argv: readonly string[], env: Record<string, string> = {}) =>
    (await state.world!.run(['get', 'pods', '--timeout=30s', ...argv], { env })).asked
      .map((line) => line.replace(/\/pods.*/, ''))
      .sort();

  test('the namespace of a request: flag, environment, mapping entry, context', async () => {
    expect(await asked([])).toEqual(['a /api/v1/namespaces/ctx-a', 'b /api/v1/namespaces/from-mapping']);
    expect(await asked([], { KUBECTL_MC_NAMESPACE: 'e' })).toEqual([
      'a /api/v1/namespaces/e',
      'b /api/v1/namespaces/e',
    ]);
    expect(await asked(['-n', 'f'], { KUBECTL_MC_NAMESPACE: 'e' })).toEqual([
      'a /api/v1/namespaces/f',
      'b /api/v1/namespaces/f',
    ]);
  });

  test('which clusters', async () => {
    const env = { KUBECTL_MC_CLUSTERS: 'a' };
    expect(await asked(['-A'], env)).toEqual(['a /api/v1']);
    expect(await asked(['-A', '--clusters=b'], env)).toEqual(['b /api/v1']);
  });

  test('--timeout goes before the entry of the mapping file', async () => {
    const { code } = await state.world!.run(['get', 'pods', '--timeout=30s', '--clusters=b']);
    expect(code).toBe(0);
  });

  test('impersonation goes to the members', async () => {
    const { headers } = await state.world!.run(['get', 'pods', '--as=jane', '--as-group=devs', '--clusters=a']);
    expect(headers[0]).toMatchObject({ 'impersonate-user': 'jane', 'impersonate-group': 'devs' });
  });
});
