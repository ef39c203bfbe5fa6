import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';

/** A mapping file, `~/.kube/kubectl-mc-clusters.yaml`: which kubeconfig context is which cluster. Further keys are written as they stand. */
export interface MappingRequest {
  readonly hubContext?: string;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly clusters: readonly { readonly name: string; readonly context?: string; readonly [key: string]: unknown }[];
  readonly [key: string]: unknown;
}

/** Writes the mapping file, its folder included; resolves to its path. */
export async function writeMapping(path: string, mapping: MappingRequest): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, stringify({ apiVersion: 'kubectl-mc.k8s.io/v1alpha1', kind: 'ClusterMapping', ...mapping }));
  return path;
}
