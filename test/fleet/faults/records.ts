/** TLS records seen from outside: enough to tell when a client's handshake is over. */
const applicationData = 23;
const handshake = 22;

/** Follows one direction of a connection. */
export interface RecordWatch {
  /** Takes the next bytes of the stream, in any slices. */
  push(chunk: Buffer): void;
  /** False as soon as the stream cannot be TLS. */
  readonly tls: boolean;
  /**
   * True from the first application-data record on. From a client that is the end of its handshake: in TLS 1.3 its Finished, which it sends
   * only when it has the whole flight of the server; in TLS 1.2 its first data, after the server's Finished.
   */
  readonly applicationData: boolean;
}

/** Watches the records of one direction (RFC 8446 section 5.1: type, version, length, payload). */
export function watchRecords(): RecordWatch {
  let header = Buffer.alloc(0);
  let payload = 0;
  let tls = true;
  let first = true;
  let seen = false;
  return {
    push(chunk) {
      let rest = chunk;
      while (tls && !seen && rest.length > 0) {
        if (payload > 0) {
          const skip = Math.min(payload, rest.length);
          payload -= skip;
          rest = rest.subarray(skip);
          continue;
        }
        const missing = 5 - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (first && header[0] !== handshake) tls = false;
        first = false;
        if (header.length < 5) continue;
        if (header[0] === applicationData) seen = true;
        payload = header.readUInt16BE(3);
        header = Buffer.alloc(0);
      }
    },
    get tls() {
      return tls;
    },
    get applicationData() {
      return seen;
    },
  };
}
