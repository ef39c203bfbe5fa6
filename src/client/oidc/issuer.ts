import https from 'node:https';
import type { Secret } from '../secret.ts';
import { Secret as Hidden } from '../secret.ts';

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
  const oidc = await import('openid-client');
  const secret = request.clientSecret?.reveal();
  // As Go's oauth2: the header first, the form for issuers that want it there.
  const ways = secret ? [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)] : [oidc.None()];
  const transport = fetchOver(request);
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
  const { error: code, message, cause } = error as { error?: unknown; message?: string; cause?: { code?: string } };
  if (typeof code === 'string') return code;
  return cause?.code ? `${message} (${cause.code})` : String(message);
}

type Fetch = (url: string, options: { method: string; headers: object; body?: unknown }) => Promise<Response>;

/** The few things of fetch that openid-client needs, on a connection with our own authorities and proxy. */
function fetchOver({ ca, proxyEnv, signal }: RefreshRequest): Fetch {
  const agent = new https.Agent({ ...(ca !== undefined && { ca }), proxyEnv });
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      const request = https.request(url, { method, headers: { ...headers }, agent, signal }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const type = answer.headers['content-type'];
          resolve(
            new Response(Buffer.concat(chunks), {
              status: answer.statusCode ?? 502,
              headers: type === undefined ? {} : { 'content-type': type },
            }),
          );
        });
      });
      request.on('error', (error: { code?: string; message: string }) =>
        reject(new Error(error.code ?? error.message)),
      );
      request.end(body === undefined || body === null ? undefined : String(body));
    });
}
