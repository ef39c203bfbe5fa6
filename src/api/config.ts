/** The configuration file as data, see `kubectl mc help config`; durations in milliseconds, paths absolute, "" = not set. */

/** `kind` of ~/.kube/kubectl-mc-config.yaml. */
export const CONFIG_KIND = 'Config';

/** Everything that can be configured, with defaults filled in. */
export interface Config {
  readonly kubeconfig: string;
  /** A hard lock to one cluster or context. */
  readonly pin: string;
  readonly discovery: DiscoveryConfig;
  readonly defaults: { readonly namespace: string };
  readonly execution: ExecutionConfig;
  readonly output: OutputConfig;
  readonly access: AccessConfig;
  readonly auth: AuthConfig;
  readonly security: SecurityConfig;
}

/** Which clusters exist. */
export interface DiscoveryConfig {
  /** auto: hub, else mapping file, else contexts; clusterprofile: the hub or nothing; kubeconfig: every context. */
  readonly api: 'auto' | 'clusterprofile' | 'kubeconfig';
  readonly hubContext: string;
  /** Empty: all namespaces of the hub. */
  readonly namespaces: readonly string[];
  /** Empty: any. */
  readonly clusterManagers: readonly string[];
  readonly cacheTTL: number;
  readonly dedupe: 'auto' | 'none';
  readonly maxClusters: number;
}

/** How the clusters are asked; a time of 0 means no limit. */
export interface ExecutionConfig {
  readonly maxConcurrency: number;
  readonly timeout: number;
  readonly connectTimeout: number;
  /** auto: 60 s or 5 s for each cluster, whichever is longer. */
  readonly totalTimeout: number | 'auto';
  readonly continueOnError: boolean;
  readonly qps: number;
  readonly burst: number;
  readonly maxSocketsPerCluster: number;
}

/** How results look. */
export interface OutputConfig {
  readonly colorize: boolean;
  readonly showClusterColumn: boolean;
  readonly clusterColumn: 'after-name' | 'first';
  /** What it means when a cluster does not serve the asked type. */
  readonly missingKind: 'note' | 'error' | 'ignore';
}

/** How clusters of a hub are reached when no context is mapped to them. */
export interface AccessConfig {
  readonly providerFile: string;
  readonly contextNameFallback: boolean;
  readonly verifyIdentity: boolean;
  readonly hubHints: 'ignore' | 'recipe';
  /** A recipe that is absent is off. */
  readonly recipes: Recipes;
  readonly capiKubeconfigs: boolean;
  readonly credentialPlugins: {
    readonly inheritKuberc: boolean;
    readonly policy: '' | 'AllowAll' | 'DenyAll' | 'Allowlist';
    readonly allowlist: readonly { readonly command: string }[];
  };
  readonly endpoints: EndpointConfig;
}

/** The login recipes that are on, with their local settings. */
export interface Recipes {
  readonly eks?: { readonly profile: string; readonly allowedRoleArns: readonly string[] };
  readonly gke?: Readonly<Record<never, never>>;
  readonly aks?: { readonly login: string };
}

/** Which server addresses of a hub are believed. */
export interface EndpointConfig {
  readonly pin: 'enforce' | 'warn' | 'off';
  readonly firstUse: 'prompt' | 'accept' | 'refuse';
  readonly allowLoopback: boolean;
  readonly allowInsecureTLS: boolean;
  readonly allowedProxies: readonly string[];
  readonly allowedServers: {
    readonly eks: readonly string[];
    readonly gke: readonly string[];
    readonly aks: readonly string[];
  };
  readonly serverRewrites: readonly ServerRewrite[];
  readonly useEnvironmentProxy: boolean;
}

/** Addresses beginning with `from` are reached at `to`. */
export interface ServerRewrite {
  readonly from: string;
  readonly to: string;
  readonly caFile?: string;
}

/** Logins. */
export interface AuthConfig {
  readonly interactive: 'auto' | 'never';
  readonly timeout: number;
  readonly interactiveTimeout: number;
  /** auto: as many as the machine has processors, at least 4. */
  readonly concurrency: number | 'auto';
}

/** What may be done at all. */
export interface SecurityConfig {
  readonly readOnly: boolean;
  readonly nonDestructive: boolean;
  readonly denied: readonly string[];
  readonly preflight: boolean;
  readonly rbacCacheTTL: number;
  /** By cluster; read by the work that builds them. */
  readonly policies: Readonly<Record<string, unknown>>;
}
