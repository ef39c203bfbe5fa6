/** An answer as data, and how it goes out with the headers of a real API server. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';

/** A finished answer; it may be sent many times. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body is kept compressed: it is large, and nearly all clients want it so. */
  readonly compressed?: true;
}

/** API servers compress from this size on. */
const gzipFrom = 128 * 1024;
/** Go's server sets Content-Length where one write buffer holds the body. */
const lengthUpTo = 2048;

const flow = {
  'X-Kubernetes-Pf-Flowschema-Uid': '5d1c3a4e-0f5b-4b2a-9c39-5a0f7a4f0a01',
  'X-Kubernetes-Pf-Prioritylevel-Uid': '5d1c3a4e-0f5b-4b2a-9c39-5a0f7a4f0a02',
};

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go writes it: HTML characters escaped, a newline at the end. */
export function goJSON(value: unknown, indent?: number, end = '\n'): Buffer {
  return Buffer.from(
    `${JSON.stringify(value, undefined, indent).replace(/[<>&\u2028\u2029]/g, (c) => escapes[c] ?? c)}${end}`,
  );
}

/** A JSON answer. */
export function jsonReply(value: unknown, options: { status?: number; headers?: Record<string, string> } = {}): Reply {
  const headers = { 'Cache-Control': 'no-cache, private', 'Content-Type': 'application/json', ...flow };
  const reply = { status: options.status ?? 200, headers: { ...headers, ...options.headers } };
  const body = goJSON(value);
  return body.length > gzipFrom
    ? { ...reply, body: gzipSync(body, { level: 1 }), compressed: true }
    : { ...reply, body };
}

/** Go's own 404, which servers send for paths that nothing is registered for. */
export function textReply(status: number, text: string): Reply {
  return {
    status,
    headers: {
      'Cache-Control': 'no-cache, private',
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      ...flow,
    },
    body: Buffer.from(text),
  };
}

/** The reply without what a server that does not know the client leaves out. */
export function withoutFlow(reply: Reply): Reply {
  const headers = Object.entries(reply.headers).filter(([name]) => !(name in flow));
  return { ...reply, headers: Object.fromEntries(headers) };
}

/** Sends the reply, compressed where it is large and the client can take it. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.setHeader('Audit-Id', randomUUID());
  const { status, headers, compressed } = reply;
  if (compressed && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    const vary = headers['Vary'] === undefined ? 'Accept-Encoding' : `${headers['Vary']}, Accept-Encoding`;
    response.writeHead(status, { ...headers, 'Content-Encoding': 'gzip', Vary: vary, 'Transfer-Encoding': 'chunked' });
    response.end(reply.body);
    return;
  }
  const body = compressed ? gunzipSync(reply.body) : reply.body;
  const framing = body.length <= lengthUpTo ? { 'Content-Length': body.length } : { 'Transfer-Encoding': 'chunked' };
  response.writeHead(status, { ...headers, ...framing });
  response.end(body);
}
