import type { Cluster } from '../api/cluster.ts';
import { listPages } from '../client/pages.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import { ClusterFailure, CommandError } from '../errors.ts';
import type { Clock } from '../system/clock.ts';
import {
  beingUpdated,
  findSlices,
  noDecision,
  type PlacedClusters,
  type PlacementRef,
  type PlacementSlice,
  placeClusters,
  selectsNothing,
} from './placement.ts';
import { keyOf } from './profile.ts';
import { cut, fields, list } from './tolerant.ts';

/** The hub, and how to ask it for decisions; they are never cached, because changes follow them. */
export interface PlacementHub {
  readonly client: RESTClient;
  readonly attempt: Attempt;
  readonly clock: Clock;
}

const VERSIONS = ['v1alpha2', 'v1alpha1'] as const;
const OCM = '/apis/cluster.open-cluster-management.io/v1beta1';
const OCM_LABEL = 'cluster.open-cluster-management.io/placement';
const OCM_NAME = 'open-cluster-management.io/cluster-name';
/** A scheduler that is writing its slices is given so long before we look once more. */
const SETTLE_MS = 1000;

/**
 * Asks the hub which clusters a placement selects, in the order of its decision: KEP-5313's PlacementDecisions, else Open
 * Cluster Management's. Throws CommandError as `resolvePlacement` does, ClusterFailure as the client does.
 */
export async function askPlacement(
  ref: PlacementRef,
  clusters: readonly Cluster[],
  hub: PlacementHub,
): Promise<PlacedClusters> {
  const placeable = clusters.flatMap(({ ref: own, aliases }) => (own ? [{ key: keyOf(own), aliases }] : []));
  const refusals: CommandError[] = [];
  const onRefused = (refusal: CommandError) => refusals.push(refusal);
  const look = async () => findSlices(ref, await listDecisions(ref.namespace, hub, onRefused));
  let found = await look();
  if (found.kind === 'updating') {
    await hub.clock.sleep(SETTLE_MS, hub.attempt.signal);
    found = await look();
  }
  if (found.kind === 'updating') throw beingUpdated(ref, found.revisions);
  if (found.kind === 'none') {
    const [refusal] = refusals;
    // A hub that is none of theirs forbids what it does not even have.
    const slices = await listOCMDecisions(ref, clusters, hub, () => undefined);
    if (slices.length === 0) throw refusal ?? noDecision(ref);
    found = { kind: 'slices', slices, gap: false };
  }
  if (found.slices.every(({ refs }) => refs.length === 0)) throw selectsNothing(ref);
  return placeClusters(found, placeable);
}

type OnRefused = (refusal: CommandError) => void;

async function listDecisions(
  namespace: string,
  hub: PlacementHub,
  onRefused: OnRefused,
): Promise<readonly PlacementSlice[]> {
  for (const version of VERSIONS) {
    const path = `/apis/multicluster.x-k8s.io/${version}/namespaces/${encodeURIComponent(namespace)}/placementdecisions`;
    const items = await listItems(path, hub, onRefused);
    if (items) return items.map(sliceOf);
  }
  return [];
}

function sliceOf(item: unknown): PlacementSlice {
  const object = fields(item);
  const metadata = fields(object['metadata']);
  return {
    namespace: cut(metadata['namespace'], 63) ?? '',
    name: cut(metadata['name'], 253) ?? '',
    labels: labelsOf(metadata['labels']),
    refs: list(object['decisions']).flatMap((decision) => {
      const ref = fields(fields(decision)['clusterProfileRef']);
      const name = cut(ref['name'], 253);
      return name ? [{ name, namespace: cut(ref['namespace'], 63) }] : [];
    }),
  };
}

/** Open Cluster Management names ManagedClusters; the profile in the placement's own namespace is preferred. */
async function listOCMDecisions(
  { namespace, name }: PlacementRef,
  clusters: readonly Cluster[],
  hub: PlacementHub,
  onRefused: OnRefused,
): Promise<readonly PlacementSlice[]> {
  const path = `${OCM}/namespaces/${encodeURIComponent(namespace)}/placementdecisions`;
  const items = (await listItems(path, hub, onRefused)) ?? [];
  const profileOf = (managed: string) => {
    const candidates = clusters.filter(({ ref, labels }) => ref && (labels[OCM_NAME] ?? ref.name) === managed);
    const here = candidates.find(
      ({ ref, aliases }) => ref?.namespace === namespace || aliases.some((alias) => alias.startsWith(`${namespace}/`)),
    );
    return (here ?? candidates[0])?.ref ?? { namespace, name: managed };
  };
  return items.flatMap((item) => {
    const object = fields(item);
    const metadata = fields(object['metadata']);
    const labels = labelsOf(metadata['labels']);
    if (labels[OCM_LABEL] !== name) return [];
    const names = list(fields(object['status'])['decisions']).flatMap(
      (decision) => cut(fields(decision)['clusterName'], 253) || [],
    );
    return [{ namespace, name: cut(metadata['name'], 253) ?? '', labels, refs: names.map(profileOf) }];
  });
}

/** All items below a path, undefined where the hub does not serve it or does not show it. */
async function listItems(
  path: string,
  { client, attempt }: PlacementHub,
  onRefused: OnRefused,
): Promise<readonly unknown[] | undefined> {
  const items: unknown[] = [];
  try {
    for await (const page of listPages(client, { path, limit: 500 }, attempt)) {
      if (page.restart) items.length = 0;
      else items.push(...list(page.body['items']));
    }
    return items;
  } catch (error) {
    if (!(error instanceof ClusterFailure)) throw error;
    if (error.error.code === 404) return undefined;
    const refusal = new CommandError(`cannot read PlacementDecisions from the hub: ${error.error.message}`, {
      cause: error,
    });
    if (error.error.code !== 403) throw refusal;
    onRefused(refusal);
    return undefined;
  }
}

function labelsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fields(value)).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  );
  return Object.fromEntries(entries);
}
