import { X509Certificate } from 'node:crypto';
import { ClusterFailure } from '../errors.ts';

/** A bundle of certificate authorities as it is used: nothing but the certificates whose fingerprints are pinned. */
export interface CABundle {
  readonly pem: string;
  /** `sha256:` and the hex digest of each certificate's DER, without repeats. */
  readonly fingerprints: readonly string[];
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Decodes `certificate-authority-data`; some writers encode it twice. Undefined for what is not base64. */
export function decodeCAData(data: string): string | undefined {
  const once = decode(data);
  if (once === undefined || once.includes('-----BEGIN')) return once;
  const twice = decode(once.trim());
  return twice?.includes('-----BEGIN') ? twice : once;
}

/** Reads a PEM bundle; `what` names it in the ClusterFailure for a bundle without certificates, or with one that is none. */
export function readCABundle(text: string | undefined, what: string): CABundle {
  const blocks = text?.match(BLOCK) ?? [];
  if (blocks.length === 0) throw unusable(`${what} holds no PEM certificate`);
  const certificates = blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw unusable(`${what} holds a certificate that cannot be read`, error);
    }
  });
  // Written anew: whatever else stands in the bundle, TLS sees only what was looked at here.
  const pem = certificates.map((certificate) => certificate.toString()).join('');
  const fingerprints = certificates.map(
    ({ fingerprint256 }) => `sha256:${fingerprint256.replaceAll(':', '').toLowerCase()}`,
  );
  return { pem, fingerprints: [...new Set(fingerprints)] };
}

function decode(data: string): string | undefined {
  const packed = data.replace(/[\r\n]/g, '');
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed)
    ? Buffer.from(packed, 'base64').toString('utf8')
    : undefined;
}

function unusable(message: string, cause?: unknown): ClusterFailure {
  return new ClusterFailure({ type: 'EndpointRefused', message, reason: 'E-ENDPOINT-CA', retriable: false }, { cause });
}
