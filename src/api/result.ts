import type { ClusterError } from '../errors.ts';
import type { KubeObject } from './kubernetes.ts';

/** apiVersion of everything this program writes, and of the files it reads as its own. */
export const API_VERSION = 'kubectl-mc.k8s.io/v1alpha1';

/** The annotation that names the cluster of an object wherever objects of several clusters stand in one list. */
export const CLUSTER_ANNOTATION = 'kubectl-mc.k8s.io/cluster';

/** One selected cluster in a MultiClusterResult: there is one entry for each, whatever happened. */
export interface ClusterEntry {
  readonly cluster: string;
  readonly clusterRef?: { readonly namespace: string; readonly name: string };
  readonly success: boolean;
  readonly items: readonly KubeObject[];
  readonly notFound?: readonly string[];
  readonly missingKind?: readonly string[];
  readonly error?: ClusterError;
  readonly skipped?: { readonly reason: string };
}

/** Counts over the selected clusters: total = successful + failed + skipped + notAttempted. */
export interface Summary {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notAttempted: number;
  readonly noAccess: number;
  readonly unhealthy: number;
  /** How many clusters lack at least one of the named objects. */
  readonly notFound: number;
  /** Error type by cluster, of the failed and the not attempted ones. */
  readonly errors: Readonly<Record<string, string>>;
}
