import { ClusterFailure } from '../errors.ts';
import { authorization, forContext, type HeaderValues, impersonation } from './authheaders.ts';
import { digest } from './configkey.ts';
import type { Login, LoginHost, LoginKind, LoginSource, LoginSources } from './login.ts';
import { loginKindOf } from './logins.ts';
import type { Attempt } from './restclient.ts';
import type { RESTConfig } from './restconfig.ts';
import type { Secret } from './secret.ts';

/** What proves to a server who we are; the same object as long as nothing changed. */
export interface Credential {
  /** Authorization and Impersonate-… headers, unmasked. */
  readonly headers: HeaderValues;
  /** Client certificate chain, PEM; always together with `key`. */
  readonly cert?: string;
  readonly key?: Secret;
  /** As the login has it. */
  readonly expiresAt?: number;
  /** Equal for equal tokens and certificates whatever the impersonation; holds no secret. */
  readonly id: string;
}

/** Turns configs into credentials, logging in where that is needed; one login per identity for the whole fleet. */
export interface Credentials {
  /** Throws ClusterFailure. */
  get(config: RESTConfig, attempt: Attempt): Promise<Credential>;
  /** After a 401 for `stale`: a different credential, undefined where there is none. */
  renew(config: RESTConfig, stale: Credential, attempt: Attempt): Promise<Credential | undefined>;
}

const nothing: Login = {};

/** Opens the credentials of a run; nothing is read or asked before the first `get`. */
export function openCredentials(host: LoginHost): Credentials {
  const kinds = new Map<LoginKind, LoginSources | Promise<LoginSources>>();
  const sources = new Map<string, Promise<LoginSource>>();
  const made = new WeakMap<RESTConfig, { readonly login: Login; readonly credential: Credential }>();
  const sourceOf = (kind: LoginKind, config: RESTConfig) => {
    const key = `${kind.kind}\n${kind.key(config)}`;
    const known = sources.get(key);
    if (known) return known;
    const opened = kinds.get(kind) ?? kind.open(host);
    kinds.set(kind, opened);
    const source = Promise.resolve(opened).then((open) => open());
    sources.set(key, source);
    return source;
  };
  const credentialOf = (config: RESTConfig, login: Login) => {
    const known = made.get(config);
    if (known?.login === login) return known.credential;
    const credential = create(config, login);
    made.set(config, { login, credential });
    return credential;
  };
  return {
    async get(config, attempt) {
      const kind = loginKindOf(config);
      const login = kind ? await (await sourceOf(kind, config)).get(config, attempt) : nothing;
      return credentialOf(config, login);
    },
    async renew(config, stale, attempt) {
      const kind = loginKindOf(config);
      if (!kind) return undefined;
      // Somebody else may have renewed it meanwhile.
      const known = made.get(config);
      if (known && known.credential.id !== stale.id) return known.credential;
      const login = await (await sourceOf(kind, config)).renew(config, attempt, known?.login);
      const renewed = login && credentialOf(config, login);
      return renewed && renewed.id !== stale.id ? renewed : undefined;
    },
  };
}

function create(config: RESTConfig, login: Login): Credential {
  const { auth } = config;
  if (auth.basic && (auth.token || auth.tokenFile !== undefined))
    throw new ClusterFailure({
      type: 'NoContext',
      reason: 'InvalidConfiguration',
      message: `username/password or bearer token may be set${forContext(config)}, but not both`,
      retriable: false,
    });
  const who = authorization(auth, login.token ?? auth.token);
  const certificate = auth.certificate ?? login.certificate;
  return {
    headers: { ...who, ...impersonation(config) },
    ...(certificate && { cert: certificate.cert, key: certificate.key }),
    ...(login.expiresAt !== undefined && { expiresAt: login.expiresAt }),
    id: digest('credential', who['Authorization'], certificate?.cert, certificate?.key.reveal()),
  };
}
