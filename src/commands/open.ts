import { join } from 'node:path';
import type { Config } from '../api/config.ts';
import type { Mapping } from '../api/mapping.ts';
import { openCredentials } from '../client/credentials.ts';
import { openTransports, type Transports } from '../client/transports.ts';
import { loadConfig } from '../config/load.ts';
import { loadMapping } from '../config/mapping.ts';
import { environmentSettings } from '../config/settings.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import { loadKubeconfig } from '../kubeconfig/load.ts';
import { type DiskCache, openDiskCache } from '../system/diskcache.ts';
import { type Diagnostics, openDiagnostics } from './diagnostics.ts';
import { commandLogins } from './loginhost.ts';
import { readableKubeconfigs } from './readablekubeconfig.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Invocation } from './verb.ts';

/** The files of a command, read, and what it talks through, opened; nothing has been sent yet. */
export interface OpenCommand {
  readonly config: Config;
  readonly mapping: Mapping;
  readonly settings: Settings;
  readonly kubeconfig: () => Promise<Kubeconfig>;
  readonly cache: DiskCache;
  readonly transports: Transports;
  readonly diagnostics: Diagnostics;
  /** Ends every socket, waits for the end of login programs and writes the log out. */
  close(): Promise<void>;
}

/** Reads configuration, mapping, environment and flags, and opens cache, credentials and transports over them. */
export async function openCommand(invocation: Invocation, userAgentVerb: string): Promise<OpenCommand> {
  const { global, host, clock } = invocation;
  const [{ config, warnings }, mapped] = await Promise.all([
    loadConfig({ host, ...flagOf(global.values.config) }),
    loadMapping({ host, ...flagOf(global.values.mapping) }),
  ]);
  const settings = readSettings(invocation, config);
  const diagnostics = await openDiagnostics(invocation);
  for (const warning of [...warnings, ...mapped.warnings]) diagnostics.note(`Warning: ${warning}`);
  const cache = openDiskCache({
    dir: host.home === undefined || !settings.useCache ? undefined : join(host.home, '.kube', 'cache', 'kubectl-mc'),
    clock,
    uid: host.uid,
    onWarning: (text) => {
      if (settings.useCache) diagnostics.note(`Warning: ${text}`);
    },
  });
  const logins = commandLogins(invocation, config, diagnostics);
  const transports = openTransports({
    clock,
    credentials: openCredentials(logins.host),
    userAgent: `kubectl-mc/${invocation.version} (${userAgentVerb})`,
    observer: diagnostics.observer,
    proxyEnv: host.env,
  });
  const kubeconfigs: { loaded?: Promise<Kubeconfig> } = {};
  return {
    config,
    mapping: mapped.mapping,
    settings,
    cache,
    transports,
    diagnostics,
    kubeconfig() {
      const files = {
        flag: global.values.kubeconfig,
        env: environmentSettings(host.env).kubeconfig,
        config: config.kubeconfig,
      };
      kubeconfigs.loaded ??= loadKubeconfig({ host, files }).then(async (loaded) => {
        for (const line of await readableKubeconfigs(loaded, host)) diagnostics.note(line);
        return loaded;
      });
      return kubeconfigs.loaded;
    },
    async close() {
      transports.close();
      await logins.settled();
      await diagnostics.close();
    },
  };
}

const flagOf = (flag: string | undefined): { readonly flag?: string } => (flag ? { flag } : {});
