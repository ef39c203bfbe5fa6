import tls from 'node:tls';
import { ClusterFailure } from '../errors.ts';
import { digest } from './configkey.ts';
import type { Secret } from './secret.ts';

/** PEM texts of one side of a TLS connection. */
export interface TLSMaterial {
  /** Absent means the system's roots. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Secret;
  /** Trust the system's roots next to `ca`. */
  readonly andSystem?: boolean;
  /** The other side is not checked, so no roots are loaded. */
  readonly unchecked?: boolean;
}

/** TLS contexts, built once for equal material: one costs milliseconds, and a fleet often shares one CA. */
export interface SecureContexts {
  /** Throws ClusterFailure (TLS) for material that cannot be used. */
  get(material: TLSMaterial): tls.SecureContext;
}

/** An empty cache of TLS contexts; TLS 1.2 is the least they speak. */
export function openSecureContexts(): SecureContexts {
  const cache = new Map<string, tls.SecureContext>();
  return {
    get(material) {
      const key = digest(material.ca, material.cert, material.key?.reveal(), material.andSystem, material.unchecked);
      const known = cache.get(key);
      if (known) return known;
      const context = create(material);
      cache.set(key, context);
      return context;
    },
  };
}

/** The roots that the machine trusts, and NODE_EXTRA_CA_CERTS; Node's own where the machine has none. */
export function systemRoots(): readonly string[] {
  const system = tls.getCACertificates('system');
  return system.length > 0 ? [...system, ...tls.getCACertificates('extra')] : tls.getCACertificates('default');
}

function create(material: TLSMaterial): tls.SecureContext {
  const { cert, key } = material;
  const ca = rootsOf(material);
  try {
    return tls.createSecureContext({
      minVersion: 'TLSv1.2',
      // As in Go, an intermediate in the bundle is trusted as it stands.
      allowPartialTrustChain: true,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key && { key: key.reveal() }),
    });
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unreadable';
    const what = cert === undefined ? 'the certificate authority' : 'the client certificate, its key or the authority';
    throw unusable(`${what} cannot be used (${code})`, 'check the certificates and keys in the kubeconfig', error);
  }
}

function rootsOf({ ca, andSystem, unchecked }: TLSMaterial): string | string[] | undefined {
  if (unchecked) return undefined;
  if (ca === undefined) return [...systemRoots()];
  // Node passes over a bundle without certificates, and then no server would be trusted with no reason given.
  if (!/-----BEGIN (?:TRUSTED )?CERTIFICATE-----/.test(ca))
    throw unusable(
      'the certificate authority holds no PEM certificate',
      'check certificate-authority in the kubeconfig',
    );
  return andSystem ? [...systemRoots(), ca] : ca;
}

function unusable(message: string, hint: string, cause?: unknown): ClusterFailure {
  return new ClusterFailure({ type: 'TLS', message, hint, retriable: false }, { cause });
}
