import type { Attempt } from '../../api/attempt.ts';
import { ClusterFailure } from '../../errors.ts';
import { forContext } from '../authheaders.ts';
import { type SharedRun, shareRun } from '../joinedrun.ts';
import type { Login, LoginHost, LoginSource, LoginSources } from '../login.ts';
import type { RESTConfig } from '../restconfig.ts';
import { Secret } from '../secret.ts';
import { idTokenExpiry } from './idtoken.ts';

// client-go's expiryDelta.
const earlyMs = 10_000;
// A token that the issuer has just made is used this long even where our clock takes it for expired.
const leastMs = 10_000;
// A server that refuses a token that is this new refuses the identity.
const newMs = 30_000;

/**
 * Opens the logins through the oidc auth provider of a kubeconfig: its ID token as long as it is good, then one refresh at
 * the issuer for all clusters of the identity. Unlike client-go the kubeconfig is not rewritten: a read command changes no
 * file of the user's, and a fleet that shares one identity would rewrite it from many places.
 */
export function openOIDCLogins(host: LoginHost): LoginSources {
  return () => openSource(host);
}

function openSource(host: LoginHost): LoginSource {
  const { clock } = host;
  const state: {
    login?: Login;
    token: string;
    refreshToken?: string;
    refreshedAt: number;
    refreshing?: SharedRun<Login> | undefined;
  } = { token: '', refreshedAt: Number.NEGATIVE_INFINITY };
  const age = () => clock.monotonic() - state.refreshedAt;
  const use = (token: string): Login => {
    if (!state.login || state.token !== token) state.login = { token: new Secret(token) };
    state.token = token;
    return state.login;
  };
  const isGood = (token: string) => (idTokenExpiry(token) ?? 0) - earlyMs > clock.now() || age() < leastMs;
  const refresh = async (config: RESTConfig, unwanted: AbortSignal): Promise<Login> => {
    const settings = config.auth.oidc ?? {};
    const refreshToken = state.refreshToken ?? settings['refresh-token'] ?? '';
    const issuer = settings['idp-issuer-url'] ?? '';
    if (refreshToken === '') throw ended(config, 'and there is no refresh-token');
    if (issuer === '') throw ended(config, 'and there is no idp-issuer-url to refresh it at');
    const { refreshIDToken } = await import('./issuer.ts');
    const ca = await authority(config, host);
    const controller = new AbortController();
    const late = () =>
      controller.abort(new ClusterFailure({ type: 'Timeout', message: 'it did not answer in time', retriable: true }));
    const { timeoutMs = 60_000 } = host;
    const cancel = timeoutMs > 0 ? clock.after(timeoutMs, late) : () => {};
    try {
      const fresh = await refreshIDToken({
        issuer,
        clientID: settings['client-id'] ?? '',
        clientSecret: settings['client-secret'] ? new Secret(settings['client-secret']) : undefined,
        refreshToken: new Secret(refreshToken),
        ca,
        proxyEnv: host.proxyEnv ?? {},
        clock,
        signal: AbortSignal.any([controller.signal, unwanted]),
      });
      if (fresh.refreshToken && fresh.refreshToken.reveal() !== refreshToken) {
        state.refreshToken = fresh.refreshToken.reveal();
        host.note?.(
          `note: ${issuer} replaced the refresh token of ${config.origin ?? 'a user'}; kubectl mc keeps it for this run only and does not write it to the kubeconfig`,
        );
      }
      state.refreshedAt = clock.monotonic();
      return use(fresh.idToken.reveal());
    } catch (error) {
      // Nobody waits any more: what they hear is why they went.
      if (unwanted.aborted) throw unwanted.reason;
      throw ended(config, `and ${issuer} did not refresh it: ${(error as Error).message}`);
    } finally {
      cancel();
    }
  };
  const refreshOnce = (config: RESTConfig, { cluster, signal }: Attempt): Promise<Login> => {
    if (signal.aborted) return Promise.reject(signal.reason);
    state.refreshing ??= shareRun(
      (unwanted) => refresh(config, unwanted),
      () => {
        state.refreshing = undefined;
      },
    );
    return state.refreshing.join({ cluster: cluster ?? config.origin ?? config.server, signal });
  };
  return {
    async get(config, attempt) {
      const token = state.token || config.auth.oidc?.['id-token'] || '';
      if (token !== '' && isGood(token)) return use(token);
      return await attempt.offClock(refreshOnce(config, attempt));
    },
    async renew(config, attempt, stale) {
      if (stale !== state.login && state.login) return state.login;
      if (age() < newMs || (!state.refreshToken && !config.auth.oidc?.['refresh-token'])) return undefined;
      return await attempt.offClock(refreshOnce(config, attempt)).catch(() => undefined);
    },
  };
}

/** The issuer's own certificate authority, from `idp-certificate-authority-data` or its file. */
async function authority(config: RESTConfig, { files }: LoginHost): Promise<string | undefined> {
  const data = config.auth.oidc?.['idp-certificate-authority-data'];
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const file = config.auth.oidc?.['idp-certificate-authority'];
  if (!file) return undefined;
  return await files.readText(file).catch((error: { code?: string }) => {
    throw ended(config, `and idp-certificate-authority ${file} cannot be read (${error.code ?? 'unreadable'})`);
  });
}

/** The one failure of these logins, with the way out. */
function ended(config: RESTConfig, why: string): ClusterFailure {
  return new ClusterFailure({
    type: 'Unauthorized',
    message: `the ID token of the oidc auth provider${forContext(config)} has expired or is missing, ${why}`,
    reason: 'OIDC',
    hint: 'log in again with the tool that wrote users[].user.auth-provider in your kubeconfig, or use an exec plugin such as kubelogin',
    retriable: false,
  });
}
