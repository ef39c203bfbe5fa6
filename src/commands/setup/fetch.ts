import { join } from 'node:path';
import { CommandError } from '../../errors.ts';
import { convertCommand } from '../../kubeconfig/platforms/aks.ts';
import type { HelperCommand } from '../../kubeconfig/platforms/command.ts';
import type { Platform } from '../../kubeconfig/platforms/registry.ts';
import { type FetchedContext, needsConversion, readFetched } from '../../kubeconfig/platforms/result.ts';
import type { ChildOutcome, RunChild } from '../../system/childprocess.ts';
import { readText, removeFile } from '../../system/files.ts';
import { findExecutable } from '../../system/findexecutable.ts';
import type { Host } from '../../system/host.ts';

/** What became of one command. */
export type Fetched =
  | { readonly kind: 'fetched'; readonly context: FetchedContext }
  | { readonly kind: 'not-logged-in' }
  | { readonly kind: 'failed'; readonly message: string };

/** What commands are run with. */
export interface FetchHost {
  readonly host: Host;
  readonly run: RunChild;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 120_000;
const MAX_STDOUT = 4 * 1024 * 1024;

/** The program of a cloud in the user's PATH. */
export async function findTool(command: string, { env, platform }: Host): Promise<string | undefined> {
  return await findExecutable(command, { env, platform });
}

/** Runs a cloud's command, which writes to the file `tmp` (or to stdout), and checks what it wrote. */
export async function fetchContext(
  tool: string,
  { argv, env, parse }: HelperCommand,
  tmp: string,
  platform: Platform,
  around: FetchHost,
): Promise<Fetched> {
  const ran = await runTool(tool, argv.slice(1), env, around);
  if (ran.problem !== undefined) {
    if (platform.notLoggedIn.test(ran.stderr)) return { kind: 'not-logged-in' };
    return { kind: 'failed', message: `${platform.command} ${ran.problem}${lastLine(ran.stderr)}` };
  }
  try {
    const text = parse === 'json.config' ? configOf(ran.stdout, platform) : await written(tmp, platform, around);
    return { kind: 'fetched', context: await readFetched(text, platform) };
  } catch (error) {
    if (error instanceof CommandError) return { kind: 'failed', message: error.message };
    throw error;
  } finally {
    // It may hold credentials, and questions are still to come.
    await removeFile(tmp);
  }
}

/** Where the command of one cluster writes to. */
export function tmpFile(dir: string, index: number): string {
  return join(dir, `${index + 1}.yaml`);
}

async function runTool(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { host, run, signal }: FetchHost,
): Promise<{ readonly problem: string | undefined; readonly stdout: string; readonly stderr: string }> {
  let stderr = '';
  const outcome = await run({
    ...{ file, args, env: { ...host.env, ...env }, signal },
    ...{ terminal: false, timeoutMs: TIMEOUT_MS, maxStdoutBytes: MAX_STDOUT },
    onStderr: (text) => {
      stderr = `${stderr}${text}`.slice(-8192);
    },
  });
  signal.throwIfAborted();
  return {
    problem: problemOf(outcome),
    stdout: outcome.kind === 'exited' ? outcome.stdout.toString('utf8') : '',
    stderr,
  };
}

function problemOf(outcome: ChildOutcome): string | undefined {
  switch (outcome.kind) {
    case 'exited':
      return outcome.code === 0 ? undefined : `ended with exit code ${outcome.code}`;
    case 'signalled':
      return `was ended by ${outcome.signal}`;
    case 'failed':
      return `could not be started (${outcome.code})`;
    case 'timeout':
      return `was still running after ${TIMEOUT_MS / 1000}s`;
    case 'overflow':
      return 'printed too much';
    case 'aborted':
      return 'was interrupted';
  }
}

async function written(tmp: string, platform: Platform, around: FetchHost): Promise<string> {
  const text = await readText(tmp);
  if (text === undefined) throw new CommandError(`${platform.command} wrote no kubeconfig`);
  if (platform.provider !== 'azure' || !(await needsConversion(text))) return text;
  const [command = '', ...args] = convertCommand(tmp);
  const kubelogin = await findTool(command, around.host);
  if (kubelogin === undefined)
    throw new CommandError('its login needs kubelogin, which is not in your PATH; install it (az aks install-cli)');
  const ran = await runTool(kubelogin, args, {}, around);
  if (ran.problem !== undefined) throw new CommandError(`kubelogin ${ran.problem}${lastLine(ran.stderr)}`);
  return (await readText(tmp)) ?? '';
}

function configOf(stdout: string, { command }: Platform): string {
  try {
    const { config } = JSON.parse(stdout) as { readonly config?: unknown };
    if (typeof config === 'string') return config;
  } catch {
    // Said below: what it printed instead may hold anything.
  }
  throw new CommandError(`${command} printed no kubeconfig`);
}

/** The last thing a tool said usually is the reason. */
function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1)?.trim().slice(0, 300);
  return line ? `: ${line}` : '';
}
