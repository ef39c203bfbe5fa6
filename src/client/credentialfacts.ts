import { X509Certificate } from 'node:crypto';
import type { Credential } from './credentials.ts';
import { idTokenExpiry } from './oidc/idtoken.ts';
import type { RESTConfig } from './restconfig.ts';

/** What may be told about a credential; never the credential itself. */
export interface CredentialFacts {
  /** How we log in: `client certificate`, `exec plugin aws`, `token`, … */
  readonly how: string;
  /** Milliseconds since the epoch: `exp` of a JWT, or what an exec plugin said. */
  readonly tokenExpiresAt?: number;
  /** NotAfter of the client certificate. */
  readonly certificateExpiresAt?: number;
}

/** Looks at a credential: its kind and how long it is good. */
export function credentialFacts(config: RESTConfig, credential: Credential): CredentialFacts {
  const authorization = credential.headers['Authorization'];
  const [, token] = /^Bearer (.+)$/.exec(typeof authorization === 'string' ? authorization : '') ?? [];
  const expiries = [token === undefined ? undefined : idTokenExpiry(token), credential.expiresAt];
  const known = expiries.filter((at): at is number => at !== undefined);
  const notAfter = credential.cert === undefined ? undefined : expiryOf(credential.cert);
  return {
    how: howOf(config),
    ...(known.length > 0 && { tokenExpiresAt: Math.min(...known) }),
    ...(notAfter !== undefined && { certificateExpiresAt: notAfter }),
  };
}

function howOf({ auth }: RESTConfig): string {
  const ways: string[] = [];
  if (auth.certificate) ways.push('client certificate');
  if (auth.tokenFile !== undefined) ways.push('token file');
  else if (auth.token) ways.push('token');
  else if (auth.basic) ways.push('username and password');
  else if (auth.exec && !auth.certificate) ways.push(`exec plugin ${auth.exec.command.split(/[/\\]/).at(-1)}`);
  else if (auth.oidc) ways.push('oidc');
  return ways.join(' and ') || 'anonymous';
}

function expiryOf(pem: string): number | undefined {
  try {
    const at = Date.parse(new X509Certificate(pem).validTo);
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
