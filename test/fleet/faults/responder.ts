/** An HTTPS server that answers by rules: alone, or as a reverse proxy in front of a real API server. */
import { once } from 'node:events';
import {
  createServer as createPlain,
  type IncomingMessage,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { createServer, Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type CA, type Certified, issue, makeCA } from '../pki.ts';
import type { AnswerRule, CertificateFault } from './fault.ts';
import { type HeardRequest, heard } from './heard.ts';
import { makeRules } from './rules.ts';
import { statusOf } from './status.ts';

/** How a responder is made; without `upstream` a request that no rule takes is answered 404. */
export interface ResponderOptions {
  readonly rules?: readonly AnswerRule[];
  readonly certificate?: CertificateFault['kind'] | 'valid';
  /** The CA that clients trust; made anew where absent. */
  readonly ca?: CA;
  /** The real server, with its path prefix if it has one; the client's Authorization header goes there, its certificate cannot. */
  readonly upstream?: { readonly url: string; readonly ca: string };
  /** http instead of https, for redirect targets and downgrade tests. */
  readonly plain?: boolean;
}

/** A running responder on 127.0.0.1. */
export interface Responder {
  readonly url: string;
  readonly port: number;
  /** PEM of the CA that a client should trust (with `wrongCA` it does not fit, which is the point). */
  readonly ca: string;
  /** What came in, oldest first, without secrets; at most the last 10,000. */
  readonly requests: readonly HeardRequest[];
  /** Requests that a rule has changed. */
  readonly applied: number;
  set(rules: readonly AnswerRule[]): void;
  close(): Promise<void>;
}

/** A server certificate for 127.0.0.1 with the given fault. */
export async function serverCertificate(ca: CA, fault: ResponderOptions['certificate'] = 'valid'): Promise<Certified> {
  const signer = fault === 'wrongCA' ? await makeCA('somebody else') : ca;
  return issue(signer, {
    cn: 'kube-apiserver',
    sans: fault === 'wrongHost' ? ['elsewhere.example'] : ['127.0.0.1', 'localhost'],
    ...(fault === 'expiredCertificate' ? { notAfter: new Date(Date.now() - 3_600_000) } : {}),
  });
}

/** Starts a responder on a free port. */
export async function startResponder(options: ResponderOptions = {}): Promise<Responder> {
  const ca = options.ca ?? (await makeCA('responder CA'));
  const rules = makeRules(options.rules);
  const requests: HeardRequest[] = [];
  const forward = options.upstream && forwarder(options.upstream);
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(heard(request));
    if (requests.length > 10_000) requests.shift();
    if (rules.answer(request, response)) {
      request.resume();
      return;
    }
    if (forward) return forward.pass(request, response);
    request.resume();
    response.writeHead(404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(statusOf(404)));
  };
  const server = options.plain
    ? createPlain(handle)
    : createServer({ ...(await serverCertificate(ca, options.certificate)) }, handle);
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.plain ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    ca: ca.cert,
    requests,
    get applied() {
      return rules.applied;
    },
    set: rules.set,
    async close() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      forward?.close();
      await closed;
    },
  };
}

/** Hands requests on to the upstream, bodies streamed both ways. */
function forwarder(upstream: NonNullable<ResponderOptions['upstream']>) {
  const base = new URL(upstream.url);
  const agent = new SecureAgent({ keepAlive: true, ca: upstream.ca });
  const prefix = base.pathname.replace(/\/$/, '');
  return {
    pass(request: IncomingMessage, response: ServerResponse): void {
      const { host: _host, connection: _connection, ...headers } = request.headers;
      const send = base.protocol === 'http:' ? plainRequest : secureRequest;
      const onward = send({
        host: base.hostname,
        port: base.port,
        method: request.method,
        path: `${prefix}${request.url}`,
        headers,
        ...(base.protocol === 'http:' ? {} : { agent }),
      });
      onward.on('response', (answer) => {
        const extra = response.getHeader('warning');
        const own = answer.headers;
        response.writeHead(answer.statusCode ?? 502, extra === undefined ? own : { ...own, warning: extra as string });
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    },
    close: () => agent.destroy(),
  };
}
