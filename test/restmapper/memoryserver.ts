import type { APIResource } from '../../src/api/kubernetes.ts';
import type { Attempt, RESTClient, Request } from '../../src/client/restclient.ts';
import { ClusterFailure } from '../../src/errors.ts';

/** An API server as a function: it returns a body, or throws what the client would. */
export type Handler = (request: Request, path: string) => unknown;

/** A RESTClient that asks a function; `asked` is every request as `path?query`. */
export interface MemoryClient extends RESTClient {
  readonly asked: readonly string[];
  readonly accepted: readonly (string | undefined)[];
}

/** A client of a server that lives in memory. */
export function memoryClient(handler: Handler, server = 'https://memory.test'): MemoryClient {
  const asked: string[] = [];
  const accepted: (string | undefined)[] = [];
  const answer = async (request: Request): Promise<Buffer> => {
    const query = (request.query ?? []).map(([key, value]) => `${key}=${value}`).join('&');
    asked.push(query ? `${request.path}?${query}` : request.path);
    accepted.push(request.accept);
    await Promise.resolve();
    return Buffer.from(JSON.stringify(await handler(request, request.path)));
  };
  return {
    server,
    asked,
    accepted,
    do: async (request) => ({ status: 200, headers: {}, body: await answer(request) }),
    json: async <T>(request: Request) => JSON.parse((await answer(request)).toString()) as T,
  };
}

/** An attempt that nobody ends. */
export const attempt: Attempt = {
  signal: new AbortController().signal,
  offClock: (work) => work,
  established() {},
};

/** 404 of a path that the server does not serve. */
export function noSuchPath(): ClusterFailure {
  const message = 'the server could not find the requested resource';
  return new ClusterFailure({ type: 'NotFound', reason: 'NoMatch', message, code: 404, retriable: false });
}

/** 404 of an object that is not there. */
export function noSuchObject(resource: string, name: string): ClusterFailure {
  const message = `${resource} "${name}" not found`;
  return new ClusterFailure({ type: 'NotFound', reason: 'NotFound', message, code: 404, retriable: false });
}

/** A server's refusal. */
export function refusal(code: number, type: ConstructorParameters<typeof ClusterFailure>[0]['type']): ClusterFailure {
  return new ClusterFailure({ type, reason: type, message: `${type} (${code})`, code, retriable: false });
}

/** A resource type; what is not given is what most types have. */
export function resource(
  name: string,
  kind: string,
  groupVersion = 'v1',
  more: Partial<APIResource> = {},
): APIResource {
  const [version = '', group = ''] = groupVersion.split('/').reverse();
  return {
    group,
    version,
    name,
    kind,
    singular: kind.toLowerCase(),
    namespaced: true,
    verbs: ['get', 'list', 'watch'],
    shortNames: [],
    categories: [],
    subresources: [],
    ...more,
  };
}

/** Types that most tests need, in the order of discovery. */
export const types: readonly APIResource[] = [
  resource('configmaps', 'ConfigMap', 'v1', { shortNames: ['cm'] }),
  resource('namespaces', 'Namespace', 'v1', { shortNames: ['ns'], namespaced: false }),
  resource('pods', 'Pod', 'v1', { shortNames: ['po'], categories: ['all'], subresources: ['log', 'status'] }),
  resource('services', 'Service', 'v1', { shortNames: ['svc'], categories: ['all'] }),
  resource('bindings', 'Binding', 'v1', { verbs: ['create'], categories: ['all'] }),
  resource('deployments', 'Deployment', 'apps/v1', { shortNames: ['deploy'], categories: ['all'] }),
  resource('events', 'Event', 'events.k8s.io/v1', { shortNames: ['ev'] }),
  resource('widgets', 'Widget', 'example.com/v1', { shortNames: ['wd'] }),
  resource('widgets', 'Widget', 'example.com/v1beta1', { shortNames: ['wd'] }),
  resource('widgets', 'Widget', 'other.example.com/v2'),
];

/** Types as an aggregated discovery document (KEP-3352) of `/api` or `/apis`. */
export function aggregated(root: string, resources: readonly APIResource[]): unknown {
  const groups = new Map<string, Map<string, APIResource[]>>();
  for (const one of resources) {
    if ((one.group === '') !== (root === '/api')) continue;
    const versions = groups.get(one.group) ?? new Map<string, APIResource[]>();
    groups.set(one.group, versions.set(one.version, [...(versions.get(one.version) ?? []), one]));
  }
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    items: [...groups].map(([name, versions]) => ({
      metadata: { name },
      versions: [...versions].map(([version, found]) => ({
        version,
        resources: found.map((one) => ({
          resource: one.name,
          singularResource: one.singular,
          responseKind: { kind: one.kind },
          scope: one.namespaced ? 'Namespaced' : 'Cluster',
          verbs: one.verbs,
          shortNames: one.shortNames,
          categories: one.categories,
          subresources: one.subresources.map((subresource) => ({ subresource })),
        })),
      })),
    })),
  };
}
