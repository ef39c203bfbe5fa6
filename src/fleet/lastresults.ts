import type { Outcome } from '../api/outcome.ts';
import type { Inventory } from '../discovery/inventory.ts';
import type { ErrorType } from '../errors.ts';
import type { DiskCache } from '../system/diskcache.ts';

/** How the last command that asked a cluster ended. */
export interface LastResult {
  readonly state: 'connected' | 'disconnected';
  /** Why it was not reached. */
  readonly error?: ErrorType;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The server it is about: another one under the same name starts anew. */
  readonly server: string;
}

/** Results older than this (milliseconds) say nothing about today. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/** The last results of the clusters of one inventory, by name; empty where nothing usable is kept. */
export async function readLastResults(cache: DiskCache, inventory: string): Promise<ReadonlyMap<string, LastResult>> {
  const entry = await cache.get(keyOf(inventory));
  if (entry === undefined || entry.ageMs > MAX_AGE_MS || typeof entry.value !== 'object' || entry.value === null)
    return new Map();
  const known = Object.entries(entry.value as Record<string, LastResult>);
  return new Map(known.filter(([, result]) => typeof result?.at === 'number' && STATES.has(result.state)));
}

/** Adds the results of a run; the last writer of several processes wins, which is as good an answer as any. */
export async function keepLastResults(
  cache: DiskCache,
  inventory: Inventory,
  ended: readonly { readonly cluster: { readonly name: string }; readonly outcome: Outcome }[],
  /** The servers that were asked, by cluster. */
  servers: ReadonlyMap<string, string>,
  now: number,
): Promise<void> {
  const key = inventoryKey(inventory);
  const kept = new Map(await readLastResults(cache, key));
  for (const { cluster, outcome } of ended) {
    const server = servers.get(cluster.name);
    const result = server === undefined ? undefined : resultOf(outcome, server, now);
    if (result) kept.set(cluster.name, result);
  }
  await cache.set(keyOf(key), Object.fromEntries(kept));
}

/** A cluster that refused us has answered; one that we never asked says nothing. */
function resultOf(outcome: Outcome, server: string, at: number): LastResult | undefined {
  if (outcome.kind === 'answered') return { state: 'connected', server, at };
  if (outcome.kind === 'skipped') return undefined;
  const { type, code } = outcome.error;
  if (code !== undefined) return { state: 'connected', server, at };
  return UNREACHED.has(type) ? { state: 'disconnected', error: type, server, at } : undefined;
}

/** What tells two inventories apart whose clusters may share names. */
export function inventoryKey({ source, hub }: Pick<Inventory, 'source' | 'hub'>): string {
  return hub ? `${hub.server} ${hub.namespaces.join(',')}` : source;
}

const STATES: ReadonlySet<string> = new Set(['connected', 'disconnected']);
const UNREACHED: ReadonlySet<ErrorType> = new Set(['Timeout', 'ConnectionRefused', 'ConnectionReset', 'DNS', 'TLS']);

const keyOf = (inventory: string): string => `last-results/2/${inventory}`;
