import type { Outcome } from '../../api/outcome.ts';
import type { ClusterEntry } from '../../api/result.ts';
import type { PrintedCluster } from '../format.ts';

/** Everything of a cluster's MultiClusterResult entry but its items, in the order in which the keys are written. */
export function entryFrame(cluster: PrintedCluster, outcome: Outcome): Omit<ClusterEntry, 'items'> {
  return {
    cluster: cluster.name,
    ...(cluster.ref ? { clusterRef: cluster.ref } : {}),
    success: outcome.kind === 'answered',
    ...(outcome.kind === 'answered' && outcome.notFound?.length
      ? { notFound: outcome.notFound.map((missing) => `${missing.resource}/${missing.name}`) }
      : {}),
    ...(outcome.kind === 'answered' && outcome.missingKind?.length ? { missingKind: outcome.missingKind } : {}),
    ...(outcome.kind === 'failed' ? { error: outcome.error } : {}),
    ...(outcome.kind === 'skipped' ? { skipped: { reason: outcome.reason.message } } : {}),
  };
}
