/** What the environment says, absent where a variable is unset or empty. */
export interface EnvironmentSettings {
  /** KUBECTL_MC_CLUSTERS, as --clusters. */
  readonly clusters?: string;
  /** KUBECTL_MC_HUB_CONTEXT, as --hub-context. */
  readonly hubContext?: string;
  /** KUBECTL_MC_NAMESPACE, as -n. */
  readonly namespace?: string;
  /** KUBECTL_MC_KUBECONFIG, as --kubeconfig. */
  readonly kubeconfig?: string;
  /** KUBECTL_MC_CONTEXT, as --pin. */
  readonly pin?: string;
  /** KUBECTL_MC_CONFIG, as --config. */
  readonly config?: string;
  /** KUBECTL_MC_MAPPING, as --mapping. */
  readonly mapping?: string;
}

const VARIABLES: Readonly<Record<keyof EnvironmentSettings, string>> = {
  clusters: 'KUBECTL_MC_CLUSTERS',
  hubContext: 'KUBECTL_MC_HUB_CONTEXT',
  namespace: 'KUBECTL_MC_NAMESPACE',
  kubeconfig: 'KUBECTL_MC_KUBECONFIG',
  pin: 'KUBECTL_MC_CONTEXT',
  config: 'KUBECTL_MC_CONFIG',
  mapping: 'KUBECTL_MC_MAPPING',
};

/** Reads our variables; none of them ever makes the target of a write explicit. */
export function environmentSettings(env: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const set = Object.entries(VARIABLES).filter(([, variable]) => env[variable]);
  return Object.fromEntries(set.map(([key, variable]) => [key, env[variable]]));
}
