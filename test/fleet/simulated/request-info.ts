/** What a URL asks an API server for (apiserver's RequestInfo). */

/** A request for a resource. */
export interface ResourceRequest {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly verb: string;
}

/** A request as the server sees it: `resource` is absent for discovery, `/version` and the like. */
export interface RequestInfo {
  readonly path: string;
  readonly query: URLSearchParams;
  /** The resource's verb, or the method in lower case. */
  readonly verb: string;
  readonly resource?: ResourceRequest;
}

const writing: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** Reads method and URL (without the cluster's prefix). */
export function requestInfo(method: string, url: string): RequestInfo {
  const parsed = new URL(url, 'https://127.0.0.1');
  const path = parsed.pathname;
  const query = parsed.searchParams;
  const parts = path.split('/').filter((part) => part !== '');
  const core = parts[0] === 'api';
  const rest = core ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  if (rest.length === 0) return { path, query, verb: method.toLowerCase() };
  const [group, version] = core ? ['', parts[1]] : [parts[1], parts[2]];
  const scoped = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = scoped ? rest[1] : rest[0] === 'namespaces' ? rest[1] : undefined;
  const [resource = '', name, subresource] = (scoped ? rest.slice(2) : rest).map(decodeURIComponent);
  const verb = verbOf(method, name !== undefined, query);
  return {
    path,
    query,
    verb,
    resource: {
      group: group ?? '',
      version: version ?? '',
      resource,
      verb,
      ...(subresource === undefined ? {} : { subresource }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
    },
  };
}

function verbOf(method: string, named: boolean, query: URLSearchParams): string {
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  const write = writing[method];
  if (write !== undefined) return write;
  if (named) return 'get';
  return ['1', 'true'].includes(query.get('watch') ?? '') ? 'watch' : 'list';
}
