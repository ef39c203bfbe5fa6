import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { type CA, type Certified, issue, makeCA } from '../fleet/pki.ts';

/** One CA for a test file, made at first use. */
export const pki: {
  readonly ca: Promise<CA>;
  readonly server: Promise<Certified>;
  readonly client: Promise<Certified>;
} = (() => {
  const ca = makeCA('test ca');
  return {
    ca,
    server: ca.then((one) => issue(one, { cn: 'server', sans: ['127.0.0.1', 'localhost', 'kube.test'] })),
    client: ca.then((one) => issue(one, { cn: 'alice', o: 'devs' })),
  };
})();

/** A listening server of a test. */
export interface Listening {
  readonly port: number;
  /** Connections accepted so far. */
  connections(): number;
  /** Sockets open now. */
  open(): readonly Socket[];
  close(): void;
}

/** An https server whose answers the test writes. */
export interface TestServer extends Listening {
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly IncomingMessage[];
}

/** Listens on a free port of 127.0.0.1 and counts. */
export async function listen(server: net.Server): Promise<Listening> {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    open: () => [...open],
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Starts an https server; `options` are laid upon a certificate for 127.0.0.1, localhost and kube.test. */
export async function startServer(answer: RequestListener, options: https.ServerOptions = {}): Promise<TestServer> {
  const { cert, key } = await pki.server;
  const requests: IncomingMessage[] = [];
  const server = https.createServer({ cert, key, ...options }, (request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('tlsClientError', () => {});
  const listening = await listen(server);
  return { ...listening, url: `https://127.0.0.1:${listening.port}`, requests };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** A metav1.Status. */
export function status(code: number, reason: string, message: string, more: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code, ...more };
}
