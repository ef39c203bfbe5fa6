import type { APIResource } from '../api/kubernetes.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import { invalidResponse } from '../client/statuserrors.ts';
import { ClusterFailure } from '../errors.ts';

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** apidiscovery.k8s.io APIGroupDiscoveryList, the part we read (KEP-3352). */
interface GroupDiscoveryList {
  readonly kind?: string;
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly singularResource?: string;
        readonly responseKind?: { readonly kind?: string };
        readonly scope?: string;
        readonly verbs?: readonly string[];
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
        readonly subresources?: readonly { readonly subresource: string }[];
      }[];
    }[];
  }[];
  // The unaggregated documents a server older than 1.26 answers with.
  readonly versions?: readonly string[];
  readonly groups?: readonly {
    readonly name: string;
    readonly versions?: readonly { readonly version: string }[];
    readonly preferredVersion?: { readonly version: string };
  }[];
}

/** metav1.APIResourceList of the unaggregated discovery. */
interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly singularName?: string;
    readonly namespaced: boolean;
    readonly kind: string;
    readonly group?: string;
    readonly version?: string;
    readonly verbs?: readonly string[];
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  }[];
}

const NOTHING: GroupDiscoveryList = { items: [] };

/** Asks a server what it serves: two requests where discovery is aggregated (1.26 and newer), else one more per group version. */
export async function discoverResources(client: RESTClient, attempt: Attempt): Promise<readonly APIResource[]> {
  const get = async (path: string): Promise<GroupDiscoveryList> => {
    try {
      const list = await client.json<GroupDiscoveryList | null>({ method: 'GET', path, accept: AGGREGATED }, attempt);
      // Anything may answer 200 with JSON: "no types" would make it "the server doesn't have a resource type".
      if (![list?.items, list?.versions, list?.groups].some(Array.isArray)) throw notDiscovery(path);
      return list as GroupDiscoveryList;
    } catch (error) {
      // A server without one of the roots still has the other.
      if (error instanceof ClusterFailure && error.error.type === 'NotFound') return NOTHING;
      throw error;
    }
  };
  const [core, groups] = await Promise.all([get('/api'), get('/apis')]);
  // Nothing at either root is no API server: a wrong path in `server` must not pass for a server without types.
  if (core === NOTHING && groups === NOTHING) throw notDiscovery('/api and /apis');
  const lists = await Promise.all([
    core.items ? fromAggregated(core) : fromVersions(client, attempt, '', core.versions ?? ['v1']),
    groups.items
      ? fromAggregated(groups)
      : Promise.all(
          (groups.groups ?? []).map((group) => fromVersions(client, attempt, group.name, preferredFirst(group))),
        ).then((found) => found.flat()),
  ]);
  return lists.flat();
}

function notDiscovery(path: string): ClusterFailure {
  return invalidResponse(`the server's answer to ${path} is not that of a Kubernetes API`, {
    hint: 'is the server address that of an API server?',
  });
}

function fromAggregated(list: GroupDiscoveryList): readonly APIResource[] {
  const found: APIResource[] = [];
  for (const group of list.items ?? []) {
    for (const version of group.versions ?? []) {
      for (const resource of version.resources ?? []) {
        found.push({
          group: group.metadata?.name ?? '',
          version: version.version,
          name: resource.resource,
          singular: resource.singularResource ?? '',
          kind: resource.responseKind?.kind ?? '',
          namespaced: resource.scope === 'Namespaced',
          verbs: resource.verbs ?? [],
          shortNames: resource.shortNames ?? [],
          categories: resource.categories ?? [],
          subresources: (resource.subresources ?? []).map((sub) => sub.subresource),
        });
      }
    }
  }
  return found;
}

function preferredFirst(group: NonNullable<GroupDiscoveryList['groups']>[number]): readonly string[] {
  const versions = (group.versions ?? []).map((version) => version.version);
  const preferred = group.preferredVersion?.version;
  return preferred ? [preferred, ...versions.filter((version) => version !== preferred)] : versions;
}

async function fromVersions(
  client: RESTClient,
  attempt: Attempt,
  group: string,
  versions: readonly string[],
): Promise<readonly APIResource[]> {
  const lists = await Promise.all(
    versions.map((version) =>
      client
        .json<ResourceList>({ method: 'GET', path: group ? `/apis/${group}/${version}` : `/api/${version}` }, attempt)
        .then((list) => fromResourceList(group, version, list))
        .catch((error: unknown) => {
          // An aggregated API whose backend is down answers 503 here; the other groups still count, as in kubectl.
          const { code = 0 } = error instanceof ClusterFailure ? error.error : {};
          if (code >= 400 && code !== 401 && code !== 429) return [];
          throw error;
        }),
    ),
  );
  return lists.flat();
}

function fromResourceList(group: string, version: string, list: ResourceList): readonly APIResource[] {
  const entries = list.resources ?? [];
  return entries
    .filter((entry) => !entry.name.includes('/'))
    .map((entry) => ({
      group,
      version,
      name: entry.name,
      singular: entry.singularName || entry.kind.toLowerCase(),
      kind: entry.kind,
      namespaced: entry.namespaced,
      verbs: entry.verbs ?? [],
      shortNames: entry.shortNames ?? [],
      categories: entry.categories ?? [],
      subresources: entries
        .filter((sub) => sub.name.startsWith(`${entry.name}/`))
        .map((sub) => sub.name.slice(entry.name.length + 1)),
    }));
}
