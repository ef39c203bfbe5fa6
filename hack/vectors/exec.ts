import { pluginKey } from '../../src/client/configkey.ts';
import { execInfo } from '../../src/client/execcredential/execinfo.ts';
import { checkExec, runPlugin } from '../../src/client/execcredential/run.ts';
import { openSession } from '../../src/client/execcredential/session.ts';
import type { Login } from '../../src/client/login.ts';
import type { ExecConfig, RESTConfig } from '../../src/client/restconfig.ts';
import { Secret } from '../../src/client/secret.ts';
import type { ChildRequest } from '../../src/system/childprocess.ts';
import type { Actual, Given } from './suite.ts';

const cluster: RESTConfig = { server: 'https://cluster.example', tls: {}, auth: {} };

/** exec.run */
export async function run(given: Given): Promise<Actual> {
  const exec: ExecConfig = {
    ...{ command: 'plug', args: [], env: [] },
    ...pick(given, ['apiVersion', 'command', 'args', 'env', 'interactiveMode', 'installHint', 'provideClusterInfo']),
  } as unknown as ExecConfig;
  const interactive = checkExec(exec, {
    isTerminal: given.isTerminal ?? false,
    unavailable: given.stdinUnavailable ? (given.stdinUnavailableMessage ?? '') : undefined,
  });
  const where = given.cluster ? { ...cluster, ...given.cluster } : cluster;
  const asked: { request?: ChildRequest } = {};
  const answer = await runPlugin(
    {
      ...{ exec, cluster: where, path: `/bin/${exec.command}`, interactive },
      ...{ env: given.hostEnv ?? {}, platform: 'linux', timeoutMs: 0 },
      ...{ onStderr: () => undefined, signal: new AbortController().signal },
    },
    async (request) => {
      asked.request = request;
      const { exitCode = 0, stdout = '' } = given;
      return exitCode === 'ENOENT' || given.missing
        ? { kind: 'failed', code: 'ENOENT' }
        : { kind: 'exited', code: exitCode, stdout: Buffer.from(stdout) };
    },
  );
  const { token, certificate } = answer.login;
  const told = asked.request?.env['KUBERNETES_EXEC_INFO'];
  return {
    execInfo: told === undefined ? execInfo(exec, where, interactive) : JSON.parse(told),
    token: token?.reveal(),
    clientCertificateData: certificate?.cert,
    clientKeyData: certificate?.key.reveal(),
    expires: answer.expiresAt === undefined ? undefined : iso(answer.expiresAt),
    stdinInherited: asked.request?.terminal,
  };
}

/** exec.session: the clock, the plugin and the server are the case's; the times are client-go's own. */
export async function session({ steps }: Given): Promise<Actual> {
  const state = { now: 0, plugin: { token: '' } as Given, server: '', runs: 0 };
  const logins = openSession({
    clock: { now: () => state.now },
    async run() {
      state.runs += 1;
      const { token, expiresIn } = state.plugin;
      const login: Login = { token: new Secret(token) };
      return { login, ...(expiresIn !== undefined && { expiresAt: state.now + expiresIn * 1000 }) };
    },
    times: { earlyMs: 0, leastMs: 0 },
  });
  const member = { cluster: 'c', signal: new AbortController().signal };
  const statuses: number[] = [];
  for (const step of steps) {
    state.now += (step.advance ?? 0) * 1000;
    if (step.plugin !== undefined) state.plugin = step.plugin;
    if (step.server !== undefined) state.server = step.server;
    if (!step.request) continue;
    const login = logins.fresh() ?? (await logins.get(member));
    const status = login.token?.reveal() === state.server ? 200 : 401;
    statuses.push(status);
    if (status === 401) await logins.renew(login, member);
  }
  return { statuses, pluginRuns: state.runs };
}

/** exec.dedupe */
export function dedupe({ clusters }: Given): Actual {
  const keys = clusters.map(({ exec, server, ca, tlsServerName }: Given) => {
    const tls = { ...(ca && { ca }), ...(tlsServerName && { serverName: tlsServerName }) };
    return pluginKey({ server, tls, auth: { exec } });
  });
  return { runs: new Set(keys).size };
}

function pick(given: Given, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]));
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
