import type { Duplex } from 'node:stream';
import { ClusterFailure } from '../errors.ts';

/** Open sockets that can be ended at once. */
export interface SocketSet {
  /** Ends the socket at once where the set is closed already. */
  add(socket: Duplex): void;
  /** Throws ClusterFailure (Canceled) once the set is closed. */
  check(): void;
  close(): void;
}

/** An empty set of sockets. */
export function openSocketSet(): SocketSet {
  const open = new Set<Duplex>();
  const state = { closed: false };
  const ended = () =>
    new ClusterFailure({ type: 'Canceled', message: 'the connections were closed', retriable: false });
  return {
    add(socket) {
      // Whoever uses the socket listens too; between two users an error must not end the process.
      socket.on('error', () => {});
      if (state.closed) return void socket.destroy(ended());
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    },
    check() {
      if (state.closed) throw ended();
    },
    close() {
      state.closed = true;
      for (const socket of open) socket.destroy(ended());
      open.clear();
    },
  };
}
