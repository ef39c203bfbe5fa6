import type { DiscoveryDeps, DiscoveryRequest, Inventory } from './inventory.ts';
import { pinnedInventory } from './pin.ts';
import { sources } from './sources/registry.ts';

/**
 * Finds out which clusters exist: from the source that was asked for, locked to one cluster where a pin holds. Throws
 * CommandError or UsageError where that ends the command; a hub that is down is told in `notes` where it does not.
 */
export async function discoverClusters(request: DiscoveryRequest, deps: DiscoveryDeps): Promise<Inventory> {
  const discover = async (asked: DiscoveryRequest) => {
    const name = asked.source === 'auto' ? deps.config.discovery.api : asked.source;
    return await (await sources[name]()).list(asked, deps);
  };
  const pin = request.pin || deps.config.pin;
  return pin ? await pinnedInventory(pin, request, deps, discover) : await discover(request);
}
