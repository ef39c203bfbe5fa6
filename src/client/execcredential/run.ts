import type { ChildOutcome, ChildRequest, RunChild } from '../../system/childprocess.ts';
import type { ExecConfig } from '../restconfig.ts';
import { decodeExecCredential, type ExecCredential } from './decode.ts';
import { type ExecCluster, execInfo } from './execinfo.ts';
import { notFound, pluginFailure } from './failure.ts';
import { isInteractive, type StandardInput } from './interactive.ts';

/** One run of a plugin. */
export interface PluginRun {
  readonly exec: ExecConfig;
  readonly cluster: ExecCluster;
  /** The absolute path that the policy allows. */
  readonly path: string;
  readonly interactive: boolean;
  /** The environment of this process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly timeoutMs: number;
  readonly onStderr: (text: string) => void;
  readonly signal: AbortSignal;
}

const apiVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const maxStdoutBytes = 1024 * 1024;
// What a system takes for one variable, its name and the byte at its end included.
const maxVariable: Readonly<Record<string, number>> = { linux: 128 * 1024, win32: 32_767 };
const infoName = 'KUBERNETES_EXEC_INFO';

/** Checks what can be known before anything runs, and says whether the plugin may use the terminal; throws ClusterFailure. */
export function checkExec(exec: ExecConfig, stdin: StandardInput): boolean {
  if (!apiVersions.includes(exec.apiVersion))
    throw pluginFailure(`exec plugin: invalid apiVersion ${JSON.stringify(exec.apiVersion)}`);
  // v1 has to say it, v1beta1 may leave it out.
  const byDefault = exec.apiVersion.endsWith('/v1beta1') ? 'IfAvailable' : undefined;
  return isInteractive(exec.interactiveMode || byDefault, stdin);
}

/** Runs a plugin once and reads its answer; throws ClusterFailure, or the signal's reason. */
export async function runPlugin(run: PluginRun, runChild: RunChild): Promise<ExecCredential> {
  const { exec, signal } = run;
  const outcome = await runChild(childRequest(run));
  if (outcome.kind === 'aborted') throw signal.reason;
  if (outcome.kind !== 'exited' || outcome.code !== 0) throw failureOf(outcome, run);
  return await decodeExecCredential(outcome.stdout.toString('utf8'), exec);
}

/** The program as it is started: its environment is ours, then the config's, then what nobody may override. */
export function childRequest(run: PluginRun): ChildRequest {
  const { exec, cluster, path, interactive, env, platform, timeoutMs, onStderr, signal } = run;
  const info = JSON.stringify(execInfo(exec, cluster, interactive));
  const limit = maxVariable[platform];
  if (limit !== undefined && Buffer.byteLength(info) + infoName.length + 2 > limit) throw tooLarge(exec, info);
  // A batch file runs in a shell that reads its arguments in its own way.
  if (platform === 'win32' && /\.(?:cmd|bat)$/i.test(path)) checkBatchArguments(exec);
  return {
    file: path,
    args: exec.args,
    env: { ...env, ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])), [infoName]: info },
    terminal: interactive,
    timeoutMs,
    maxStdoutBytes,
    onStderr,
    signal,
  };
}

function failureOf(outcome: ChildOutcome, { exec, timeoutMs, interactive, cluster }: PluginRun) {
  const name = `exec: executable ${exec.command}`;
  switch (outcome.kind) {
    case 'exited':
      return pluginFailure(`${name} failed with exit code ${outcome.code}`, { reason: 'ExitCode', retriable: true });
    case 'signalled':
      return pluginFailure(`${name} was ended by ${outcome.signal}`, { reason: 'Signal', retriable: true });
    case 'timeout': {
      const key = interactive ? 'auth.interactiveTimeout' : 'auth.timeout';
      return pluginFailure(`${name} gave no answer within ${timeoutMs / 1000}s and was ended`, {
        hint: `raise ${key} in the configuration file if the login needs longer`,
        reason: 'Timeout',
        retriable: true,
      });
    }
    case 'overflow':
      return pluginFailure(`${name} wrote more than ${maxStdoutBytes / 1024 / 1024} MiB to its standard output`);
    case 'failed':
      if (outcome.code === 'ENOENT') return notFound(exec.command, exec.installHint);
      if (outcome.code === 'E2BIG') return tooLarge(exec, JSON.stringify(execInfo(exec, cluster, interactive)));
      return pluginFailure(`${name} cannot be started: ${outcome.code}`);
    default:
      return pluginFailure(`${name} was stopped`);
  }
}

function tooLarge(exec: ExecConfig, info: string) {
  return pluginFailure(
    `cluster info is too large for exec plugin ${JSON.stringify(exec.command)} (${Buffer.byteLength(info)} bytes); set provideClusterInfo: false`,
  );
}

function checkBatchArguments({ command, args }: ExecConfig): void {
  const odd = args.find((arg) => !/^[A-Za-z0-9_.:/\\=@-]+$/.test(arg));
  if (odd !== undefined)
    throw pluginFailure(
      `exec: executable ${command} is a batch file, which cannot take the argument ${JSON.stringify(odd)}`,
    );
}
