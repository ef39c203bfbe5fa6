import type { KubeObject, ListMeta } from '../api/kubernetes.ts';
import { ClusterFailure } from '../errors.ts';
import { parseJSON } from './httpclient.ts';
import type { Attempt, RESTClient } from './restclient.ts';
import { invalidResponse, statusOf } from './statuserrors.ts';

/** What to list. */
export interface ListRequest {
  readonly path: string;
  /** Without `limit` and `continue`. */
  readonly query?: readonly (readonly [string, string])[];
  readonly accept?: string;
  /** Rows of a page; 0 = all at once. */
  readonly limit: number;
  readonly timeoutMs?: number;
  /** When the list's version expires between two pages: begin again whole (the default), or go on with the token the server offers. */
  readonly onExpired?: 'restart' | 'continue';
}

/** A list or Table as it came. */
export type ListBody = Omit<KubeObject, 'metadata'> & { readonly metadata?: ListMeta };

/** A whole page. */
export interface Page<B extends ListBody = ListBody> {
  readonly restart?: false;
  readonly body: B;
  /** Decoded bytes. */
  readonly bytes: number;
}

/** Everything yielded before is void: the list begins again. */
export interface Restart {
  readonly restart: true;
}

/** Pages of a list in order; a page comes whole or not at all. Throws ClusterFailure. */
export async function* listPages<B extends ListBody = ListBody>(
  client: RESTClient,
  request: ListRequest,
  attempt: Attempt,
): AsyncGenerator<Page<B> | Restart, void> {
  let limit = request.limit;
  let token: string | undefined;
  for (;;) {
    let page: Page<B>;
    try {
      page = await readPage<B>(client, request, limit, token, attempt);
    } catch (error) {
      if (token === undefined || !isExpired(error)) throw error;
      if (request.onExpired === 'continue') {
        const offered = statusOf(error)?.metadata?.continue;
        if (!offered || offered === token) throw error;
        token = offered;
        continue;
      }
      yield { restart: true };
      // All at once cannot expire, so this happens once.
      limit = 0;
      token = undefined;
      continue;
    }
    const next = page.body.metadata?.continue || undefined;
    if (next !== undefined && next === token) throw invalidResponse('the server gives the same page again and again');
    token = next;
    yield page;
    if (token === undefined) return;
  }
}

// client-go: with a continue token the version is the token's own.
const firstPageOnly = new Set(['resourceVersion', 'resourceVersionMatch']);

async function readPage<B extends ListBody>(
  client: RESTClient,
  { path, query = [], accept, timeoutMs }: ListRequest,
  limit: number,
  token: string | undefined,
  attempt: Attempt,
): Promise<Page<B>> {
  const asked: (readonly [string, string])[] = token ? query.filter(([name]) => !firstPageOnly.has(name)) : [...query];
  if (limit > 0) asked.push(['limit', String(limit)]);
  if (token) asked.push(['continue', token]);
  const response = await client.do(
    {
      method: 'GET',
      path,
      query: asked,
      ...(accept !== undefined && { accept }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
    attempt,
  );
  const body = parseJSON<B>(response);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidResponse("the server's answer is not a list", { code: response.status });
  return { body, bytes: response.body.length };
}

function isExpired(error: unknown): error is ClusterFailure {
  return error instanceof ClusterFailure && error.error.code === 410;
}
