import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pluginKey } from '../../src/client/configkey.ts';
import { execInfo } from '../../src/client/execcredential/execinfo.ts';
import { allowlistEntry, checkPolicy, type PluginPolicy } from '../../src/client/execcredential/policy.ts';
import { checkExec, runPlugin } from '../../src/client/execcredential/run.ts';
import { openSession } from '../../src/client/execcredential/session.ts';
import type { ExecConfig, RESTConfig } from '../../src/client/restconfig.ts';
import { Secret } from '../../src/client/secret.ts';
import type { ChildRequest } from '../../src/system/childprocess.ts';
import { findExecutable } from '../../src/system/findexecutable.ts';
import { fakeClock } from './harness.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly given: Given;
  readonly expect: { readonly error?: string; readonly runs?: unknown };
}

interface Given extends Partial<ExecConfig> {
  readonly apiVersion: string;
  readonly isTerminal: boolean;
  readonly stdinUnavailable: boolean;
  readonly stdinUnavailableMessage?: string;
  readonly stdout: string;
  readonly exitCode: number;
  readonly steps: readonly Step[];
  readonly clusters: readonly { readonly exec: ExecConfig; readonly server: string }[];
  readonly policy: string;
  readonly allowlist: Entries;
  readonly configPolicy?: string;
  readonly configAllowlist: Entries;
  readonly command: string;
  readonly path: readonly string[];
  readonly files: readonly string[];
}

type Entries = readonly { readonly name?: string; readonly command?: string }[] | null;

interface Step {
  readonly advance?: number;
  readonly plugin?: { readonly token: string; readonly expiresIn?: number };
  readonly server?: string;
  readonly request?: boolean;
}

const vectors = parse(readFileSync(join(import.meta.dirname, 'exec-vectors.yaml'), 'utf8')) as readonly Vector[];
const of = (kind: string) =>
  vectors.filter((vector) => vector.kind === kind).map((vector) => [vector.id, vector] as const);
const signal = new AbortController().signal;

async function expectResult(work: () => Promise<unknown>, expected: Vector['expect']): Promise<void> {
  if (expected.error !== undefined) await expect(work()).rejects.toThrow(expected.error);
  else expect(await work()).toEqual(expected);
}

test('there are cases of every kind', () => {
  const kinds = ['exec.run', 'exec.session', 'exec.dedupe', 'exec.policy'];
  expect(kinds.map((kind) => of(kind).length)).toEqual([13, 1, 3, 14]);
});

describe('exec.run', () => {
  test.each(of('exec.run'))('%s', async (_, { given, expect: expected }) => {
    const exec: ExecConfig = { args: [], env: [], ...given, command: given.command ?? 'plugin' };
    const cluster = { server: 'https://a', tls: {} };
    const run = async () => {
      const unavailable = given.stdinUnavailable ? (given.stdinUnavailableMessage ?? '') : undefined;
      const interactive = checkExec(exec, { isTerminal: given.isTerminal, unavailable });
      const started: ChildRequest[] = [];
      const { login, expiresAt } = await runPlugin(
        {
          ...{ exec, cluster, path: '/bin/plugin', interactive, env: {}, platform: 'linux', timeoutMs: 0, signal },
          onStderr() {},
        },
        async (request) => {
          started.push(request);
          return { kind: 'exited', code: given.exitCode, stdout: Buffer.from(given.stdout) };
        },
      );
      return {
        execInfo: JSON.parse(started[0]!.env['KUBERNETES_EXEC_INFO']!),
        ...(login.token && { token: login.token.reveal() }),
        ...(expiresAt !== undefined && { expires: new Date(expiresAt).toISOString().replace('.000Z', 'Z') }),
        stdinInherited: started[0]!.terminal,
      };
    };
    await expectResult(run, expected);
  });
});

describe('exec.session', () => {
  test.each(of('exec.session'))('%s', async (_, { given, expect: expected }) => {
    const clock = fakeClock();
    const now = { plugin: {} as Partial<NonNullable<Step['plugin']>>, server: '', runs: 0 };
    const session = openSession({
      clock,
      times: { earlyMs: 0, leastMs: 0 },
      async run() {
        now.runs += 1;
        const { token = '', expiresIn } = now.plugin;
        return {
          login: { token: new Secret(token) },
          ...(expiresIn !== undefined && { expiresAt: clock.now() + expiresIn * 1000 }),
        };
      },
    });
    const member = { cluster: 'a', signal };
    const statuses: number[] = [];
    for (const step of given.steps) {
      if (step.advance) await clock.advance(step.advance * 1000);
      if (step.plugin) now.plugin = step.plugin;
      if (step.server) now.server = step.server;
      if (!step.request) continue;
      const login = await session.get(member);
      const accepted = login.token?.reveal() === now.server;
      statuses.push(accepted ? 200 : 401);
      if (!accepted) await session.renew(login, member);
    }
    expect({ statuses, pluginRuns: now.runs }).toEqual(expected);
  });
});

describe('exec.dedupe', () => {
  test.each(of('exec.dedupe'))('%s', (_, { given, expect: expected }) => {
    const keys = given.clusters.map(({ exec, server }) => {
      const config: RESTConfig = { server, tls: {}, auth: { exec } };
      return pluginKey(config);
    });
    expect({ runs: new Set(keys).size }).toEqual(expected);
  });
});

describe('exec.policy', () => {
  const policyOf = (policy: string, allowlist: Entries): PluginPolicy => ({
    policy,
    allowlist: allowlist === null ? null : allowlist.map((entry) => allowlistEntry(entry)),
  });

  test.each(of('exec.policy'))('%s', async (_, { given, expect: expected }) => {
    const run = async () => {
      const policies = [policyOf(given.policy, given.allowlist)];
      if (given.configPolicy !== undefined) policies.push(policyOf(given.configPolicy, given.configAllowlist));
      const search = {
        env: { PATH: given.path.join(':') },
        platform: 'linux',
        isExecutable: async (path: string) => given.files.includes(path),
      };
      const runs = await checkPolicy(policies, given.command, (command) => findExecutable(command, search));
      return { allowed: true, runs };
    };
    await expectResult(run, expected);
  });
});

test('the cluster is told only to those who ask, and only what has a value', () => {
  const exec: ExecConfig = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'p',
    args: [],
    env: [],
    clusterConfig: { clusterName: 'spoke-1' },
  };
  const cluster = {
    server: 'https://172.18.0.4:6443',
    tls: { ca: 'CA', serverName: 'name', insecure: true },
    proxy: 'http://proxy',
    disableCompression: true,
  };
  expect(execInfo(exec, cluster, true).spec).toEqual({ interactive: true });
  expect(execInfo({ ...exec, provideClusterInfo: true }, { server: 'https://a', tls: {} }, false).spec).toEqual({
    cluster: { server: 'https://a', config: { clusterName: 'spoke-1' } },
    interactive: false,
  });
  expect(execInfo({ ...exec, provideClusterInfo: true }, cluster, false).spec.cluster).toEqual({
    server: 'https://172.18.0.4:6443',
    'tls-server-name': 'name',
    'insecure-skip-tls-verify': true,
    'certificate-authority-data': 'Q0E=',
    'proxy-url': 'http://proxy',
    'disable-compression': true,
    config: { clusterName: 'spoke-1' },
  });
});
