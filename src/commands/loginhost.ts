import type { AccessConfig, Config } from '../api/config.ts';
import type { PluginPolicy } from '../client/execcredential/policy.ts';
import type { LoginHost, PluginHost } from '../client/login.ts';
import { UsageError } from '../errors.ts';
import { type KubercFile, kubercFile } from '../kubeconfig/kubercfile.ts';
import { escapeCell, escapeMessage } from '../streams/escape.ts';
import { credentialFiles } from './credentialfiles.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Invocation } from './verb.ts';

/** What the logins of a command run with. */
export interface CommandLogins {
  readonly host: LoginHost;
  /** Resolves when no program that a login started is left. */
  settled(): Promise<void>;
}

/** Puts together what logins may use; UsageError for a plugin policy in the configuration that says nothing clear. */
export function commandLogins(invocation: Invocation, config: Config, diagnostics: Diagnostics): CommandLogins {
  const { clock, host, global } = invocation;
  const { auth, access } = config;
  const running = new Set<Promise<unknown>>();
  const kuberc = kubercFile(host, global.values.kuberc);
  const plugins: PluginHost = {
    env: host.env,
    platform: host.platform,
    run: childRunner(invocation),
    stdinIsTerminal: invocation.io.in.isTTY,
    stdinUnavailable() {
      // kubectl's words.
      if (invocation.io.in.taken) return 'used by stdin resource manifest reader';
      return auth.interactive === 'never' ? 'auth.interactive is never' : undefined;
    },
    interactiveTimeoutMs: auth.interactiveTimeout,
    concurrency: auth.concurrency,
    policies: policies(access.credentialPlugins, kuberc),
    pauseWhile: diagnostics.pauseWhile,
    track(login) {
      const over = login.catch(() => undefined).finally(() => running.delete(over));
      running.add(over);
    },
    say(cluster, line) {
      const text = `${escapeMessage(line, `[${escapeCell(cluster)}] `)}\n`;
      void diagnostics.pauseWhile(async () => invocation.io.err.write(text));
    },
  };
  return {
    host: {
      clock,
      files: credentialFiles,
      plugins,
      proxyEnv: host.env,
      timeoutMs: auth.timeout,
      note: diagnostics.note,
    },
    settled: async () => void (await Promise.all(running)),
  };
}

/** The machine's own, loaded with the first program. */
function childRunner({ clock, host: { platform }, kill }: Invocation): PluginHost['run'] {
  return async (request) => {
    const { childRunner: open } = await import('../system/childprocess.ts');
    return await open({ clock, platform, kill })(request);
  };
}

/** kuberc's policy and our own; a plugin runs only where both allow it. */
function policies(own: AccessConfig['credentialPlugins'], kuberc: KubercFile | undefined): PluginHost['policies'] {
  const { inheritKuberc, policy, allowlist } = own;
  const where = 'access.credentialPlugins';
  if (allowlist.length > 0 && policy !== 'Allowlist')
    throw new UsageError(`${where}: an allowlist needs policy: Allowlist`);
  if (allowlist.length === 0 && policy === 'Allowlist')
    throw new UsageError(`${where}: the policy is Allowlist, but the allowlist is empty; use policy: DenyAll`);
  if (!inheritKuberc && policy !== 'Allowlist' && policy !== 'DenyAll')
    throw new UsageError(`${where}.inheritKuberc: false needs a policy of its own: Allowlist or DenyAll`);
  const ours: readonly PluginPolicy[] =
    policy === '' ? [] : [{ source: where, policy, allowlist: policy === 'Allowlist' ? allowlist : null }];
  return async () => {
    if (!inheritKuberc || kuberc === undefined) return ours;
    const { loadPluginPolicy } = await import('../kubeconfig/kuberc.ts');
    const theirs = await loadPluginPolicy(kuberc);
    return theirs ? [theirs, ...ours] : ours;
  };
}
