/** A home folder that makes `kubectl mc` (and kubectl) see the simulated fleet. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeMapping } from '../mapping.ts';
import type { HomeOptions, SimulatedFleet, SimulatedHome, SimulatedServer } from './fleet-api.ts';

/** Writes `.kube/config` (0600) and the mapping file below `dir`. */
export async function writeHome(fleet: SimulatedFleet, dir: string, options: HomeOptions = {}): Promise<SimulatedHome> {
  const { hub: wantsHub = true, mapping: wantsMapping = true } = options;
  const contextName = options.contextName ?? ((cluster: string) => (wantsMapping ? `ctx-${cluster}` : cluster));
  const hub = wantsHub ? fleet.hub : undefined;
  const entries = [
    ...(hub ? [{ context: 'hub', server: hub }] : []),
    ...fleet.members.map((server) => ({ context: contextName(server.name), server })),
  ];
  const kube = join(dir, '.kube');
  await mkdir(kube, { recursive: true });
  const kubeconfig = join(kube, 'config');
  await writeFile(kubeconfig, kubeconfigText(entries, fleet.ca), { mode: 0o600 });
  if (!wantsMapping) return { home: dir, kubeconfig };
  const mapping = await writeMapping(join(kube, 'kubectl-mc-clusters.yaml'), {
    ...(hub ? { hubContext: 'hub' } : {}),
    clusters: fleet.members.map(({ name }) => ({ name, context: contextName(name) })),
  });
  return { home: dir, kubeconfig, mapping };
}

/** Text and not a YAML library: a kubeconfig of a thousand contexts takes one of those 100 ms. JSON strings are YAML scalars. */
function kubeconfigText(entries: readonly { context: string; server: SimulatedServer }[], ca: string): string {
  const caData = Buffer.from(ca).toString('base64');
  const q = JSON.stringify;
  const lines = [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${q(entries[0]?.context ?? '')}`,
    'clusters:',
    ...entries.map(
      ({ context, server }) =>
        `- name: ${q(context)}\n  cluster:\n    server: ${q(server.url)}\n    certificate-authority-data: ${caData}`,
    ),
    'users:',
    ...entries.map(({ server }) => `- name: ${q(`user-${server.name}`)}\n  user:\n    token: ${q(server.token)}`),
    'contexts:',
    ...entries.map(
      ({ context, server }) =>
        `- name: ${q(context)}\n  context:\n    cluster: ${q(context)}\n    user: ${q(`user-${server.name}`)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
