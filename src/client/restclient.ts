/** The client of one API server as an interface; transports.ts makes them. */

import type { Attempt } from '../api/attempt.ts';

export type { Attempt };

/** One HTTP request relative to the server's URL (and its path prefix). */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly accept?: string;
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  /** Milliseconds for this one request (--request-timeout); absent = only the attempt's clock. */
  readonly timeoutMs?: number;
}

/** A whole answer with a 2xx status; every other answer is thrown as ClusterFailure. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The decoded body. */
  readonly body: Buffer;
}

/** Behaviour of one API server under one identity. All methods throw ClusterFailure and nothing else (abort: the signal's reason mapped to one). */
export interface RESTClient {
  readonly server: string;
  /** Tells apart what is reached behind one URL (proxy, TLS name); `server` where absent. */
  readonly key?: string;
  /** One request with the retries that reads get; never follows redirects. */
  do(request: Request, attempt: Attempt): Promise<Response>;
  /** `do` and JSON.parse; an answer that is not JSON is InvalidResponse. */
  json<T>(request: Request, attempt: Attempt): Promise<T>;
}

/** What clients tell whoever listens, for -v, warnings, progress and logs; never a secret. */
export interface ClientObserver {
  /** A `Warning:` header, its text unquoted, with the cluster that was asked (or the server, outside a fan-out). */
  warning?(cluster: string, text: string): void;
  /** One finished or failed HTTP exchange. */
  exchange?(info: {
    readonly method: string;
    readonly url: string;
    readonly status?: number;
    readonly error?: string;
    readonly ms: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly responseHeaders?: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly body?: Buffer;
  }): void;
}
