import { Buffer } from 'node:buffer';
import type { Attempt, RESTClient, Request, Response } from '../../src/client/restclient.ts';
import { ClusterFailure, type ErrorType } from '../../src/errors.ts';

/** What a fake hub serves; change it between questions. */
export interface FakeHub {
  versions: string[];
  /** By namespace. */
  profiles: Record<string, readonly object[]>;
  /** Namespaces that may not be read, `*` = all of them at once. */
  forbidden: Set<string>;
  /** Every request fails with this. */
  trouble?: { readonly type: ErrorType; readonly code?: number };
  /** The next question with a continue token is answered with 410. */
  expire?: boolean;
  readonly requests: string[];
  readonly client: RESTClient;
}

export const attempt: Attempt = { signal: new AbortController().signal, offClock: (work) => work, established() {} };

export function profile(name: string, more: { readonly labels?: object; readonly server?: string } = {}): object {
  return {
    metadata: { name, labels: more.labels ?? {}, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { displayName: `The ${name}`, clusterManager: { name: 'm' } },
    status: more.server ? { accessProviders: [{ name: 'p', cluster: { server: more.server } }] } : {},
  };
}

export function fakeHub(profiles: Record<string, readonly object[]> = {}): FakeHub {
  const requests: string[] = [];
  const fail = (code: number, type: ErrorType = 'ServerError'): never => {
    throw new ClusterFailure({ type, message: `the server said ${code}`, code, retriable: false });
  };
  const answer = (request: Request): unknown => {
    const query = new URLSearchParams((request.query ?? []).map(([key, value]): [string, string] => [key, value]));
    requests.push(`${request.method} ${request.path}${query.size > 0 ? `?${query}` : ''}`);
    if (hub.trouble) {
      const { type, code } = hub.trouble;
      throw new ClusterFailure({ type, message: `${type} it is`, retriable: true, ...(code && { code }) });
    }
    const [, , group, version, ...rest] = request.path.split('/');
    if (group !== 'multicluster.x-k8s.io' || hub.versions.length === 0) return fail(404, 'NotFound');
    if (version === undefined) return { versions: hub.versions.map((one) => ({ version: one })) };
    if (rest.at(-1) !== 'clusterprofiles' || !hub.versions.includes(version)) return fail(404, 'NotFound');
    const namespace = rest[0] === 'namespaces' ? rest[1] : undefined;
    if (hub.forbidden.has(namespace ?? '*')) return fail(403, 'Forbidden');
    const all = Object.entries(hub.profiles).flatMap(([name, items]) =>
      namespace !== undefined && namespace !== name
        ? []
        : items.map((item) => ({
            ...item,
            metadata: { ...(item as { metadata: object }).metadata, namespace: name, uid: `${name}-uid` },
            apiVersion: `multicluster.x-k8s.io/${version}`,
          })),
    );
    const start = Number(query.get('continue') ?? 0);
    if (start > 0 && hub.expire) {
      hub.expire = false;
      return fail(410);
    }
    const limit = Number(query.get('limit') ?? all.length);
    const next = start + limit < all.length ? String(start + limit) : '';
    return { items: all.slice(start, start + limit), metadata: { continue: next } };
  };
  const client: RESTClient = {
    server: 'https://hub',
    do: async (request): Promise<Response> => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(answer(request))),
    }),
    json: async <T>(request: Request) => answer(request) as T,
  };
  const hub: FakeHub = { versions: ['v1alpha1'], profiles, forbidden: new Set(), requests, client };
  return hub;
}
