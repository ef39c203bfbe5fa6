import type { Cluster } from '../api/cluster.ts';
import type { Mapping } from '../api/mapping.ts';
import type { Inventory } from '../discovery/inventory.ts';
import { assertPinned } from '../discovery/pin.ts';
import { CommandError } from '../errors.ts';
import { parseClusterPatterns, type SelectedClusters, selectClusters, unknownClusters } from '../selection/clusters.ts';
import type { Settings } from './settings.ts';

/** The clusters a command is about, and the notes that choosing them gave. */
export interface Chosen {
  readonly selected: readonly Cluster[];
  /** Names of clusters that the user named literally. */
  readonly literals: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** Chooses clusters of an inventory; `refresh` asks the hub again, for a name that a cached inventory does not know. */
export async function chooseClusters(
  inventory: Inventory,
  settings: Settings,
  mapping: Mapping | undefined,
  refresh: () => Promise<Inventory>,
): Promise<Chosen & { readonly inventory: Inventory }> {
  const include = parseClusterPatterns(settings.clusters, '--clusters');
  const { pin } = settings.discovery;
  if (pin !== undefined)
    assertPinned(
      pin,
      include.flatMap((pattern) => pattern.literal ?? []),
    );
  const exclude = parseClusterPatterns(settings.exclude, '--exclude');
  const choose = (clusters: readonly Cluster[]): SelectedClusters =>
    selectClusters(clusters, {
      include,
      exclude,
      ...(settings.clusterSelector ? { selector: settings.clusterSelector } : {}),
      groups: settings.groups,
      groupDefinitions: mapping?.groups ?? {},
    });
  let current = inventory;
  let chosen = choose(current.clusters);
  if (chosen.unknownIncludes.length > 0 && current.fromCache) {
    current = await refresh();
    chosen = choose(current.clusters);
  }
  if (chosen.unknownIncludes.length > 0) throw unknownClusters(chosen.unknownIncludes, current.clusters);
  if (chosen.selected.length === 0)
    throw new CommandError('no clusters match', {
      more: [`${current.clusters.length} clusters are known; list them with "kubectl mc clusters list"`],
    });
  const expected = settings.expectClusters;
  if (expected !== undefined && expected !== chosen.selected.length)
    throw new CommandError(
      `expected ${expected} clusters, but ${chosen.selected.length} are selected; nothing was sent`,
    );
  return {
    inventory: current,
    selected: chosen.selected,
    literals: pin !== undefined ? new Set(chosen.selected.map((cluster) => cluster.name)) : chosen.literals,
    notes: chosen.unknownExcludes.map((name) => `note: --exclude: no cluster is called '${name}'`),
  };
}
