import { ClusterFailure } from '../errors.ts';
import type { Clock } from '../system/clock.ts';
import { digest } from './configkey.ts';
import { abortFailure } from './connectionerrors.ts';
import type { Credential, Credentials } from './credentials.ts';
import { describeBody } from './excerpt.ts';
import { exchange, type WireAnswer, type WireRequest, withSent } from './exchange.ts';
import type { Limiter } from './limiter.ts';
import { maskHeaders } from './masking.ts';
import type { Pool } from './pool.ts';
import type { Attempt, ClientObserver, RESTClient, Request, Response } from './restclient.ts';
import type { RESTConfig } from './restconfig.ts';
import { type RetryPolicy, retryDelay, waitToRetry } from './retry.ts';
import { invalidResponse, statusFailure } from './statuserrors.ts';
import { warningTexts } from './warnings.ts';

/** What one client is made from. */
export interface HTTPClientOptions {
  readonly config: RESTConfig;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly limiter: Limiter;
  readonly userAgent: string;
  readonly observer: ClientObserver | undefined;
  readonly retry: RetryPolicy;
  readonly random: () => number;
  /** Decoded bytes of one answer. */
  readonly maxBodyBytes: number;
  /** The sockets for a credential; throws ClusterFailure. */
  readonly poolOf: (credential: Credential) => Pool;
  /** Throws ClusterFailure for a request that policy forbids. */
  readonly guard: ((request: Request) => void) | undefined;
}

/** A RESTClient on HTTP/1.1; nothing is opened before the first request. */
export function openHTTPClient(options: HTTPClientOptions): RESTClient {
  const { config } = options;
  const prefix = new URL(config.server).pathname.replace(/\/$/, '');
  const fixed = {
    'User-Agent': options.userAgent,
    ...(!config.disableCompression && { 'Accept-Encoding': 'gzip' }),
  };
  const run = async (request: Request, attempt: Attempt): Promise<Response> => {
    options.guard?.(request);
    const wire = wireRequest(request, prefix);
    const state: Progress = { tries: 0, waitedMs: 0, renewed: undefined, used: undefined };
    for (;;) {
      state.tries += 1;
      try {
        return await once(options, wire, fixed, state, attempt);
      } catch (error) {
        const failure = withSent(asFailure(error, attempt.signal), wire, 'no');
        if (await renewed(options, failure, state, attempt)) continue;
        const wait = wire.method === 'GET' ? retryWait(options, failure, state) : undefined;
        if (wait === undefined || attempt.signal.aborted) throw failure;
        await waitToRetry(options.clock, wait, failure, attempt.signal).catch((reason: unknown) => {
          throw abortFailure(reason);
        });
        state.waitedMs += wait;
      }
    }
  };
  return {
    server: config.server,
    // Two clusters may stand behind one URL: tunnels and proxies that go by the TLS name.
    ...(config.proxy || config.tls.serverName
      ? { key: digest(config.server, config.proxy, config.tls.serverName) }
      : {}),
    do: run,
    async json<T>(request: Request, attempt: Attempt): Promise<T> {
      return parseJSON<T>(await run(request, attempt));
    },
  };
}

/** The JSON value of an answer; throws ClusterFailure (InvalidResponse) that says what came instead. */
export function parseJSON<T>(response: Response): T {
  try {
    return JSON.parse(response.body.toString('utf8')) as T;
  } catch {
    // The parser's own error quotes the answer, which may be a secret: it goes no further.
    const type = response.headers['content-type'];
    const what = describeBody(typeof type === 'string' ? type : undefined, response.body);
    throw invalidResponse(`the server's answer is not JSON (${what})`, {
      code: response.status,
      hint: 'is this the address of a Kubernetes API server?',
    });
  }
}

/** Where one request stands between its tries. */
interface Progress {
  tries: number;
  waitedMs: number;
  /** The credential to use instead, after a 401. */
  renewed: Credential | undefined;
  used: Credential | undefined;
}

async function once(
  options: HTTPClientOptions,
  wire: WireRequest,
  fixed: Readonly<Record<string, string>>,
  state: Progress,
  attempt: Attempt,
): Promise<Response> {
  await options.limiter.take(attempt.signal);
  const credential = state.renewed ?? (await options.credentials.get(options.config, attempt));
  state.used = credential;
  const request = { ...wire, headers: { ...wire.headers, ...fixed, ...credential.headers } };
  const answer = await observed(options, request, () =>
    exchange(options.poolOf(credential), request, attempt.signal, options),
  );
  for (const text of warningTexts(answer.headers['warning']))
    options.observer?.warning?.(attempt.cluster ?? options.config.server, text);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw withSent(statusFailure(answer, options.clock.now()), wire, 'yes');
}

function asFailure(error: unknown, signal: AbortSignal): ClusterFailure {
  if (error instanceof ClusterFailure) return error;
  if (signal.aborted) return abortFailure(signal.reason);
  return new ClusterFailure({ type: 'Internal', message: `unexpected: ${error}`, retriable: false }, { cause: error });
}

/** A 401 is answered once with a renewed login; the server has done nothing yet, so this holds for writes too. */
async function renewed(
  options: HTTPClientOptions,
  failure: ClusterFailure,
  state: Progress,
  attempt: Attempt,
): Promise<boolean> {
  if (failure.error.code !== 401 || state.renewed || !state.used) return false;
  state.renewed = await options.credentials.renew(options.config, state.used, attempt);
  if (!state.renewed) return false;
  state.tries -= 1;
  return true;
}

function retryWait(options: HTTPClientOptions, failure: ClusterFailure, state: Progress): number | undefined {
  return retryDelay(failure, state.tries, state.waitedMs, options.retry, options.random);
}

async function observed(
  options: HTTPClientOptions,
  request: WireRequest,
  work: () => Promise<WireAnswer>,
): Promise<WireAnswer> {
  const exchanged = options.observer?.exchange;
  if (!exchanged) return await work();
  const { clock, config } = options;
  const start = clock.monotonic();
  const facts = () => ({
    method: request.method,
    url: new URL(config.server).origin + request.path,
    ms: clock.monotonic() - start,
    headers: maskHeaders(joined(request.headers)),
  });
  try {
    const answer = await work();
    const { status, body } = answer;
    exchanged.call(options.observer, { ...facts(), status, responseHeaders: maskHeaders(answer.headers), body });
    return answer;
  } catch (error) {
    exchanged.call(options.observer, { ...facts(), error: (error as Error).message });
    throw error;
  }
}

function joined(headers: WireRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')]),
  );
}

function wireRequest(request: Request, prefix: string): WireRequest {
  const query = request.query?.length ? `?${new URLSearchParams(request.query as [string, string][])}` : '';
  const { contentType, timeoutMs } = request;
  // Bytes, because Node writes a text body and its headers as one text, and header bytes above 127 would be encoded twice.
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  return {
    method: request.method,
    path: prefix + request.path + query,
    headers: {
      Accept: request.accept ?? 'application/json',
      ...(contentType !== undefined && { 'Content-Type': contentType }),
      // Node leaves it out for DELETE, and the body would be read as the next request.
      ...(body !== undefined && { 'Content-Length': String(body.byteLength) }),
    },
    ...(body !== undefined && { body }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}
