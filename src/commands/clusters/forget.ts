import { join } from 'node:path';
import { dropEntries } from '../../system/diskcache.ts';
import type { Host } from '../../system/host.ts';

/** Forgets what hubs have said, so that the next command asks them again: whoever changes clusters wants to see it. */
export async function forgetInventory({ home }: Host): Promise<void> {
  if (home !== undefined) await dropEntries(join(home, '.kube', 'cache', 'kubectl-mc'), 'hub-');
}
