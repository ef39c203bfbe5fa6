import { CommandError, UsageError } from '../errors.ts';
import { keyOf } from './profile.ts';

/** One slice of a decision (KEP-5313): an object without spec and status, it is data itself. */
export interface PlacementSlice {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly refs: readonly { readonly name: string; readonly namespace?: string | undefined }[];
}

/** A cluster as a decision may refer to it: by its key or by that of another profile of the same cluster. */
export interface PlaceableCluster {
  readonly key: string;
  readonly aliases: readonly string[];
}

/** What a placement selects. */
export interface PlacedClusters {
  /** Keys in the order of the decision, each once. */
  readonly clusters: readonly string[];
  /** Keys that no profile has. */
  readonly missing: readonly string[];
  /** W-… codes. */
  readonly warnings: readonly string[];
}

/** A `--placement` as the user wrote it. */
export interface PlacementRef {
  readonly namespace: string;
  readonly name: string;
}

/** The slices of one placement, or why there is no answer yet. */
export type FoundSlices =
  | { readonly kind: 'slices'; readonly slices: readonly PlacementSlice[]; readonly gap: boolean }
  | { readonly kind: 'none' }
  /** Slices of more than one revision: it is being written right now. */
  | { readonly kind: 'updating'; readonly revisions: readonly string[] };

const LABEL = {
  decision: 'multicluster.x-k8s.io/decision-key',
  index: 'multicluster.x-k8s.io/decision-index',
  placement: 'multicluster.x-k8s.io/placement-key',
  revision: 'multicluster.x-k8s.io/decision-revision',
} as const;

/** Parses `[NAMESPACE/]NAME`; UsageError for anything else. */
export function parsePlacementRef(text: string, defaultNamespace: string): PlacementRef {
  const parts = text.split('/');
  if (parts.length > 2 || parts.includes(''))
    throw new UsageError(`--placement "${text}" is not a name or NAMESPACE/NAME`);
  const name = parts.at(-1) ?? '';
  return { namespace: parts.length === 2 ? (parts[0] ?? '') : defaultNamespace, name };
}

/**
 * Finds the slices of a placement among the decisions: by object name with all slices of its decision, else by placement-key,
 * else by decision-key. CommandError where a key names several decisions: what drives changes must not be a guess.
 */
export function findSlices(ref: PlacementRef, decisions: readonly PlacementSlice[]): FoundSlices {
  const here = decisions.filter(({ namespace }) => namespace === ref.namespace);
  const found = byName(ref.name, here) ?? byPlacementKey(ref.name, here) ?? labelled(here, LABEL.decision, ref.name);
  if (found.length === 0) return { kind: 'none' };
  const revisions = [...new Set(found.flatMap(({ labels }) => labels[LABEL.revision] ?? []))].sort();
  if (revisions.length > 1) return { kind: 'updating', revisions };
  const slices = [...found].sort((a, b) => indexOf(a) - indexOf(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  // A decision in one object needs no index.
  const whole = slices.length === 1 && slices[0]?.labels[LABEL.index] === undefined;
  return { kind: 'slices', slices, gap: !whole && slices.some((slice, at) => indexOf(slice) !== at) };
}

/** Turns refs into clusters: a ref to an alias is its representative, and a repeated ref counts once. */
export function placeClusters(
  found: Extract<FoundSlices, { kind: 'slices' }>,
  clusters: readonly PlaceableCluster[],
): PlacedClusters {
  const byKey = new Map(clusters.flatMap(({ key, aliases }) => [key, ...aliases].map((one) => [one, key] as const)));
  const keys = found.slices.flatMap(({ refs, namespace }) =>
    refs.map((ref) => keyOf({ name: ref.name, namespace: ref.namespace || namespace })),
  );
  const missing = [...new Set(keys.filter((key) => !byKey.has(key)))];
  return {
    clusters: [...new Set(keys.flatMap((key) => byKey.get(key) ?? []))],
    missing,
    warnings: [...(found.gap ? ['W-PLACEMENT-GAP'] : []), ...missing.map(() => 'W-PLACEMENT-MISSING')],
  };
}

/**
 * The clusters of one placement in one look at its decisions. CommandError where there are none, where it is being updated,
 * and where it selects nothing: nothing never means everything.
 */
export function resolvePlacement(
  ref: PlacementRef,
  decisions: readonly PlacementSlice[],
  clusters: readonly PlaceableCluster[],
): PlacedClusters {
  const found = findSlices(ref, decisions);
  if (found.kind === 'none') throw noDecision(ref);
  if (found.kind === 'updating') throw beingUpdated(ref, found.revisions);
  const placed = placeClusters(found, clusters);
  if (found.slices.every(({ refs }) => refs.length === 0)) throw selectsNothing(ref);
  return placed;
}

/** No decision of that name or key. */
export function noDecision({ namespace, name }: PlacementRef): CommandError {
  return new CommandError(
    `no PlacementDecision in namespace "${namespace}" is named "${name}" or carries the label ${LABEL.placement}=${name}`,
  );
}

/** Half of the slices are of another revision. */
export function beingUpdated({ name }: PlacementRef, revisions: readonly string[]): CommandError {
  return new CommandError(`placement "${name}" is being updated (revisions ${revisions.join(', ')}); try again`);
}

/** A decision without any ref. */
export function selectsNothing({ name }: PlacementRef): CommandError {
  return new CommandError(`placement "${name}" selects no clusters`);
}

function byName(name: string, slices: readonly PlacementSlice[]): readonly PlacementSlice[] | undefined {
  const object = slices.find((slice) => slice.name === name);
  const key = object?.labels[LABEL.decision];
  if (!object) return undefined;
  return key ? labelled(slices, LABEL.decision, key) : [object];
}

function byPlacementKey(name: string, slices: readonly PlacementSlice[]): readonly PlacementSlice[] | undefined {
  const found = labelled(slices, LABEL.placement, name);
  if (found.length === 0) return undefined;
  const decisions = [...new Set(found.map((slice) => slice.labels[LABEL.decision] || slice.name))];
  if (decisions.length > 1)
    throw new CommandError(
      `placement key "${name}" names several decisions (${decisions.join(', ')}); name one of them`,
    );
  return found;
}

function labelled(slices: readonly PlacementSlice[], label: string, value: string): readonly PlacementSlice[] {
  return slices.filter(({ labels }) => Object.hasOwn(labels, label) && labels[label] === value);
}

/** As a number: "10" comes after "9"; what is none comes last. */
function indexOf({ labels }: PlacementSlice): number {
  const text = labels[LABEL.index] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER;
}
