import type { Secret } from './secret.ts';

/** Everything needed to talk to one API server, as data (client-go's rest.Config); secrets redact themselves when printed. */
export interface RESTConfig {
  /** https URL, scheme lower case, no trailing slash; a path prefix is kept. */
  readonly server: string;
  readonly tls: {
    /** PEM bundle; absent means the system's roots. */
    readonly ca?: string;
    readonly serverName?: string;
    readonly insecure?: boolean;
  };
  /** `http://`, `https://` or `socks5://` URL from `proxy-url`, "" = explicitly none, absent = HTTPS_PROXY and NO_PROXY decide. */
  readonly proxy?: string;
  readonly disableCompression?: boolean;
  readonly auth: Auth;
  readonly impersonate?: Impersonate;
  /** The context it was made from, for messages. */
  readonly origin?: string;
}

/** Who we are to the server. Several kinds may be set at once, as in a kubeconfig user; nothing set means anonymous. */
export interface Auth {
  readonly certificate?: { readonly cert: string; readonly key: Secret };
  readonly token?: Secret;
  /** Absolute path; read again when it changes. */
  readonly tokenFile?: string;
  readonly basic?: { readonly username: string; readonly password: Secret };
  /** An exec credential plugin (client.authentication.k8s.io). */
  readonly exec?: ExecConfig;
  /** The oidc auth provider of a kubeconfig, as written there. */
  readonly oidc?: Readonly<Record<string, string>>;
}

/** `users[].user.exec` of a kubeconfig, with `command` made absolute where the kubeconfig's rules say so. */
export interface ExecConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
  /** The cluster's `client.authentication.k8s.io/exec` extension, handed to the plugin only with provideClusterInfo. */
  readonly clusterConfig?: unknown;
}

/** `--as`, `--as-group`, `--as-uid` or the kubeconfig's own `as…` keys. */
export interface Impersonate {
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}
