import type { ClusterError } from '../../errors.ts';
import { hubContext } from '../hubcontext.ts';
import { hubInventory, questionHub } from '../hubinventory.ts';
import { hubFailure, hubUnusable, noInventoryAPI } from '../hubtext.ts';
import {
  type ClusterSource,
  type DiscoveryDeps,
  type DiscoveryRequest,
  type Inventory,
  plainInventory,
} from '../inventory.ts';
import { clustersOfEntries } from '../membership.ts';
import { inCluster } from './incluster.ts';
import { kubeconfig } from './kubeconfig.ts';

/** The hub, else the mapping file, else every context; only a current context that nobody named may be no hub. */
export const auto: ClusterSource = {
  name: 'auto',
  async list(request, deps) {
    const hub = await hubContext(request, deps);
    if (hub === undefined) return await withoutHub(request, deps);
    if ('failure' in hub) {
      if (hub.explicit) throw hubUnusable(hub.context, hub.failure);
      return uncertain(hub.context, hub.failure.error, await withoutHub(request, deps));
    }

    const answer = await questionHub(hub, request, deps);
    if (answer.kind === 'listed' || answer.kind === 'stale') return hubInventory(hub, answer, request, deps);
    if (answer.kind === 'no-api') {
      if (hub.explicit) throw noInventoryAPI(hub.context);
      return await withoutHub(request, deps);
    }
    const refused = answer.error.type === 'Unauthorized' || answer.error.type === 'Forbidden';
    if (hub.explicit || answer.seen || refused) throw hubFailure(hub.context, answer);
    return uncertain(hub.context, answer.error, await withoutHub(request, deps));
  },
};

async function withoutHub(request: DiscoveryRequest, deps: DiscoveryDeps): Promise<Inventory> {
  const entries = deps.mapping.clusters;
  if (entries.length > 0) return plainInventory('file', clustersOfEntries(entries));
  const { contexts } = await deps.kubeconfig();
  // A pod without a kubeconfig: as kubectl does, it falls back to its own cluster.
  if (contexts.size === 0 && deps.host.env['KUBERNETES_SERVICE_HOST']) return await inCluster.list(request, deps);
  const inventory = await kubeconfig.list(request, deps);
  const count = inventory.clusters.length;
  const using = count === 1 ? 'the 1 context' : `the ${count} contexts`;
  return { ...inventory, notes: [`no hub and no mapping file: using ${using} of your kubeconfig (--source)`] };
}

/** The current context may be a hub that we could not ask: say so, and let nobody take the answer for whole. */
function uncertain(context: string, error: ClusterError, inventory: Inventory): Inventory {
  const note = `context "${context}" could not be asked whether it is a hub: ${error.message}`;
  return { ...inventory, notes: [note, ...inventory.notes], uncertain: true };
}
