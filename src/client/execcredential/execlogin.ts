import { findExecutable } from '../../system/findexecutable.ts';
import { type Gate, openGate } from '../../system/gate.ts';
import { processors } from '../../system/processors.ts';
import { openTerminal, saveTerminalModes, type Terminal } from '../../system/terminallock.ts';
import { digest } from '../configkey.ts';
import type { Member } from '../joinedrun.ts';
import type { Login, LoginHost, LoginSource, LoginSources, PluginHost } from '../login.ts';
import type { Attempt } from '../restclient.ts';
import type { ExecConfig, RESTConfig } from '../restconfig.ts';
import type { ExecCredential } from './decode.ts';
import { notStartedHere, withHint } from './failure.ts';
import { type LoginGroups, openLoginGroups } from './logingroups.ts';
import { openPluginOutput, type PluginOutput } from './pluginoutput.ts';
import { checkPolicy, type LookPath, type PluginPolicy } from './policy.ts';
import { checkExec, type PluginRun, runPlugin } from './run.ts';
import { openSession } from './session.ts';

// A server that refuses a login that is this new refuses the identity: running the plugin again for each cluster would not help.
const newMs = 30_000;

/** Opens the logins through exec credential plugins, one source for each identity; credentials live in memory only. */
export function openExecLogins(host: LoginHost): LoginSources {
  const { plugins } = host;
  if (!plugins) return () => ({ get: notStartedHere, renew: notStartedHere });
  const shared = openShared(plugins);
  return () => openSource(host, plugins, shared);
}

/** What all plugins of a run share. */
interface Shared {
  readonly terminal: Terminal;
  readonly gate: Gate;
  readonly groups: LoginGroups;
  readonly output: PluginOutput;
  readonly lookPath: LookPath;
  policies(): Promise<readonly PluginPolicy[]>;
}

function openShared(host: PluginHost): Shared {
  const terminal = openTerminal(() => saveTerminalModes(host));
  const state: { policies?: Promise<readonly PluginPolicy[]> } = {};
  return {
    terminal,
    gate: openGate(host.concurrency === 'auto' ? Math.max(4, processors()) : host.concurrency),
    groups: openLoginGroups(),
    output: openPluginOutput(terminal, host.say),
    lookPath: together((command) => findExecutable(command, host)),
    policies() {
      state.policies ??= host.policies();
      return state.policies;
    },
  };
}

/** One look for all who want the same program at the same time, so that they go on in the order in which they came. */
function together(look: LookPath): LookPath {
  const looking = new Map<string, ReturnType<LookPath>>();
  return (command) => {
    const found = looking.get(command) ?? look(command).finally(() => looking.delete(command));
    looking.set(command, found);
    return found;
  };
}

function openSource({ clock, timeoutMs = 60_000 }: LoginHost, host: PluginHost, shared: Shared): LoginSource {
  // All configs of one source have the same plugin; one of them is asked for.
  const asked: { config?: RESTConfig; renewed?: { readonly login: Login; readonly at: number } } = {};
  const session = openSession({
    clock,
    run(member, signal) {
      const login = logIn({ host, shared, timeoutMs }, asked.config as RESTConfig, member, signal);
      host.track(login);
      return login;
    },
  });
  const member = (config: RESTConfig, attempt: Attempt): Member => {
    asked.config = config;
    return { cluster: attempt.cluster ?? config.origin ?? config.server, signal: attempt.signal };
  };
  const isNew = (login: Login | undefined) =>
    login !== undefined && login === asked.renewed?.login && clock.monotonic() - asked.renewed.at < newMs;
  return {
    async get(config, attempt) {
      return session.fresh() ?? (await attempt.offClock(session.get(member(config, attempt))));
    },
    async renew(config, attempt, stale: Login | undefined) {
      if (isNew(stale)) return undefined;
      const isLast = stale === session.fresh();
      const login = await attempt.offClock(session.renew(stale, member(config, attempt)));
      if (isLast) asked.renewed = { login, at: clock.monotonic() };
      return login;
    },
  };
}

interface Means {
  readonly host: PluginHost;
  readonly shared: Shared;
  readonly timeoutMs: number;
}

/** One login: who may ask the person, in which order, how many at once. */
async function logIn(means: Means, config: RESTConfig, member: Member, signal: AbortSignal): Promise<ExecCredential> {
  const { host, shared } = means;
  const exec = config.auth.exec as ExecConfig;
  const stdin = { isTerminal: host.stdinIsTerminal, unavailable: host.stdinUnavailable() };
  const interactive = checkExec(exec, stdin);
  const path = await checkPolicy(await shared.policies(), exec.command, shared.lookPath).catch((error: unknown) => {
    throw withHint(error, 'NotFound', exec.installHint, (hint) => shared.output.once(member.cluster, hint));
  });
  const group = groupKey(path, exec);
  const once = (asks: boolean) => runOnce(means, { config, exec, path, group, interactive: asks, member, signal });
  if (!interactive || exec.interactiveMode === 'Always') return await once(interactive);
  return await shared.groups.run({ key: group, command: exec.command }, async (leads) => {
    if (leads) return await once(true);
    return await once(false).catch((error: unknown) => {
      const hint = `it ran without the terminal, which another login through ${exec.command} had; with interactiveMode: Always each may ask`;
      throw withHint(error, 'ExitCode', hint);
    });
  });
}

interface OneLogin {
  readonly config: RESTConfig;
  readonly exec: ExecConfig;
  readonly path: string;
  readonly group: string;
  readonly interactive: boolean;
  readonly member: Member;
  readonly signal: AbortSignal;
}

async function runOnce({ host, shared, timeoutMs }: Means, login: OneLogin): Promise<ExecCredential> {
  const { config, exec, path, group, interactive, member, signal } = login;
  const { env, platform } = host;
  const output = shared.output.open(group, member.cluster);
  const run: PluginRun = {
    ...{ exec, cluster: config, path, interactive, env, platform, signal },
    timeoutMs: interactive ? host.interactiveTimeoutMs : timeoutMs,
    onStderr: output.write,
  };
  try {
    // The terminal first: who waits for a person must not keep the others from running.
    if (interactive)
      return await shared.terminal.use(member.cluster, signal, () => host.pauseWhile(() => runPlugin(run, host.run)));
    const leave = await shared.gate.enter(signal);
    try {
      return await runPlugin(run, host.run);
    } finally {
      leave();
    }
  } finally {
    output.end();
  }
}

// The arguments that say who logs in; the others say to what.
const identityFlags = ['--profile', '--login', '--tenant-id', '--account'];

/** What logins must have in common so that the session of one serves the others. */
function groupKey(path: string, { args, env }: ExecConfig): string {
  const who = args.flatMap((arg, at) => {
    const flag = identityFlags.find((name) => arg === name || arg.startsWith(`${name}=`));
    return flag === undefined ? [] : arg === flag ? [flag, args[at + 1]] : [flag, arg.slice(flag.length + 1)];
  });
  return digest('group', path, env, who);
}
