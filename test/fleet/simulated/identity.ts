/** Who a request comes from. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** The users of a simulated fleet: one administrator everywhere, and one user per cluster whom no other cluster knows. */
export interface Identities {
  readonly adminToken: string;
  /** The token of the cluster's own user, `user-CLUSTER`. */
  tokenFor(cluster: string): string;
  /** The user's name; `system:anonymous` without credentials; undefined for credentials that the cluster does not know (401). */
  identify(request: IncomingMessage, cluster: string): string | undefined;
}

/** Who a request without credentials is to an API server. */
export const anonymous = 'system:anonymous';

/** The user that all clusters know and none refuses anything. */
export const administrator = 'admin';

/** New users with new tokens; a token says in clear whose it is and that it is a secret of a simulation. */
export function makeIdentities(): Identities {
  const secret = randomBytes(9).toString('hex');
  const adminToken = `sim-admin-${secret}`;
  const tokenFor = (cluster: string) => `sim-token-${cluster}-${secret}`;
  return {
    adminToken,
    tokenFor,
    identify(request, cluster) {
      const header = request.headers.authorization;
      if (header !== undefined) {
        const token = /^Bearer +(.+)$/i.exec(header)?.[1];
        if (token === adminToken) return administrator;
        return token === tokenFor(cluster) ? `user-${cluster}` : undefined;
      }
      const socket = request.socket as TLSSocket;
      if (socket.authorized) return socket.getPeerCertificate().subject?.CN?.toString() ?? anonymous;
      return anonymous;
    },
  };
}
