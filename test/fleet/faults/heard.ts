/** What a test server remembers of a request. */
import type { IncomingMessage } from 'node:http';

/** One request without its secrets. */
export interface HeardRequest {
  readonly method: string;
  readonly url: string;
  /** Headers in lower case; Authorization and Cookie keep their scheme only. */
  readonly headers: Readonly<Record<string, string>>;
  /** The request came with an Authorization header. */
  readonly authorized: boolean;
}

const secret: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Reads off a request what may be kept. */
export function heard(request: IncomingMessage): HeardRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    return [name, secret.has(name) ? `${text.split(' ')[0]} <redacted>` : text] as const;
  });
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: Object.fromEntries(headers),
    authorized: request.headers.authorization !== undefined,
  };
}
