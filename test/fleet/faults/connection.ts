/** One proxied connection: two sockets and the fault between them. */
import { connect, type Socket } from 'node:net';
import type { TransportFault } from './fault.ts';
import { watchRecords } from './records.ts';

/** What the proxy may do to a connection that it has accepted. */
export interface Connection {
  set(fault: TransportFault): void;
  /** RST to the client, and the end of the server's side. */
  reset(): void;
}

interface ConnectionOptions {
  readonly client: Socket;
  readonly target: { readonly host: string; readonly port: number };
  readonly fault: TransportFault;
  /** Counted up by the connection. */
  readonly bytes: { toClient: number; toServer: number };
}

/** The throttle hands on a slice this often. */
const sliceMs = 20;

/** A client that nobody listens to may send this many chunks. */
const earlyChunks = 16;

/**
 * Connects to the target and hands bytes on. The server's bytes wait in `pending` while the fault holds them back; no more is read from the
 * server meanwhile, so at most one chunk waits per connection.
 */
export function openConnection({ client, target, fault: initial, bytes }: ConnectionOptions): Connection {
  const records = watchRecords();
  let fault = initial;
  let server: Socket | undefined;
  const early: Buffer[] = [];
  let pending: Buffer = Buffer.alloc(0);
  let serverEnded = false;
  let sent = 0;
  let sentAfterHandshake = 0;
  let timer: NodeJS.Timeout | undefined;
  let delayed = false;
  let busy = false;
  let over = false;

  const finish = (end: (socket: Socket) => void) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    server?.destroy();
    end(client);
  };
  const reset = () => {
    finish(() => {});
    client.resetAndDestroy();
  };
  const wait = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      pump();
    }, ms);
  };
  const handshakeOver = () => records.applicationData || !records.tls;

  /** How many of the pending bytes may go now; 0 = something else wakes us. */
  const allowed = (): number => {
    switch (fault.kind) {
      case 'silentAfterAccept':
      case 'refuse':
        return 0;
      case 'silentAfterHandshake':
        return handshakeOver() ? 0 : pending.length;
      case 'delay':
        if (sent > 0 || delayed) return pending.length;
        timer ??= setTimeout(() => {
          timer = undefined;
          delayed = true;
          pump();
        }, fault.ms);
        return 0;
      case 'resetMidBody':
        return Math.min(pending.length, handshakeOver() ? fault.afterBytes - sentAfterHandshake : pending.length);
      case 'cutAfter':
        return Math.min(pending.length, fault.bytes - sent);
      case 'throttle':
        if (timer) return 0;
        wait(sliceMs);
        return Math.min(pending.length, Math.max(1, Math.floor((fault.bytesPerSecond * sliceMs) / 1000)));
      case 'pass':
        return pending.length;
    }
  };

  const ended = () => {
    if (fault.kind === 'resetMidBody' && handshakeOver() && sentAfterHandshake >= fault.afterBytes) {
      // One turn later, so that the kernel has the last bytes before the RST.
      setImmediate(reset);
      return true;
    }
    if (fault.kind === 'cutAfter' && sent >= fault.bytes) {
      finish((socket) => socket.end());
      return true;
    }
    return false;
  };

  function pump(): void {
    if (over || busy || ended()) return;
    if (pending.length === 0) {
      if (serverEnded) finish((socket) => socket.end());
      else server?.resume();
      return;
    }
    const n = Math.max(0, allowed());
    if (n === 0) return;
    const slice = pending.subarray(0, n);
    pending = pending.subarray(n);
    sent += n;
    if (handshakeOver()) sentAfterHandshake += n;
    bytes.toClient += n;
    busy = true;
    client.write(slice, () => {
      busy = false;
      pump();
    });
  }

  const dial = () => {
    if (server || over || fault.kind === 'silentAfterAccept') return;
    const upstream = connect({ ...target, noDelay: true });
    server = upstream;
    upstream.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      upstream.pause();
      pump();
    });
    upstream.on('end', () => {
      serverEnded = true;
      pump();
    });
    upstream.on('error', reset);
    upstream.on('drain', () => client.resume());
    for (const chunk of early.splice(0)) {
      bytes.toServer += chunk.length;
      upstream.write(chunk);
    }
    client.resume();
  };

  client.on('data', (chunk) => {
    records.push(chunk);
    if (!server) {
      // Read although nobody listens, or the client's end would go unseen.
      early.push(chunk);
      if (early.length > earlyChunks) client.pause();
      return;
    }
    bytes.toServer += chunk.length;
    if (!server.write(chunk)) client.pause();
  });
  client.on('end', () => server?.end());
  client.on('error', () => finish((socket) => socket.destroy()));
  client.on('close', () => finish((socket) => socket.destroy()));
  dial();

  return {
    set(next) {
      fault = next;
      clearTimeout(timer);
      timer = undefined;
      // Bytes of the past do not count for a fault that begins now.
      sentAfterHandshake = 0;
      if (next.kind === 'cutAfter') sent = 0;
      dial();
      pump();
    },
    reset,
  };
}
