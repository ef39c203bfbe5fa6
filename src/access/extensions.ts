import type { ProfileAccess } from '../api/cluster.ts';
import type { EnvVar } from './environment.ts';

type Extensions = NonNullable<ProfileAccess['cluster']['extensions']>;

/** The extensions of KEP-4322 that mean something to a consumer. */
export const EXTENSION = {
  args: 'clusterprofiles.multicluster.x-k8s.io/exec/additional-args',
  envs: 'clusterprofiles.multicluster.x-k8s.io/exec/additional-envs',
  /** The plugin's own configuration, as in a kubeconfig. */
  config: 'client.authentication.k8s.io/exec',
} as const;

/** The name that stands twice in the list, undefined where none does; client-go refuses the whole cluster for it. */
export function repeatedExtension(extensions: Extensions): string | undefined {
  const seen = new Set<string>();
  return extensions.find(({ name }) => seen.size === seen.add(name).size)?.name;
}

/** A list of strings as yaml.v3 reads it into []string; undefined for what it cannot. */
export function readArgs(extension: unknown): readonly string[] | undefined {
  if (extension === undefined || extension === null) return [];
  if (!Array.isArray(extension)) return undefined;
  const args = extension.map(scalarText);
  return args.every((arg) => arg !== undefined) ? args : undefined;
}

/** A map of strings as yaml.v3 reads it into map[string]string, in the hub's order; undefined for what it cannot. */
export function readEnvs(extension: unknown): readonly EnvVar[] | undefined {
  if (extension === undefined || extension === null) return [];
  if (typeof extension !== 'object' || Array.isArray(extension)) return undefined;
  const envs = Object.entries(extension).map(([name, value]) => ({ name, value: scalarText(value) }));
  return envs.every((env): env is EnvVar => env.value !== undefined) ? envs : undefined;
}

function scalarText(value: unknown): string | undefined {
  if (value === null) return '';
  return typeof value === 'object' || value === undefined ? undefined : String(value);
}
