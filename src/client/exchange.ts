import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { ClusterFailure } from '../errors.ts';
import type { Clock } from '../system/clock.ts';
import type { AgentRequest } from './agent.ts';
import { decodeBody, tooLarge } from './body.ts';
import { abortFailure, connectionFailure, requestTimeout } from './connectionerrors.ts';
import type { Pool } from './pool.ts';

/** One request as it goes on the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array;
  /** Milliseconds until the whole answer must be there. */
  readonly timeoutMs?: number;
}

/** Any answer, whatever its status, with its whole decoded body. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Bounds of an exchange. */
export interface ExchangeOptions {
  readonly clock: Clock;
  /** Decoded bytes. */
  readonly maxBodyBytes: number;
}

/** Sends one request and reads the whole answer; throws ClusterFailure, with `sent` where it is not a GET. */
export async function exchange(
  pool: Pool,
  request: WireRequest,
  signal: AbortSignal,
  options: ExchangeOptions,
): Promise<WireAnswer> {
  if (signal.aborted) throw withSent(abortFailure(signal.reason), request, 'no');
  const leave = await pool.gate?.enter(signal).catch((reason: unknown) => {
    throw withSent(abortFailure(reason), request, 'no');
  });
  try {
    const { message, bytes } = await send(pool, request, signal, options);
    const encoding = message.headers['content-encoding'];
    const body = await decodeBody(bytes, encoding, options.maxBodyBytes);
    return { status: message.statusCode ?? 0, headers: message.headers, body };
  } catch (error) {
    // What is no failure yet was refused by Node before anything was sent (a header it cannot write).
    if (!(error instanceof ClusterFailure)) throw withSent(connectionFailure(error, pool.endpoint), request, 'no');
    throw withSent(error, request, 'yes');
  } finally {
    leave?.();
  }
}

interface Raw {
  readonly message: IncomingMessage;
  readonly bytes: Buffer;
}

function send(pool: Pool, request: WireRequest, signal: AbortSignal, options: ExchangeOptions): Promise<Raw> {
  const { endpoint, agent } = pool;
  const { method, path, headers, timeoutMs = 0 } = request;
  return new Promise((resolve, reject) => {
    const going: AgentRequest = {
      agent,
      host: endpoint.host,
      port: endpoint.port,
      method,
      path,
      headers: headers as OutgoingHttpHeaders,
      abandoned: signal,
    };
    const outgoing = https.request(going);
    const state = { settled: false, answering: false };
    const settle = (end: () => void) => {
      if (state.settled) return;
      state.settled = true;
      signal.removeEventListener('abort', onAbort);
      cancelTimer();
      end();
    };
    const fail = (error: unknown) =>
      settle(() => {
        const socket = outgoing.socket;
        const sent = state.answering ? 'yes' : socket && agent.isSecured(socket) ? 'maybe' : 'no';
        outgoing.destroy();
        reject(withSent(connectionFailure(error, { ...endpoint, answering: state.answering }), request, sent));
      });
    const onAbort = () => fail(abortFailure(signal.reason));
    const cancelTimer =
      timeoutMs > 0 ? options.clock.after(timeoutMs, () => fail(requestTimeout(endpoint, timeoutMs))) : () => {};
    signal.addEventListener('abort', onAbort, { once: true });

    outgoing.on('error', fail);
    outgoing.on('response', (message) => {
      state.answering = true;
      const chunks: Buffer[] = [];
      let length = 0;
      message.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > options.maxBodyBytes) fail(tooLarge(options.maxBodyBytes));
        else chunks.push(chunk);
      });
      message.on('error', fail);
      message.on('aborted', () => fail({ code: 'ECONNRESET', message: 'aborted' }));
      message.on('end', () => {
        if (!message.complete) return fail({ code: 'ECONNRESET', message: 'incomplete' });
        const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
        // With a gate the next request may only come when the socket is back in the agent.
        if (!pool.gate || outgoing.closed) return settle(() => resolve({ message, bytes }));
        outgoing.once('close', () => settle(() => resolve({ message, bytes })));
      });
    });
    outgoing.end(request.body);
  });
}

/** Failures of writes say whether these reached the server; the first to know wins. */
export function withSent(
  failure: ClusterFailure,
  request: { readonly method: string },
  sent: 'no' | 'maybe' | 'yes',
): ClusterFailure {
  if (request.method === 'GET' || failure.error.sent) return failure;
  const { retryAfterMs } = failure;
  return new ClusterFailure(
    { ...failure.error, sent },
    { cause: failure.cause, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  );
}
