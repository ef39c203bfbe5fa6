import { ClusterFailure } from '../../errors.ts';
import type { Clock } from '../../system/clock.ts';
import { exchange } from '../exchange.ts';
import { openPool, type Pool } from '../pool.ts';
import { bareHost, parseProxy } from '../proxy.ts';
import { proxyFromEnvironment } from '../proxyenv.ts';
import type { Secret } from '../secret.ts';
import { Secret as Hidden } from '../secret.ts';
import { openSecureContexts } from '../securecontexts.ts';
import { openSocketSet, type SocketSet } from '../socketset.ts';

/** What a refresh needs; the settings are those of the oidc auth provider. */
export interface RefreshRequest {
  /** https URL. */
  readonly issuer: string;
  readonly clientID: string;
  readonly clientSecret: Secret | undefined;
  readonly refreshToken: Secret;
  /** PEM bundle, absent = the system's roots. */
  readonly ca: string | undefined;
  readonly proxyEnv: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A reason that is a ClusterFailure is the reason that is given. */
  readonly signal: AbortSignal;
}

/** What the issuer gave. */
export interface RefreshedTokens {
  readonly idToken: Secret;
  /** Absent where the old one stays. */
  readonly refreshToken?: Secret;
}

/**
 * Exchanges a refresh token at its issuer; throws Error with a reason that holds no secret.
 * With openid-client, which client-node has for the same purpose: client-node's own provider hands it the issuer as text (it
 * takes a URL only), leaves the client secret out and cannot send the form once an own authority is set.
 */
export async function refreshIDToken(request: RefreshRequest): Promise<RefreshedTokens> {
  const sockets = openSocketSet();
  try {
    return await refresh(request, fetchOver(request, sockets));
  } finally {
    sockets.close();
  }
}

async function refresh(request: RefreshRequest, transport: Fetch): Promise<RefreshedTokens> {
  const oidc = await import('openid-client');
  const secret = request.clientSecret?.reveal();
  // As Go's oauth2: the header first, the form for issuers that want it there.
  const ways = secret ? [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)] : [oidc.None()];
  for (const [index, way] of ways.entries()) {
    try {
      const config = await oidc.discovery(new URL(request.issuer), request.clientID, undefined, way, {
        [oidc.customFetch]: transport,
      });
      const tokens = await oidc.refreshTokenGrant(config, request.refreshToken.reveal());
      if (!tokens.id_token) throw new Error('its answer holds no ID token');
      return {
        idToken: new Hidden(tokens.id_token),
        ...(tokens.refresh_token && { refreshToken: new Hidden(tokens.refresh_token) }),
      };
    } catch (error) {
      const last = index === ways.length - 1;
      if (last || (error as { error?: unknown }).error !== 'invalid_client') throw new Error(reasonOf(error));
    }
  }
  throw new Error('no way to authenticate the client');
}

function reasonOf(error: unknown): string {
  // A connection that failed is wrapped by the library, with "something went wrong" around it.
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ClusterFailure) return at.message;
  const { error: code, message, cause } = error as { error?: unknown; message?: string; cause?: { code?: string } };
  if (typeof code === 'string') return code;
  return cause?.code ? `${message} (${cause.code})` : String(message);
}

type Fetch = (url: string, options: { method: string; headers: object; body?: unknown }) => Promise<Response>;

// Documents and tokens of issuers are a few KiB.
const maxBodyBytes = 1024 * 1024;
// What fetch allows no body for.
const bodyless = [204, 205, 304];

/** The few things of fetch that openid-client needs, on connections with the authorities and the proxy that clusters have. */
function fetchOver({ ca, proxyEnv, clock, signal }: RefreshRequest, sockets: SocketSet): Fetch {
  const contexts = openSecureContexts();
  const proxyFor = proxyFromEnvironment(proxyEnv);
  const pools = new Map<string, Pool>();
  const poolFor = ({ origin: server, hostname, port: ownPort }: URL): Pool => {
    const known = pools.get(server);
    if (known) return known;
    const host = bareHost(hostname);
    const port = Number(ownPort || 443);
    const proxyURL = proxyFor(host, port);
    const pool = openPool({
      ...{ clock, host, port, contexts, sockets, credential: {}, maxSockets: 1 },
      config: { server, tls: ca === undefined ? {} : { ca }, auth: {} },
      proxy: proxyURL === undefined ? undefined : parseProxy(proxyURL, 'HTTPS_PROXY'),
      // The refresh as a whole has its time.
      connectTimeoutMs: 0,
    });
    pools.set(server, pool);
    return pool;
  };
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    const wire = {
      ...{ method, path: url.pathname + url.search, headers: { ...headers } },
      ...(body !== undefined && body !== null && { body: Buffer.from(String(body)) }),
    };
    const answer = await exchange(poolFor(url), wire, signal, { clock, maxBodyBytes });
    const { status } = answer;
    const type = answer.headers['content-type'];
    return new Response(bodyless.includes(status) ? null : answer.body.toString('utf8'), {
      status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  };
}
