import type { Attempt, RESTClient } from '../client/restclient.ts';
import { type ClusterError, ClusterFailure } from '../errors.ts';
import type { ListProfilesOptions } from './hub.ts';
import type { HubCache, Listed } from './hubcache.ts';

/** An expired inventory stands in for a hub that is down for so long. */
const staleLimitMs = 24 * 3600_000;
/** A hub that is down is left alone for so long. */
const downMs = 60_000;

/** What a hub, or the cache in its place, has to say. */
export type HubAnswer =
  | { readonly kind: 'listed'; readonly listed: Listed; readonly fromCache: boolean }
  | { readonly kind: 'stale'; readonly listed: Listed; readonly ageMs: number; readonly error: ClusterError }
  | { readonly kind: 'no-api' }
  | {
      readonly kind: 'failed';
      readonly error: ClusterError;
      /** Connect failure, timeout or 5xx. */
      readonly down: boolean;
      /** An inventory of it was once kept, so it is a hub. */
      readonly seen: boolean;
      /** Set when it was not tried again: how long ago it failed. */
      readonly agoMs?: number;
    };

/** How a hub is to be asked. */
export interface HubQuestion extends ListProfilesOptions {
  readonly explicit: boolean;
  readonly refresh: boolean;
  readonly ttlMs: number;
}

/**
 * Answers from the cache within its TTL, else asks the hub and remembers what it said, else takes an inventory of up to
 * a day. Only a cancelled run and an inventory too large are thrown.
 */
export async function askHub(
  connect: () => RESTClient,
  cache: HubCache,
  attempt: Attempt,
  question: HubQuestion,
): Promise<HubAnswer> {
  if (!question.refresh) {
    const known = await remembered(cache, question);
    if (known) return known;
  }
  // Not needed, with all it brings along, by the many commands that the cache answers.
  const { listProfiles } = await import('./hub.ts');
  try {
    const answer = await listProfiles(connect(), attempt, question);
    if (answer.kind === 'no-api') {
      await cache.note({ kind: 'no-api' });
      return answer;
    }
    await cache.keep(answer);
    return { kind: 'listed', listed: answer, fromCache: false };
  } catch (error) {
    if (!(error instanceof ClusterFailure) || error.error.type === 'Canceled') throw error;
    const down = isDown(error.error);
    if (down) await cache.note({ kind: 'down', error: error.error });
    return await inPlaceOf(error.error, cache, { down, refresh: question.refresh });
  }
}

async function remembered(cache: HubCache, { ttlMs, explicit }: HubQuestion): Promise<HubAnswer | undefined> {
  const inventory = await cache.inventory();
  if (inventory && inventory.ageMs < ttlMs) return { kind: 'listed', listed: inventory.value, fromCache: true };
  const state = await cache.state();
  // Somebody who names a hub may have installed the API a moment ago.
  if (state?.value.kind === 'no-api' && state.ageMs < ttlMs && !explicit) return { kind: 'no-api' };
  if (state?.value.kind === 'down' && state.ageMs < downMs)
    return await inPlaceOf(state.value.error, cache, { down: true, refresh: false, agoMs: state.ageMs });
  return undefined;
}

async function inPlaceOf(
  error: ClusterError,
  cache: HubCache,
  { down, refresh, agoMs }: { readonly down: boolean; readonly refresh: boolean; readonly agoMs?: number },
): Promise<HubAnswer> {
  const kept = await cache.inventory();
  if (down && !refresh && kept && kept.ageMs < staleLimitMs)
    return { kind: 'stale', listed: kept.value, ageMs: kept.ageMs, error };
  return { kind: 'failed', error, down, seen: kept !== undefined, ...(agoMs !== undefined && { agoMs }) };
}

/** Connect failure (TLS belongs to connecting), timeout, 5xx; never 401 or 403. */
function isDown({ type, code }: ClusterError): boolean {
  if (code !== undefined) return code >= 500;
  return ['Timeout', 'ConnectionRefused', 'ConnectionReset', 'DNS', 'TLS', 'ServerError'].includes(type);
}
