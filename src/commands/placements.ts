import type { Inventory } from '../discovery/inventory.ts';
import type { PlacedClusters } from '../discovery/placement.ts';
import { CommandError } from '../errors.ts';
import { hubAttempt } from './hubattempt.ts';
import type { OpenCommand } from './open.ts';
import type { Invocation } from './verb.ts';

/** What `--placement` selects of an inventory. */
export interface Placed {
  /** `namespace/name` of the representatives, in the order of the decisions. */
  readonly keys: readonly string[];
  readonly missing: readonly string[];
  /** One line each. */
  readonly notes: readonly string[];
}

/**
 * Asks the hub for the placements of the command line, undefined where there are none. Never cached, and never everything:
 * CommandError where a placement is unknown or empty, and with `strict` (changes) where it names clusters that are not there.
 */
export async function placedClusters(
  open: OpenCommand,
  invocation: Invocation,
  inventory: Inventory,
  strict: boolean,
): Promise<Placed | undefined> {
  const { placements, placementNamespace, limits } = open.settings;
  if (placements.length === 0) return undefined;
  if (!inventory.hub) throw new CommandError('--placement needs a hub: name its context with --hub-context');
  const [{ parsePlacementRef }, { askPlacement }, { restConfigFor }] = await Promise.all([
    import('../discovery/placement.ts'),
    import('../discovery/placementlist.ts'),
    import('../kubeconfig/restconfig.ts'),
  ]);
  const { config, namespace } = await restConfigFor(await open.kubeconfig(), inventory.hub.context);
  const { clock, signal } = invocation;
  const { attempt, done } = hubAttempt(clock, signal, limits.clusterTimeoutMs);
  const hub = { client: open.transports.open(config, limits), attempt, clock };
  const keys: string[] = [];
  const missing: string[] = [];
  const notes: string[] = [];
  try {
    for (const text of placements) {
      const ref = parsePlacementRef(text, placementNamespace || namespace || 'default');
      const placed = await askPlacement(ref, inventory.clusters, hub);
      keys.push(...placed.clusters);
      missing.push(...placed.missing);
      notes.push(...notesOf(text, placed));
    }
  } finally {
    done();
  }
  if (strict && missing.length > 0)
    throw new CommandError(
      `--placement names clusters that have no ClusterProfile: ${missing.join(', ')}; nothing was sent`,
    );
  return { keys: [...new Set(keys)], missing, notes };
}

function notesOf(text: string, { missing, warnings }: PlacedClusters): readonly string[] {
  const gap = `Warning: the slices of placement "${text}" are not numbered from 0 without a gap; it may be changing right now (W-PLACEMENT-GAP)`;
  return [
    ...(warnings.includes('W-PLACEMENT-GAP') ? [gap] : []),
    ...missing.map(
      (key) => `Warning: placement "${text}" names ${key}, which has no ClusterProfile (W-PLACEMENT-MISSING)`,
    ),
  ];
}
