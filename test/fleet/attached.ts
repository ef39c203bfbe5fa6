import { auditReader } from './audit.ts';
import type { Fleet, FleetDescription, Server, ServerDescription } from './fleet.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** The behaviour around a fleet's description; `stop` belongs to whoever started it. */
export function fleetOf(description: FleetDescription, stop: () => Promise<void> = async () => {}): Fleet {
  const { kind, kubectl, dir, users, members } = description;
  return {
    kind,
    kubectl,
    dir,
    users,
    description,
    hub: serverOf(description.hub),
    members: { A: serverOf(members.A), B: serverOf(members.B), C: serverOf(members.C) },
    kubeconfig: (request) => writeKubeconfig(description, request),
    audit: auditReader(),
    stop,
  };
}

/** The behaviour around a server's description. */
export function serverOf(description: ServerDescription): Server {
  return {
    ...description,
    async admin() {
      const { KubeConfig } = await import('@kubernetes/client-node');
      const config = new KubeConfig();
      config.loadFromFile(description.adminKubeconfig);
      return config;
    },
  };
}
