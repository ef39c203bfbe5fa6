import { createHash } from 'node:crypto';
import type { Auth, RESTConfig } from './restconfig.ts';

/** SHA-256 (hex) over values in order; absent and empty values differ. Secrets may go in, nothing comes out. */
export function digest(...values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/**
 * What two requests must have in common to use one socket: server, proxy, TLS, and the credential's token or certificate.
 * Impersonation is a header of each request and does not count.
 */
export function transportKey(config: RESTConfig, credential: { readonly id: string }): string {
  return digest('transport', ...whereTo(config), credential.id);
}

/** What two configs must have in common to be the same user on the same server, impersonation included; secrets are hashed. */
export function identityKey(config: RESTConfig): string {
  const { user, uid, groups, extra } = config.impersonate ?? {};
  return digest('identity', ...whereTo(config), ...whoAs(config.auth), user, uid, groups, extra && sorted(extra));
}

/** What two configs must have in common to share the runs of an exec plugin (client-go's cacheKey): the cluster counts only where the plugin is told it. */
export function pluginKey(config: RESTConfig): string {
  const { clusterConfig, provideClusterInfo, ...plugin } = config.auth.exec ?? {};
  const cluster = provideClusterInfo && [...whereTo(config), config.disableCompression === true, clusterConfig];
  return digest('plugin', sorted(plugin), cluster);
}

function whereTo({ server, proxy, tls }: RESTConfig): readonly unknown[] {
  return [server, proxy, tls.ca, tls.serverName, tls.insecure === true];
}

function whoAs(auth: Auth): readonly unknown[] {
  return [
    [auth.certificate?.cert, auth.certificate?.key.reveal()],
    [auth.token?.reveal(), auth.tokenFile],
    [auth.basic?.username, auth.basic?.password.reveal()],
    auth.exec,
    auth.oidc && sorted(auth.oidc),
  ];
}

function sorted(record: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
