/** The shape of a loaded kubeconfig; see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */

/** One cluster or user as its file holds it, not yet checked: only what is used is looked at. */
export interface KubeconfigEntry {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The file that holds it; relative paths inside are relative to its folder. */
  readonly file: string;
}

/** One context; `cluster` and `user` are names that may lead nowhere, "" where they are absent. */
export interface KubeContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
  readonly file: string;
}

/** One or more kubeconfig files merged by kubectl's rules. */
export interface Kubeconfig {
  readonly contexts: ReadonlyMap<string, KubeContext>;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
  readonly currentContext?: string;
  /** Absolute paths of the files read, in their order of precedence. */
  readonly files: readonly string[];
  /** Absolute paths that KUBECONFIG names and that do not exist. */
  readonly missing: readonly string[];
}
