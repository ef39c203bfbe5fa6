import { digest, identityKey } from '../client/configkey.ts';
import type { RESTConfig } from '../client/restconfig.ts';
import type { ClusterError } from '../errors.ts';
import type { DiskCache } from '../system/diskcache.ts';
import type { ListProfilesOptions, ProfileList } from './hub.ts';
import { fields } from './tolerant.ts';

/** Raised when the shape of what is kept changes. */
const format = 2;

/** The profiles of one hub as they were listed. */
export type Listed = Extract<ProfileList, { kind: 'profiles' }>;

/** What the last question to a context ended with, where it was not an inventory. */
export type HubState = { readonly kind: 'no-api' } | { readonly kind: 'down'; readonly error: ClusterError };

/** Something kept and how old it is. */
export interface Aged<T> {
  readonly value: T;
  readonly ageMs: number;
}

/** What is remembered about one hub, under one identity and one set of namespaces; holds no secrets. */
export interface HubCache {
  inventory(): Promise<Aged<Listed> | undefined>;
  state(): Promise<Aged<HubState> | undefined>;
  keep(listed: Listed): Promise<void>;
  note(state: HubState): Promise<void>;
}

/** Which part of a hub is asked for. */
export type HubScope = Pick<ListProfilesOptions, 'namespaces' | 'contextNamespace'>;

/** Opens the entries of one hub; without a `cache` nothing is found and nothing is kept. */
export function openHubCache(cache: DiskCache | undefined, config: RESTConfig, scope: HubScope): HubCache {
  const { namespaces, contextNamespace = 'default' } = scope;
  // Only where all namespaces are asked for does the context's own decide what a 403 falls back to.
  const where = namespaces.length > 0 ? [...namespaces].sort() : { all: contextNamespace };
  const name = digest(format, 'clusterprofiles', identityKey(config), where);
  const inventoryKey = `hub-${name}`;
  const stateKey = `hub-${name}-state`;
  const get = async <T>(key: string, valid: (value: unknown) => boolean): Promise<Aged<T> | undefined> => {
    const entry = await cache?.get(key);
    return entry !== undefined && valid(entry.value) ? { value: entry.value as T, ageMs: entry.ageMs } : undefined;
  };
  return {
    inventory: () => get(inventoryKey, isListed),
    state: () => get(stateKey, (value) => ['no-api', 'down'].includes(String(fields(value)['kind']))),
    async keep(listed) {
      await cache?.set(inventoryKey, listed);
      await cache?.drop(stateKey);
    },
    async note(state) {
      await cache?.set(stateKey, state);
    },
  };
}

/** Whether a kept value has the shape of a listing all the way down: a file that somebody edited is no inventory. */
function isListed(value: unknown): boolean {
  const { profiles, namespaces, warnings } = fields(value);
  if (![profiles, namespaces, warnings].every(Array.isArray)) return false;
  return (profiles as readonly unknown[]).every((profile) => {
    const {
      namespace,
      name,
      created,
      labels,
      properties,
      annotations,
      access,
      warnings: codes,
      health,
    } = fields(profile);
    const texts = [namespace, name, created].every((text) => typeof text === 'string');
    const maps = [labels, properties, annotations, health].every((map) => typeof map === 'object' && map !== null);
    return texts && maps && Array.isArray(access) && Array.isArray(codes);
  });
}
