import type { Cluster } from '../../src/api/cluster.ts';

const bare = {
  aliases: [],
  labels: {},
  properties: {},
  health: { status: 'Unknown' },
  joined: null,
  accessProviders: [],
  warnings: [],
} as const;

/** A cluster from a ClusterProfile; shown under its own name unless `more` says otherwise. */
export function profile(namespace: string, name: string, more: Partial<Cluster> = {}): Cluster {
  return { ...bare, name, source: 'hub', ref: { namespace, name }, ...more };
}

/** A cluster that is a kubeconfig context. */
export function context(name: string, more: Partial<Cluster> = {}): Cluster {
  return { ...bare, name, source: 'kubeconfig', context: name, ...more };
}
