import type { APIResource } from '../api/kubernetes.ts';
import { digest } from '../client/configkey.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import type { DiskCache } from '../system/diskcache.ts';
import { discoverResources } from './discovery.ts';
import { createRESTMapper, type RESTMapper } from './mapper.ts';

/** API discovery of a server is kept this long (milliseconds), as kubectl keeps its own. */
export const DISCOVERY_TTL_MS = 6 * 60 * 60 * 1000;

/** The mappers of all servers of one run; each server is asked at most once, from disk first. */
export interface RESTMappers {
  /** The mapper of the client's server; `fresh` asks the server even where a copy is kept. */
  get(client: RESTClient, attempt: Attempt, fresh?: boolean): Promise<RESTMapper>;
  /** Whether the mapper in use came from the server in this run, so that asking again is pointless. */
  isFresh(client: RESTClient): boolean;
}

/** Opens the mappers over a disk cache; `cache` undefined keeps everything in memory. */
export function openRESTMappers(cache: DiskCache | undefined): RESTMappers {
  const kept = new Map<string, Promise<RESTMapper>>();
  const asked = new Map<string, Promise<RESTMapper>>();
  // Servers of one make serve the same types: what they serve is kept once, under its hash, and indexed once.
  const shared = new Map<string, Promise<RESTMapper | undefined>>();
  const ask = async (client: RESTClient, attempt: Attempt): Promise<RESTMapper> => {
    const resources = await discoverResources(client, attempt);
    const mapper = createRESTMapper(resources);
    const packed = pack(resources);
    const hash = digest(packed);
    if (!shared.has(hash)) {
      shared.set(hash, Promise.resolve(mapper));
      await cache?.set(typesKey(hash), packed);
    }
    await cache?.set(serverKey(client), hash);
    return mapper;
  };
  const fromServer = (client: RESTClient, attempt: Attempt): Promise<RESTMapper> => {
    const running = asked.get(client.server);
    // The first one's failure (its credential, its clock) is not the others' failure: they ask for themselves.
    if (running) return running.catch(() => ask(client, attempt));
    const started = ask(client, attempt);
    asked.set(client.server, started);
    started.catch(() => asked.delete(client.server));
    return started;
  };
  const fromDisk = async (client: RESTClient): Promise<RESTMapper | undefined> => {
    const entry = await cache?.get(serverKey(client));
    if (!entry || entry.ageMs > DISCOVERY_TTL_MS || typeof entry.value !== 'string') return undefined;
    const hash = entry.value;
    const known = shared.get(hash) ?? readTypes(hash);
    shared.set(hash, known);
    return known;
  };
  const readTypes = async (hash: string): Promise<RESTMapper | undefined> => {
    const resources = unpack((await cache?.get(typesKey(hash)))?.value);
    return resources && createRESTMapper(resources);
  };
  return {
    isFresh: (client) => asked.has(client.server),
    async get(client, attempt, fresh = false) {
      if (fresh || asked.has(client.server)) return fromServer(client, attempt);
      const key = client.server;
      const disk = kept.get(key) ?? fromDisk(client).then((found) => found ?? Promise.reject(new Error('not kept')));
      kept.set(key, disk);
      return disk.catch(() => fromServer(client, attempt));
    },
  };
}

const serverKey = (client: RESTClient): string => `api-discovery/2/${client.server}`;
const typesKey = (hash: string): string => `api-types/2/${hash}`;

/** Rows instead of objects: the file is read on every start. */
type Packed = readonly [
  group: string,
  version: string,
  name: string,
  singular: string,
  kind: string,
  namespaced: boolean,
  verbs: readonly string[],
  shortNames: readonly string[],
  categories: readonly string[],
  subresources: readonly string[],
];

function pack(resources: readonly APIResource[]): readonly Packed[] {
  return resources.map((r) => [
    r.group,
    r.version,
    r.name,
    r.singular,
    r.kind,
    r.namespaced,
    r.verbs,
    r.shortNames,
    r.categories,
    r.subresources,
  ]);
}

function unpack(value: unknown): readonly APIResource[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = value as readonly Packed[];
  if (!rows.every((row) => Array.isArray(row) && row.length === 10 && typeof row[2] === 'string')) return undefined;
  return rows.map(
    ([group, version, name, singular, kind, namespaced, verbs, shortNames, categories, subresources]) => ({
      group,
      version,
      name,
      singular,
      kind,
      namespaced,
      verbs,
      shortNames,
      categories,
      subresources,
    }),
  );
}
