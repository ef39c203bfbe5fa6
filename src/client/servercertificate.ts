import type { X509Certificate } from 'node:crypto';

/** What a server's certificate says about itself; verified or not is another matter. */
export interface ServerCertificate {
  /** The common name, or the whole name where it has none. */
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names without their kinds. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** SHA-256, as `openssl x509 -fingerprint -sha256` writes it. */
  readonly fingerprint: string;
}

/** The facts of a certificate that are worth showing. */
export function certificateFacts(certificate: X509Certificate): ServerCertificate {
  const { subject, issuer, subjectAltName = '', validTo, fingerprint256 } = certificate;
  return {
    subject: shortName(subject),
    issuer: shortName(issuer),
    names: subjectAltName
      .split(', ')
      .map((name) => name.replace(/^(?:DNS|IP Address|URI|email):/, ''))
      .filter((name) => name !== ''),
    expiresAt: Date.parse(validTo),
    fingerprint: fingerprint256,
  };
}

function shortName(name: string | undefined): string {
  const parts = (name ?? '').split('\n').filter((part) => part !== '');
  return parts.find((part) => part.startsWith('CN='))?.slice(3) ?? parts.join(', ');
}
