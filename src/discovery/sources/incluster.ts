import { ClusterFailure, CommandError } from '../../errors.ts';
import { inClusterConfig } from '../../kubeconfig/incluster.ts';
import { bareCluster, type ClusterSource, plainInventory } from '../inventory.ts';

/** The cluster of the pod we run in, under its service account. */
export const inCluster: ClusterSource = {
  name: 'in-cluster',
  async list(_request, deps) {
    try {
      await inClusterConfig(deps.host, deps.serviceAccountFolder);
    } catch (error) {
      if (error instanceof ClusterFailure) throw new CommandError(error.message, { cause: error });
      throw error;
    }
    return plainInventory('in-cluster', [bareCluster('in-cluster', 'in-cluster')]);
  },
};
