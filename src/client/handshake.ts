import type { Socket } from 'node:net';

/** A socket that is spoken with by hand before TLS takes it over. */
export interface Handshake {
  write(bytes: string | Uint8Array): void;
  /** Collects bytes until `length` says how many belong to the answer; later bytes stay on the socket. Rejects when it ends. */
  read(length: (bytes: Buffer) => number | undefined): Promise<Buffer>;
}

// No answer of a proxy is longer than this.
const limit = 32 * 1024;

/** Begins to speak on a connected socket. */
export function openHandshake(socket: Socket): Handshake {
  return {
    write: (bytes) => void socket.write(bytes),
    read: (length) =>
      new Promise((resolve, reject) => {
        let bytes: Buffer = Buffer.alloc(0);
        const settle = (end: () => void) => {
          socket.off('data', onData).off('error', onError).off('close', onClose).off('end', onClose);
          socket.pause();
          end();
        };
        const onError = (error: Error) => settle(() => reject(error));
        const onClose = () =>
          settle(() => reject(Object.assign(new Error('closed during the handshake'), { code: 'ECONNRESET' })));
        const onData = (chunk: Buffer) => {
          bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
          const wanted = length(bytes);
          if (wanted !== undefined && wanted <= bytes.length)
            settle(() => {
              if (wanted < bytes.length) socket.unshift(bytes.subarray(wanted));
              resolve(bytes.subarray(0, wanted));
            });
          else if (bytes.length > limit) settle(() => reject(new Error('the answer is too long')));
        };
        socket.on('data', onData).on('error', onError).on('close', onClose).on('end', onClose);
        socket.resume();
      }),
  };
}
