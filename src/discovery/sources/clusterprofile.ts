import { CommandError } from '../../errors.ts';
import { hubContext } from '../hubcontext.ts';
import { hubInventory, questionHub } from '../hubinventory.ts';
import { hubFailure, hubUnusable, noInventoryAPI } from '../hubtext.ts';
import type { ClusterSource } from '../inventory.ts';

/** The hub or nothing: whatever goes wrong ends the command. */
export const clusterprofile: ClusterSource = {
  name: 'clusterprofile',
  async list(request, deps) {
    const hub = await hubContext(request, deps);
    if (hub === undefined)
      throw new CommandError('there is no hub: name its context with --hub-context or discovery.hubContext');
    if ('failure' in hub) throw hubUnusable(hub.context, hub.failure);
    const answer = await questionHub({ ...hub, explicit: true }, request, deps);
    if (answer.kind === 'no-api') throw noInventoryAPI(hub.context);
    if (answer.kind === 'failed') throw hubFailure(hub.context, answer);
    return hubInventory(hub, answer, request, deps);
  },
};
