import { resolveAccess } from '../access/resolve.ts';
import type { Target } from '../access/target.ts';
import { discoverClusters } from '../discovery/discover.ts';
import type { Inventory } from '../discovery/inventory.ts';
import { type Fleet, openFleet } from '../fleet/fleet.ts';
import { openRESTMappers } from '../restmapper/restmapper.ts';
import { hubAttempt } from './hubattempt.ts';
import { type OpenCommand, openCommand } from './open.ts';
import { chooseClusters } from './selectclusters.ts';
import type { Invocation } from './verb.ts';

/** Everything a fleet command works with. */
export interface Prepared extends OpenCommand {
  readonly inventory: Inventory;
  /** The selected clusters, each with the way into it or with what became of it already. */
  readonly targets: readonly Target[];
  /** Every target was named literally, or pinned. */
  readonly namedLiterally: boolean;
  readonly fleet: Fleet;
}

/**
 * Loads the files, finds and chooses the clusters and resolves the way into each of them: nothing has been sent to a member
 * when it returns. UsageError and CommandError for what the command cannot start with.
 */
export async function prepare(invocation: Invocation, userAgentVerb: string): Promise<Prepared> {
  const open = await openCommand(invocation, userAgentVerb);
  const { settings, mapping, diagnostics, config, kubeconfig } = open;
  const found = await diagnostics.progressWhile('asking the hub for clusters', discover(open, invocation, false));
  const chosen = await chooseClusters(found, settings, mapping, () => discover(open, invocation, true));
  for (const note of chosen.inventory.notes) diagnostics.note(`note: ${note}`);
  for (const note of chosen.notes) diagnostics.note(note);
  for (const warning of chosen.inventory.warnings) diagnostics.log('info', warning);
  const targets = await resolveAccess(chosen.selected, {
    host: invocation.host,
    config,
    mapping,
    kubeconfig,
    inventory: chosen.inventory.clusters,
    literals: chosen.literals,
    includeUnhealthy: settings.includeUnhealthy,
    overrides: { namespace: settings.namespace, impersonate: settings.impersonate },
  });
  return {
    ...open,
    inventory: chosen.inventory,
    targets,
    namedLiterally: targets.every(({ cluster }) => chosen.literals.has(cluster.name)),
    fleet: openFleet({
      transports: open.transports,
      mappers: openRESTMappers(settings.useCache ? open.cache : undefined),
      clock: invocation.clock,
      limits: settings.limits,
    }),
  };
}

/** Finds the clusters; the hub's own time is bounded like a member's. */
function discover(open: OpenCommand, { host, clock, signal }: Invocation, refresh: boolean): Promise<Inventory> {
  const { settings, config, mapping, kubeconfig, cache, transports } = open;
  const { limits } = settings;
  const attempt = hubAttempt(clock, signal, limits.clusterTimeoutMs);
  return discoverClusters(
    { ...settings.discovery, refresh: settings.discovery.refresh || refresh },
    {
      host,
      config,
      mapping,
      kubeconfig,
      cache,
      attempt: attempt.attempt,
      connect: (rest) =>
        transports.open(rest, {
          connectTimeoutMs: limits.connectTimeoutMs,
          qps: limits.qps,
          burst: limits.burst,
          maxSockets: limits.maxSockets,
        }),
    },
  ).finally(attempt.done);
}
