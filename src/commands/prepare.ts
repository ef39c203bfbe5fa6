import { type AccessDeps, resolveAccess } from '../access/resolve.ts';
import type { Target } from '../access/target.ts';
import { discoverClusters } from '../discovery/discover.ts';
import type { Inventory } from '../discovery/inventory.ts';
import { type Fleet, openFleet } from '../fleet/fleet.ts';
import { openRESTMappers } from '../restmapper/restmapper.ts';
import { openAccessWarnings } from './accesswarnings.ts';
import { hubAttempt } from './hubattempt.ts';
import { type OpenCommand, openCommand } from './open.ts';
import { placedClusters } from './placements.ts';
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

/** What a command may want differently. */
export interface PrepareOptions {
  /** `leave` asks nobody about endpoints that are not known yet: for commands that send nothing to members. */
  readonly trust?: 'ask' | 'leave';
  /** How new and changed endpoints are met, where not as configured. */
  readonly pinMode?: AccessDeps['pinMode'];
  /** For changes: a placement that names missing clusters ends the command. */
  readonly strictPlacement?: boolean;
}

/**
 * Loads the files, finds and chooses the clusters and resolves the way into each of them: nothing has been sent to a member
 * when it returns. UsageError and CommandError for what the command cannot start with.
 */
export async function prepare(
  invocation: Invocation,
  userAgentVerb: string,
  options: PrepareOptions = {},
): Promise<Prepared> {
  const open = await openCommand(invocation, userAgentVerb);
  try {
    return await prepareOpen(open, invocation, options);
  } catch (error) {
    await open.close();
    throw error;
  }
}

async function prepareOpen(open: OpenCommand, invocation: Invocation, options: PrepareOptions): Promise<Prepared> {
  const { settings, mapping, diagnostics, config, kubeconfig } = open;
  const found = await diagnostics.progressWhile('asking the hub for clusters', discover(open, invocation, false));
  const chosen = await chooseClusters(found, settings, mapping, {
    refresh: () => discover(open, invocation, true),
    place: (inventory) => placedClusters(open, invocation, inventory, options.strictPlacement ?? false),
  });
  for (const note of chosen.inventory.notes) diagnostics.note(`note: ${note}`);
  for (const note of chosen.notes) diagnostics.note(note);
  for (const warning of chosen.inventory.warnings) diagnostics.log('info', warning);
  const warnings = openAccessWarnings();
  const hub = chosen.inventory.hub?.server;
  const resolved = await resolveAccess(chosen.selected, {
    host: invocation.host,
    config,
    mapping,
    kubeconfig,
    inventory: chosen.inventory.clusters,
    literals: chosen.literals,
    includeUnhealthy: settings.includeUnhealthy,
    overrides: { namespace: settings.namespace, impersonate: settings.impersonate },
    hub,
    providerFile: settings.providerFile,
    pinMode: options.pinMode ?? settings.pinMode,
    onWarning: warnings.add,
  });
  for (const line of warnings.lines()) diagnostics.note(line);
  const targets = options.trust === 'leave' ? resolved : await settled(resolved, open, invocation, hub);
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
      verifyIdentity: config.access.verifyIdentity,
    }),
  };
}

/** Asks about endpoints that are not known yet, and tells what was refused; most runs have neither. */
async function settled(
  targets: readonly Target[],
  { diagnostics }: OpenCommand,
  invocation: Invocation,
  hub: string | undefined,
): Promise<readonly Target[]> {
  const open = ({ access }: Target) => access.kind === 'untrusted' || (access.kind === 'config' && access.record);
  let all = targets;
  if (hub !== undefined && targets.some(open)) {
    const { settleTrust } = await import('./trust/settle.ts');
    all = await settleTrust(targets, { invocation, diagnostics, hub });
  }
  if (all.some(({ access }) => access.kind === 'ended' && access.outcome.kind === 'failed')) {
    const { refusalLines } = await import('./trust/refusals.ts');
    for (const line of refusalLines(all)) diagnostics.note(line);
  }
  return all;
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
