import type { Clock } from '../system/clock.ts';
import type { Attempt } from './restclient.ts';
import type { RESTConfig } from './restconfig.ts';
import type { Secret } from './secret.ts';

/** What a login gave: a bearer token, a client certificate, or both. The same object as long as nothing changed. */
export interface Login {
  readonly token?: Secret;
  readonly certificate?: { readonly cert: string; readonly key: Secret };
}

/** One identity's way to log in, shared by all configs with the same key. Throws ClusterFailure. */
export interface LoginSource {
  get(config: RESTConfig, attempt: Attempt): Promise<Login>;
  /** After a 401: a login newer than the one at hand, undefined where there is none. */
  renew(config: RESTConfig, attempt: Attempt): Promise<Login | undefined>;
}

/** Reads files for credentials; rejects with a NodeJS errno error. */
export interface CredentialFiles {
  readText(path: string): Promise<string>;
  /** Milliseconds since the epoch. */
  modifiedMs(path: string): Promise<number>;
}

/** What logins may use of the world. */
export interface LoginHost {
  readonly files: CredentialFiles;
  readonly clock: Clock;
}

/** A kind of login. */
export interface LoginKind {
  readonly kind: string;
  /** Configs with equal keys share one LoginSource (and its one run). */
  key(config: RESTConfig): string;
  open(host: LoginHost): LoginSource | Promise<LoginSource>;
}
