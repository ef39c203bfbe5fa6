/** What can go wrong on the way to an API server, as data. */

/** Faults of the connection, played by the TCP proxy. */
export type TransportFault =
  | { readonly kind: 'pass' }
  /** The first byte of the server on each connection comes `ms` later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is accepted and that is all. */
  | { readonly kind: 'silentAfterAccept' }
  /** The TLS handshake succeeds, then the server says nothing more. */
  | { readonly kind: 'silentAfterHandshake' }
  /** Nobody listens on the port; open connections are reset. */
  | { readonly kind: 'refuse' }
  /** RST once the server has sent `afterBytes` since the end of the handshake (TLS framing and session tickets count). */
  | { readonly kind: 'resetMidBody'; readonly afterBytes: number }
  /** FIN once the server has sent `bytes` on the connection, the handshake included. */
  | { readonly kind: 'cutAfter'; readonly bytes: number }
  /** The server's bytes come no faster than this. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

/** Faults of the server's certificate; they need a listener of their own. */
export type CertificateFault =
  | { readonly kind: 'wrongCA' }
  | { readonly kind: 'expiredCertificate' }
  | { readonly kind: 'wrongHost' };

/** Faults of the answer, played by whoever speaks HTTP. */
export type AnswerFault =
  /** A Kubernetes Status with this code; 429 and 503 carry Retry-After where `retryAfterSeconds` is given. */
  | {
      readonly kind: 'status';
      readonly code: 401 | 403 | 404 | 409 | 429 | 500 | 502 | 503 | 504;
      readonly retryAfterSeconds?: number;
      readonly message?: string;
    }
  /**
   * JSON that stops in the middle. `length`: Content-Length is that of the stump. `short`: Content-Length promises more than comes, then FIN.
   * `chunked`: the connection ends without the last chunk.
   */
  | { readonly kind: 'truncated'; readonly how: 'length' | 'short' | 'chunked' }
  /** 200 and an HTML page, as login pages and captive portals do. */
  | { readonly kind: 'html' }
  /** 410 Expired for requests with a `continue` token; the Status carries the token to go on with. */
  | { readonly kind: 'expiredPage' }
  | { readonly kind: 'redirect'; readonly to: string; readonly code?: 301 | 302 | 307 | 308 }
  /** The real answer with a `Warning: 299 - "text"` header. */
  | { readonly kind: 'warning'; readonly text: string }
  /** A JSON list of at least this many bytes, sent as fast as it is read. */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** The request is read and never answered. */
  | { readonly kind: 'hang' };

/** An answer fault and when it holds: not for the first `skip` requests, then for `times` of them (default: all), where `path` is found in the URL. */
export type AnswerRule = AnswerFault & {
  readonly skip?: number;
  readonly times?: number;
  readonly path?: string;
};

/** Anything that a member of a simulated fleet can suffer from. */
export type Fault = TransportFault | CertificateFault | AnswerRule;

const transport: ReadonlySet<string> = new Set([
  'pass',
  'delay',
  'silentAfterAccept',
  'silentAfterHandshake',
  'refuse',
  'resetMidBody',
  'cutAfter',
  'throttle',
] satisfies TransportFault['kind'][]);
const certificate: ReadonlySet<string> = new Set([
  'wrongCA',
  'expiredCertificate',
  'wrongHost',
] satisfies CertificateFault['kind'][]);

/** Whether the fault is one for the TCP proxy. */
export function isTransportFault(fault: Fault): fault is TransportFault {
  return transport.has(fault.kind);
}

/** Whether the fault is one of the certificate. */
export function isCertificateFault(fault: Fault): fault is CertificateFault {
  return certificate.has(fault.kind);
}
