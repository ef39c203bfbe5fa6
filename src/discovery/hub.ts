import { listPages } from '../client/pages.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
import { tooManyProfiles } from './hublimit.ts';
import { normalizeProfile, type Profile } from './profile.ts';
import { fields, list } from './tolerant.ts';

const group = 'multicluster.x-k8s.io';
/** Newest first; both have the same shape for everything read here. */
const knownVersions = ['v1alpha2', 'v1alpha1'] as const;

/** Which profiles to list. */
export interface ListProfilesOptions {
  /** Exactly these namespaces; [] = all of them. */
  readonly namespaces: readonly string[];
  /** Where to look when listing all namespaces is forbidden: the namespace of the hub's context. */
  readonly contextNamespace?: string | undefined;
  /** More profiles than this are an error (discovery.maxClusters). */
  readonly maxClusters: number;
  /** Page size. */
  readonly limit?: number;
}

/** A hub's answer; `no-api` when it has no ClusterProfiles, whatever else it serves. */
export type ProfileList =
  | { readonly kind: 'no-api' }
  | {
      readonly kind: 'profiles';
      readonly profiles: readonly Profile[];
      readonly apiVersion: string;
      /** The namespaces that were read, [] = all. */
      readonly namespaces: readonly string[];
      readonly warnings: readonly string[];
    };

/**
 * Lists every ClusterProfile of a hub: one discovery request, then pages. Throws ClusterFailure as the client does;
 * a 403 everywhere names `--hub-namespace`; too many profiles are a CommandError, never a cut list.
 */
export async function listProfiles(
  client: RESTClient,
  attempt: Attempt,
  options: ListProfilesOptions,
): Promise<ProfileList> {
  const served = await servedVersions(client, attempt);
  const warnings = served.some((version) => knownVersions.some((known) => known === version))
    ? []
    : ['W-UNKNOWN-VERSION'];
  for (const version of served) {
    try {
      const found = await listVersion(client, attempt, version, options);
      return { kind: 'profiles', apiVersion: `${group}/${version}`, warnings, ...found };
    } catch (error) {
      // The group may be there for another resource alone.
      if (codeOf(error) !== 404) throw error;
    }
  }
  return { kind: 'no-api' };
}

/** The versions to try, best first; [] when the group is not served at all. */
async function servedVersions(client: RESTClient, attempt: Attempt): Promise<readonly string[]> {
  let answer: unknown;
  try {
    answer = await client.json({ method: 'GET', path: `/apis/${group}` }, attempt);
  } catch (error) {
    if (codeOf(error) === 404) return [];
    // API discovery is usually open to everybody; where it is not, the list itself may be allowed.
    if (codeOf(error) === 403) return knownVersions;
    throw error;
  }
  const served = list(fields(answer)['versions']).flatMap((item) => fields(item)['version'] ?? []);
  const known = knownVersions.filter((version) => served.includes(version));
  if (known.length > 0) return known;
  const preferred = fields(fields(answer)['preferredVersion'])['version'] ?? served[0];
  return typeof preferred === 'string' ? [preferred] : [];
}

async function listVersion(
  client: RESTClient,
  attempt: Attempt,
  version: string,
  options: ListProfilesOptions,
): Promise<{ readonly profiles: readonly Profile[]; readonly namespaces: readonly string[] }> {
  const read = (namespace?: string) => readAll(client, attempt, { version, namespace, options });
  if (options.namespaces.length > 0) {
    const namespaces = [...new Set(options.namespaces)];
    const profiles = checked((await Promise.all(namespaces.map(read))).flat(), options);
    return { profiles, namespaces };
  }
  try {
    return { profiles: await read(), namespaces: [] };
  } catch (error) {
    if (codeOf(error) !== 403) throw error;
    const namespace = options.contextNamespace ?? 'default';
    try {
      return { profiles: await read(namespace), namespaces: [namespace] };
    } catch (second) {
      if (codeOf(second) !== 403) throw second;
      throw forbidden(second as ClusterFailure, namespace);
    }
  }
}

function forbidden(failure: ClusterFailure, namespace: string): ClusterFailure {
  return new ClusterFailure(
    {
      ...failure.error,
      message: `listing ClusterProfiles is forbidden in all namespaces and in namespace "${namespace}"`,
      details: failure.error.message,
      hint: 'name the namespaces you may read with --hub-namespace or discovery.namespaces',
    },
    { cause: failure },
  );
}

interface Scope {
  readonly version: string;
  readonly namespace: string | undefined;
  readonly options: ListProfilesOptions;
}

async function readAll(client: RESTClient, attempt: Attempt, scope: Scope): Promise<readonly Profile[]> {
  const { version, namespace, options } = scope;
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const path = `/apis/${group}/${version}${within}/clusterprofiles`;
  const profiles: Profile[] = [];
  for await (const page of listPages(client, { path, limit: options.limit ?? 500 }, attempt)) {
    if (page.restart) {
      profiles.length = 0;
      continue;
    }
    for (const item of list(page.body['items'])) {
      const profile = normalizeProfile(item, version);
      if (profile.name !== '') profiles.push(profile);
    }
    checked(profiles, options);
  }
  return profiles;
}

function checked(profiles: readonly Profile[], { maxClusters }: ListProfilesOptions): readonly Profile[] {
  if (profiles.length <= maxClusters) return profiles;
  throw tooManyProfiles(maxClusters);
}

function codeOf(error: unknown): number | undefined {
  return error instanceof ClusterFailure ? error.error.code : undefined;
}
