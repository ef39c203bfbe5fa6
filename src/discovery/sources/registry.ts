import type { ClusterSource } from '../inventory.ts';

/** Every place where clusters are found; a new one is a file in this folder and a line here. */
export const sources = {
  auto: async () => (await import('./auto.ts')).auto,
  clusterprofile: async () => (await import('./clusterprofile.ts')).clusterprofile,
  kubeconfig: async () => (await import('./kubeconfig.ts')).kubeconfig,
  'in-cluster': async () => (await import('./incluster.ts')).inCluster,
} as const satisfies Readonly<Record<string, () => Promise<ClusterSource>>>;
