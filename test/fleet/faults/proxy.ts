/** A TCP proxy in front of any server that can be told to misbehave while it runs. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, openConnection } from './connection.ts';
import type { TransportFault } from './fault.ts';

/** What the proxy has seen; `accepted` connections only, a refused one leaves no trace. */
export interface ConnectionCount {
  readonly total: number;
  readonly open: number;
  readonly maxOpen: number;
}

/** A running proxy on 127.0.0.1. */
export interface FaultProxy {
  readonly port: number;
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly fault: TransportFault;
  readonly connections: ConnectionCount;
  readonly bytes: { readonly toClient: number; readonly toServer: number };
  /** Takes effect at once, for open connections too; resolves when the port is closed or open as the fault wants it. */
  set(fault: TransportFault): Promise<void>;
  close(): Promise<void>;
}

/** Where the proxy sends bytes, and what it does to them in the beginning (default: nothing). */
export interface ProxyOptions {
  readonly target: { readonly host?: string; readonly port: number };
  readonly fault?: TransportFault;
}

/** At most this many connections at a time; a client that opens more is a bug worth seeing. */
const maxConnections = 2048;

/** Starts a proxy on a free port, which stays its own across `refuse` and back. */
export async function startProxy(options: ProxyOptions): Promise<FaultProxy> {
  const connections = new Set<Connection>();
  const count = { total: 0, open: 0, maxOpen: 0 };
  const bytes = { toClient: 0, toServer: 0 };
  const target = { host: options.target.host ?? '127.0.0.1', port: options.target.port };
  let fault: TransportFault = options.fault ?? { kind: 'pass' };
  let server: Server | undefined;
  let switching = Promise.resolve();
  let closed = false;

  const accept = (client: Socket) => {
    count.total += 1;
    count.open += 1;
    count.maxOpen = Math.max(count.maxOpen, count.open);
    const connection = openConnection({ client, target, fault, bytes });
    connections.add(connection);
    client.once('close', () => {
      count.open -= 1;
      connections.delete(connection);
    });
  };
  const open = async (port: number) => {
    if (server) return;
    server = await listen(port, accept);
  };
  const refuse = async () => {
    const old = server;
    server = undefined;
    for (const connection of connections) connection.reset();
    if (old) await once(old.close(), 'close');
  };

  await open(0);
  const port = (server as unknown as { address(): AddressInfo }).address().port;
  const apply = async (next: TransportFault) => {
    if (closed) return;
    fault = next;
    if (next.kind === 'refuse') return refuse();
    await open(port);
    for (const connection of connections) connection.set(next);
  };
  if (fault.kind === 'refuse') await refuse();

  return {
    port,
    url: `https://127.0.0.1:${port}`,
    connections: count,
    bytes,
    get fault() {
      return fault;
    },
    set(next) {
      switching = switching.then(() => apply(next));
      return switching;
    },
    async close() {
      await switching.catch(() => {});
      closed = true;
      await refuse();
    },
  };
}

/** Listens on `port` (0 = any); a port that was ours a moment ago may need a few tries. */
async function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = createServer({ allowHalfOpen: false, noDelay: true }, accept);
    server.maxConnections = maxConnections;
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return server;
    } catch (error) {
      if (attempt >= 20) throw error;
      await sleep(25);
    }
  }
}
