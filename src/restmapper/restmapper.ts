import type { APIResource } from '../api/kubernetes.ts';
import { digest } from '../client/configkey.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
import type { DiskCache } from '../system/diskcache.ts';
import { discoverResources } from './discovery.ts';
import { createRESTMapper, type RESTMapper } from './mapper.ts';

/** API discovery of a server is kept this long (milliseconds), as kubectl keeps its own. */
export const DISCOVERY_TTL_MS = 6 * 60 * 60 * 1000;

/** The mappers of all servers of one run; each server is asked at most once, from disk first. */
export interface RESTMappers {
  /**
   * The mapper of the client's server; `fresh` is what the server itself said in this run, asked where nobody did yet. Getting
   * the same mapper again means that there is nothing newer to know.
   */
  get(client: RESTClient, attempt: Attempt, fresh?: boolean): Promise<RESTMapper>;
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
    const key = keyOf(client);
    const running = asked.get(key);
    // A server that nobody reaches is told to all that wait; a refused credential or a spent clock is the first one's own.
    if (running)
      return running.catch((error: unknown) => {
        if (isAboutServer(error)) throw error;
        return fromServer(client, attempt);
      });
    const started = ask(client, attempt);
    asked.set(key, started);
    started.catch((error: unknown) => {
      if (!isAboutServer(error)) asked.delete(key);
    });
    return started;
  };
  const fromDisk = async (client: RESTClient): Promise<RESTMapper | undefined> => {
    const entry = await cache?.get(serverKey(client));
    if (!entry || entry.ageMs > DISCOVERY_TTL_MS || typeof entry.value !== 'string') return undefined;
    const hash = entry.value;
    const known = shared.get(hash) ?? readTypes(hash);
    shared.set(hash, known);
    const mapper = await known;
    // A file that cannot be read is written anew once a server was asked.
    if (!mapper && shared.get(hash) === known) shared.delete(hash);
    return mapper;
  };
  const readTypes = async (hash: string): Promise<RESTMapper | undefined> => {
    const resources = unpack((await cache?.get(typesKey(hash)))?.value);
    return resources && createRESTMapper(resources);
  };
  return {
    async get(client, attempt, fresh = false) {
      if (fresh || asked.has(keyOf(client))) return fromServer(client, attempt);
      const key = keyOf(client);
      const disk = kept.get(key) ?? fromDisk(client).then((found) => found ?? Promise.reject(new Error('not kept')));
      kept.set(key, disk);
      return disk.catch(() => fromServer(client, attempt));
    },
  };
}

const keyOf = (client: RESTClient): string => client.key ?? client.server;
const serverKey = (client: RESTClient): string => `api-discovery/2/${keyOf(client)}`;
const typesKey = (hash: string): string => `api-types/2/${hash}`;

const UNREACHED: ReadonlySet<string> = new Set(['ConnectionRefused', 'ConnectionReset', 'DNS']);

/** Whether a failure would be the same for everybody who asks this server now; what is trusted over TLS is each context's own. */
function isAboutServer(error: unknown): boolean {
  if (!(error instanceof ClusterFailure)) return false;
  const { type, reason } = error.error;
  return UNREACHED.has(type) || (type === 'Timeout' && reason === 'connect');
}

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

/** What was kept, undefined where anything about it is not as we write it. */
function unpack(value: unknown): readonly APIResource[] | undefined {
  if (!Array.isArray(value) || !value.every(isPacked)) return undefined;
  const rows = value as readonly Packed[];
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

function isPacked(row: unknown): boolean {
  return (
    Array.isArray(row) &&
    row.length === 10 &&
    row.slice(0, 5).every((cell) => typeof cell === 'string') &&
    typeof row[5] === 'boolean' &&
    row.slice(6).every((cell) => Array.isArray(cell) && cell.every((word) => typeof word === 'string'))
  );
}
