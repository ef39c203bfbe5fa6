/** What is known about a cluster before anybody talks to it. */

/** Where a cluster was found: a ClusterProfile on the hub, an entry of the mapping file, a kubeconfig context, or the pod we run in. */
export type ClusterSource = 'hub' | 'file' | 'kubeconfig' | 'in-cluster';

/** A tri-state condition status as in metav1.Condition. */
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** The health a hub reports: ControlPlaneHealthy, else Ready, else Unknown (absence means "try it"). */
export interface Health {
  readonly status: ConditionStatus;
  /** The condition it was read from, absent when neither condition is there. */
  readonly condition?: 'ControlPlaneHealthy' | 'Ready';
  readonly reason?: string;
  readonly message?: string;
}

/** One `status.accessProviders[]` entry of a ClusterProfile, as the hub gave it and not to be trusted (KEP-4322). */
export interface ProfileAccess {
  readonly name: string;
  readonly cluster: {
    readonly server: string;
    readonly 'certificate-authority-data'?: string;
    readonly 'certificate-authority'?: string;
    readonly 'tls-server-name'?: string;
    readonly 'insecure-skip-tls-verify'?: boolean;
    readonly 'proxy-url'?: string;
    readonly 'disable-compression'?: boolean;
    readonly extensions?: readonly { readonly name: string; readonly extension?: unknown }[];
  };
  /** True when it came from the deprecated `status.credentialProviders`. */
  readonly deprecated?: boolean;
}

/** A cluster of the inventory. `name` is the label shown and selected by: unique in one inventory. */
export interface Cluster {
  readonly name: string;
  readonly source: ClusterSource;
  /** The ClusterProfile it came from. */
  readonly ref?: { readonly namespace: string; readonly name: string };
  /** `namespace/name` of further profiles of the same cluster. */
  readonly aliases: readonly string[];
  readonly uid?: string;
  /** Presentation only: never selects, never keys output. */
  readonly displayName?: string;
  readonly manager?: string;
  readonly version?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  /** The profile's annotations, absent where it has none; values are cut at 254 characters. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the profile says about its cloud without any standard behind it; absent where it says nothing. */
  readonly hints?: { readonly cloudProvider?: string; readonly region?: string; readonly clusterType?: string };
  readonly health: Health;
  /** The `Joined` condition, null where the hub says nothing. */
  readonly joined: ConditionStatus | null;
  readonly accessProviders: readonly ProfileAccess[];
  /** The kubeconfig context this cluster is (sources kubeconfig), before any mapping. */
  readonly context?: string;
  /** W-… codes of what is odd about the profile, e.g. `W-MEMBER-ID-TIE`. */
  readonly warnings: readonly string[];
}
