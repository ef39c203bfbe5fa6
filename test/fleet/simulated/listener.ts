/** HTTPS listeners for simulated API servers: many clusters behind one port, told apart by path prefix. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certified } from '../pki.ts';

/** Handles one request of one cluster; `url` has no prefix any more. */
export type ClusterHandler = (request: IncomingMessage, response: ServerResponse, url: string) => void;

/** A listening port of 127.0.0.1. */
export interface Listener {
  readonly port: number;
  readonly url: string;
  readonly openConnections: Promise<number>;
  close(): Promise<void>;
}

/** Bounds what a client with a leak can do to the machine. */
const maxConnections = 4096;

/** Listens with a server certificate; client certificates of `clientCA` are checked where they are shown. */
export async function listen(
  certificate: Certified,
  clientCA: string,
  route: (url: string) => { readonly handler: ClusterHandler; readonly url: string } | undefined,
): Promise<Listener> {
  const server = createServer(
    { ...certificate, ca: clientCA, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
    (request, response) => {
      request.resume();
      const found = route(request.url ?? '/');
      if (found) return found.handler(request, response, found.url);
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
    },
  );
  server.maxConnections = maxConnections;
  // Longer than any test: API servers do not close idle connections either.
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  server.on('tlsClientError', () => {});
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    get openConnections() {
      return new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count ?? 0)));
    },
    async close() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Splits `/clusters/NAME/rest?query` and `/hub/rest?query`; undefined for anything else. */
export function splitPrefix(url: string): { readonly cluster: string | null; readonly url: string } | undefined {
  const member = /^\/clusters\/([^/?]+)(.*)$/.exec(url);
  if (member) return { cluster: decodeURIComponent(member[1] ?? ''), url: withSlash(member[2] ?? '') };
  const hub = /^\/hub(?=[/?]|$)(.*)$/.exec(url);
  return hub ? { cluster: null, url: withSlash(hub[1] ?? '') } : undefined;
}

function withSlash(url: string): string {
  return url.startsWith('/') ? url : `/${url}`;
}
