import type { Cluster } from '../../api/cluster.ts';
import { CommandError } from '../../errors.ts';
import { bareCluster, type ClusterSource, plainInventory } from '../inventory.ts';

/** Every context of the kubeconfig is a cluster. */
export const kubeconfig: ClusterSource = {
  name: 'kubeconfig',
  async list(_request, deps) {
    const { contexts, files } = await deps.kubeconfig();
    if (contexts.size === 0) {
      const where = files.length === 0 ? 'there is no kubeconfig' : `${files.join(', ')} has no contexts`;
      throw new CommandError(`no clusters: ${where}`);
    }
    return plainInventory('kubeconfig', [...contexts.keys()].sort().map(contextCluster));
  },
};

/** The cluster that one context is. */
export function contextCluster(context: string): Cluster {
  return { ...bareCluster(context, 'kubeconfig'), context };
}
