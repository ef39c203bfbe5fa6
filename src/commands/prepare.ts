import { join } from 'node:path';
import { resolveAccess } from '../access/resolve.ts';
import type { Target } from '../access/target.ts';
import type { Config } from '../api/config.ts';
import type { Mapping } from '../api/mapping.ts';
import { openCredentials } from '../client/credentials.ts';
import { openTransports } from '../client/transports.ts';
import { loadConfig } from '../config/load.ts';
import { loadMapping } from '../config/mapping.ts';
import { environmentSettings } from '../config/settings.ts';
import { discoverClusters } from '../discovery/discover.ts';
import type { Inventory } from '../discovery/inventory.ts';
import { type Fleet, openFleet } from '../fleet/fleet.ts';
import { loadKubeconfig } from '../kubeconfig/load.ts';
import { openRESTMappers } from '../restmapper/restmapper.ts';
import { openDiskCache } from '../system/diskcache.ts';
import { credentialFiles } from './credentialfiles.ts';
import { type Diagnostics, openDiagnostics } from './diagnostics.ts';
import { hubAttempt } from './hubattempt.ts';
import { chooseClusters } from './selectclusters.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Invocation } from './verb.ts';

/** Everything a fleet command works with, from its files to its open transports. */
export interface Prepared {
  readonly config: Config;
  readonly mapping: Mapping;
  readonly settings: Settings;
  readonly inventory: Inventory;
  readonly targets: readonly Target[];
  readonly fleet: Fleet;
  /** Every target was named literally, or pinned. */
  readonly namedLiterally: boolean;
  readonly diagnostics: Diagnostics;
  /** Ends every socket and writes the log out. */
  close(): Promise<void>;
}

/**
 * Loads the files, finds and chooses the clusters and resolves the way into each of them: nothing has been sent to a member
 * when it returns. UsageError and CommandError for what the command cannot start with.
 */
export async function prepare(invocation: Invocation, userAgentVerb: string): Promise<Prepared> {
  const { global, host, clock, signal } = invocation;
  const [loaded, mapped] = await Promise.all([
    loadConfig({ host, ...flagOf(global.values.config) }),
    loadMapping({ host, ...flagOf(global.values.mapping) }),
  ]);
  const { config } = loaded;
  const { mapping } = mapped;
  const settings = readSettings(invocation, config);
  const diagnostics = await openDiagnostics(invocation);
  for (const warning of [...loaded.warnings, ...mapped.warnings]) diagnostics.note(`Warning: ${warning}`);
  const cache = openDiskCache({
    dir: host.home === undefined || !settings.useCache ? undefined : join(host.home, '.kube', 'cache', 'kubectl-mc'),
    clock,
    uid: host.uid,
    onWarning: (text) => {
      if (settings.useCache) diagnostics.note(`Warning: ${text}`);
    },
  });
  const transports = openTransports({
    clock,
    credentials: openCredentials({ clock, files: credentialFiles }),
    userAgent: `kubectl-mc/${invocation.version} (${userAgentVerb})`,
    observer: diagnostics.observer,
    proxyEnv: host.env,
  });
  const env = environmentSettings(host.env);
  const kubeconfigs: { loaded?: ReturnType<typeof loadKubeconfig> } = {};
  const kubeconfig = () =>
    (kubeconfigs.loaded ??= loadKubeconfig({
      host,
      files: { flag: global.values.kubeconfig, env: env.kubeconfig, config: config.kubeconfig },
    }));
  const connection = {
    connectTimeoutMs: settings.limits.connectTimeoutMs,
    qps: settings.limits.qps,
    burst: settings.limits.burst,
    maxSockets: settings.limits.maxSockets,
  };
  const discover = (refresh: boolean): Promise<Inventory> => {
    const attempt = hubAttempt(clock, signal, settings.limits.clusterTimeoutMs);
    return discoverClusters(
      { ...settings.discovery, refresh: settings.discovery.refresh || refresh },
      {
        host,
        config,
        mapping,
        kubeconfig,
        cache,
        attempt: attempt.attempt,
        connect: (rest) => transports.open(rest, connection),
      },
    ).finally(attempt.done);
  };
  const found = await diagnostics.progressWhile('asking the hub for clusters', discover(false));
  const chosen = await chooseClusters(found, settings, mapping, () => discover(true));
  for (const note of [...chosen.inventory.notes.map((text) => `note: ${text}`), ...chosen.notes])
    diagnostics.note(note);
  for (const warning of chosen.inventory.warnings) diagnostics.log('info', warning);
  const targets = await resolveAccess(chosen.selected, {
    host,
    config,
    mapping,
    kubeconfig,
    inventory: chosen.inventory.clusters,
    literals: chosen.literals,
    includeUnhealthy: settings.includeUnhealthy,
    overrides: { namespace: settings.namespace, impersonate: settings.impersonate },
  });
  return {
    config,
    mapping,
    settings,
    inventory: chosen.inventory,
    targets,
    namedLiterally: targets.every(({ cluster }) => chosen.literals.has(cluster.name)),
    diagnostics,
    fleet: openFleet({
      transports,
      mappers: openRESTMappers(settings.useCache ? cache : undefined),
      clock,
      limits: settings.limits,
    }),
    close() {
      transports.close();
      return diagnostics.close();
    },
  };
}

const flagOf = (flag: string | undefined): { readonly flag?: string } => (flag ? { flag } : {});
