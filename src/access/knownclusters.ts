import { dirname, join } from 'node:path';
import { API_VERSION } from '../api/result.ts';
import { UsageError } from '../errors.ts';
import { readYAML } from '../serializer/fastyaml.ts';
import type { Clock } from '../system/clock.ts';
import { ensurePrivateDir, readText, writeAtomic } from '../system/files.ts';
import type { Host } from '../system/host.ts';
import { withFileLock } from '../system/lock.ts';
import { refuseForeignFile } from '../system/ownership.ts';
import type { PinnedEndpoint } from './pins.ts';

/** An endpoint that the user trusts, under one hub. */
export interface KnownCluster extends PinnedEndpoint {
  readonly hub: string;
  /** `namespace/name`. */
  readonly cluster: string;
  /** The profile's; information only. */
  readonly uid?: string;
  /** RFC 3339. */
  readonly firstSeen: string;
}

const KIND = 'KnownClusters';

/** ~/.kube/kubectl-mc-known-clusters.yaml, undefined without a home folder. */
export function knownClustersFile({ home }: Host): string | undefined {
  return home === undefined ? undefined : join(home, '.kube', 'kubectl-mc-known-clusters.yaml');
}

/** Reads the file; [] where there is none. UsageError where others may write it, or where it is not what it should be. */
export async function loadKnownClusters(host: Host): Promise<readonly KnownCluster[]> {
  const path = knownClustersFile(host);
  if (path === undefined) return [];
  await refuseForeignFile(path, host);
  const text = await readText(path).catch((error: NodeJS.ErrnoException): never => {
    throw new UsageError(`cannot read ${path}: ${error.code ?? error.message}`, { cause: error });
  });
  // A file that was emptied is no file that never was: what it held is lost, and somebody has to say so.
  return text === undefined ? [] : parse((await readYAML(text, path)) ?? null, path);
}

/** Changes the file under its lock, replaced as a whole and 0600; resolves to what it holds then. */
export async function updateKnownClusters(
  { host, clock, signal }: { readonly host: Host; readonly clock: Clock; readonly signal?: AbortSignal },
  change: (entries: readonly KnownCluster[]) => readonly KnownCluster[],
): Promise<readonly KnownCluster[]> {
  const path = knownClustersFile(host);
  if (path === undefined) throw new UsageError('there is no home folder to keep known clusters in');
  await ensurePrivateDir(dirname(path));
  return await withFileLock(path, { clock, timeoutMs: 10_000, ...(signal && { signal }) }, async () => {
    const before = await loadKnownClusters(host);
    const after = change(before);
    if (after !== before) {
      const { toYAML } = await import('../serializer/yaml.ts');
      await writeAtomic(path, toYAML({ apiVersion: API_VERSION, kind: KIND, clusters: after }), { mode: 0o600 });
    }
    return after;
  });
}

/** The entries of one cluster: those of its key and of its aliases on one hub. */
export function entriesOf(
  entries: readonly KnownCluster[],
  hub: string,
  keys: readonly string[],
): readonly KnownCluster[] {
  return entries.filter((entry) => entry.hub === hub && keys.includes(entry.cluster));
}

/** Pins an endpoint: every entry of the cluster follows it, and a cluster without one gets one. */
export function withPin(
  entries: readonly KnownCluster[],
  seen: { readonly hub: string; readonly key: string; readonly aliases: readonly string[]; readonly uid?: string },
  pin: PinnedEndpoint,
  at: string,
): readonly KnownCluster[] {
  const { hub, key, aliases, uid } = seen;
  const known = entriesOf(entries, hub, [key, ...aliases]);
  const identity = uid === undefined ? {} : { uid };
  if (known.length === 0) return [...entries, { hub, cluster: key, ...identity, ...pin, firstSeen: at }];
  return entries.map((entry) => {
    if (!known.includes(entry)) return entry;
    // A pin that only trusts less is the same acquaintance.
    const firstSeen = entry.server === pin.server ? entry.firstSeen : at;
    return { ...entry, ...(entry.cluster === key && identity), ...pin, firstSeen };
  });
}

function parse(value: unknown, path: string): readonly KnownCluster[] {
  const fail = (what: string): never => {
    throw new UsageError(`${path}: ${what}; repair it, or move it away to be asked again`);
  };
  const root = record(value) ?? fail('it is not a mapping');
  if (root['apiVersion'] !== API_VERSION || root['kind'] !== KIND) fail(`it is not a ${KIND} of ${API_VERSION}`);
  const clusters = root['clusters'] ?? [];
  if (!Array.isArray(clusters)) return fail('clusters is not a list');
  return clusters.map((item: unknown, index) => {
    const entry = record(item) ?? fail(`clusters[${index}] is not a mapping`);
    const text = (key: string, fallback?: string): string => {
      const written = entry[key] ?? fallback;
      return typeof written === 'string' ? written : fail(`clusters[${index}].${key} is not a string`);
    };
    const ca = entry['ca'];
    const list = Array.isArray(ca) && ca.length > 0 && ca.every((one) => typeof one === 'string');
    if (ca !== 'system' && !list) fail(`clusters[${index}].ca is neither a list of fingerprints nor "system"`);
    const uid = text('uid', '');
    return {
      ...{ hub: text('hub'), cluster: text('cluster'), ...(uid && { uid }), server: text('server') },
      ...{ tlsServerName: text('tlsServerName', ''), proxyURL: text('proxyURL', '') },
      ca: ca as readonly string[] | 'system',
      provider: text('provider'),
      firstSeen: text('firstSeen', ''),
    };
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
