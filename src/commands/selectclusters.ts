import { indexMapping } from '../access/mappingindex.ts';
import type { Cluster } from '../api/cluster.ts';
import type { Mapping } from '../api/mapping.ts';
import type { Inventory } from '../discovery/inventory.ts';
import { assertPinned } from '../discovery/pin.ts';
import { CommandError } from '../errors.ts';
import { parseClusterPatterns, type SelectedClusters, selectClusters, unknownClusters } from '../selection/clusters.ts';
import type { Placed } from './placements.ts';
import type { Settings } from './settings.ts';

/** The clusters a command is about, and the notes that choosing them gave. */
export interface Chosen {
  readonly selected: readonly Cluster[];
  /** Names of clusters that the user named literally. */
  readonly literals: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** What choosing may ask the hub. */
export interface ChoiceHub {
  /** Lists the clusters again, for a name that a cached inventory does not know. */
  refresh(): Promise<Inventory>;
  /** What `--placement` selects, undefined where it was not given. */
  place(inventory: Inventory): Promise<Placed | undefined>;
}

/** Chooses clusters of an inventory by everything the user said about it. */
export async function chooseClusters(
  inventory: Inventory,
  settings: Settings,
  mapping: Mapping | undefined,
  hub: ChoiceHub,
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
    selectClusters(withOwnLabels(clusters, mapping), {
      include,
      exclude,
      ...(settings.clusterSelector ? { selector: settings.clusterSelector } : {}),
      groups: settings.groups,
      groupDefinitions: mapping?.groups ?? {},
    });
  let current = inventory;
  let chosen = choose(current.clusters);
  if (chosen.unknownIncludes.length > 0 && current.fromCache) {
    current = await hub.refresh();
    chosen = choose(current.clusters);
  }
  let placed = await hub.place(current);
  if (placed && placed.missing.length > 0 && current.fromCache) {
    current = await hub.refresh();
    chosen = choose(current.clusters);
    placed = await hub.place(current);
  }
  const selected = placed ? withinPlacement(chosen.selected, placed) : chosen.selected;
  if (chosen.unknownIncludes.length > 0) throw unknownClusters(chosen.unknownIncludes, current.clusters);
  if (selected.length === 0)
    throw new CommandError('no clusters match', {
      more: [
        `${current.clusters.length === 1 ? '1 cluster is' : `${current.clusters.length} clusters are`} known; list with "kubectl mc clusters list"`,
      ],
    });
  const expected = settings.expectClusters;
  if (expected !== undefined && expected !== selected.length)
    throw new CommandError(`expected ${expected} clusters, but ${selected.length} are selected; nothing was sent`);
  return {
    inventory: current,
    selected,
    literals: pin !== undefined ? new Set(selected.map((cluster) => cluster.name)) : chosen.literals,
    notes: [
      ...(placed?.notes ?? []),
      ...chosen.unknownExcludes.map((name) => `note: --exclude: no cluster is called '${name}'`),
    ],
  };
}

function withinPlacement(clusters: readonly Cluster[], { keys }: Placed): readonly Cluster[] {
  const wanted = new Set(keys);
  return clusters.filter(({ ref }) => ref !== undefined && wanted.has(`${ref.namespace}/${ref.name}`));
}

/** Labels that the user gave a cluster in the mapping file count as the hub's do, and win over them. */
function withOwnLabels(clusters: readonly Cluster[], mapping: Mapping | undefined): readonly Cluster[] {
  if (!mapping?.clusters.some(({ labels }) => Object.keys(labels).length > 0)) return clusters;
  const index = indexMapping(mapping);
  return clusters.map((cluster) => {
    const found = index.find(cluster);
    return found?.kind === 'entry' ? { ...cluster, labels: { ...cluster.labels, ...found.entry.labels } } : cluster;
  });
}
