import type { RunChild } from '../system/childprocess.ts';
import type { Clock } from '../system/clock.ts';
import type { PluginPolicy } from './execcredential/policy.ts';
import type { Attempt } from './restclient.ts';
import type { RESTConfig } from './restconfig.ts';
import type { Secret } from './secret.ts';

/** What a login gave: a bearer token, a client certificate, or both. The same object as long as nothing changed. */
export interface Login {
  readonly token?: Secret;
  readonly certificate?: { readonly cert: string; readonly key: Secret };
  /** Milliseconds since the epoch, where an exec plugin said it; only to be shown. */
  readonly expiresAt?: number;
}

/** One identity's way to log in, shared by all configs with the same key. Throws ClusterFailure. */
export interface LoginSource {
  get(config: RESTConfig, attempt: Attempt): Promise<Login>;
  /** After a 401 for `stale`: a login newer than that one, undefined where there is none. */
  renew(config: RESTConfig, attempt: Attempt, stale: Login | undefined): Promise<Login | undefined>;
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
  /** What exec plugins run with; without it no program is started. */
  readonly plugins?: PluginHost;
  /** HTTPS_PROXY and its relatives, for identity providers. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a login without a person may take. */
  readonly timeoutMs?: number;
  /** Tells the user something about a login, one line. */
  readonly note?: (text: string) => void;
}

/** What exec credential plugins may use of the world. */
export interface PluginHost {
  /** The environment of this process, which plugins inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly run: RunChild;
  readonly stdinIsTerminal: boolean;
  /** Why standard input is not there for plugins, undefined where it is. */
  readonly stdinUnavailable: () => string | undefined;
  /** Milliseconds of a run that may ask a person. */
  readonly interactiveTimeoutMs: number;
  /** Plugins that may run at once. */
  readonly concurrency: number | 'auto';
  /** Who may be run at all; asked once, when the first plugin is about to run. Throws ClusterFailure when it cannot be told. */
  readonly policies: () => Promise<readonly PluginPolicy[]>;
  /** Takes whatever else is drawn on the terminal away while `work` has it. */
  readonly pauseWhile: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told of every login under way, so that the command can wait for programs that it ended. */
  readonly track: (login: Promise<unknown>) => void;
  /** Shows one line that a plugin wrote to its stderr, not yet escaped. */
  readonly say: (cluster: string, line: string) => void;
}

/** A kind of login. */
export interface LoginKind {
  readonly kind: string;
  /** Configs with equal keys share one LoginSource (and its one run). */
  key(config: RESTConfig): string;
  /** Called once for the whole run; what it gives makes the source of each identity. */
  open(host: LoginHost): LoginSources | Promise<LoginSources>;
}

/** Makes the source of one identity. */
export type LoginSources = () => LoginSource;
