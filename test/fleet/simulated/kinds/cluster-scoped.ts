/** Namespaces and nodes. */
import { age } from '../age.ts';
import { type ClusterFacts, createdMs, hash, type Item, metadata, timestamp } from '../item.ts';
import { nodeCount } from './pod-seeds.ts';

/** The namespaces of every cluster. */
export function namespaceNames(facts: ClusterFacts): readonly string[] {
  return [...new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system', 'shop', facts.namespace])];
}

/** Namespaces as items. */
export function namespaces(facts: ClusterFacts): Item[] {
  return namespaceNames(facts).map((name) => {
    const created = createdMs(facts, 'namespaces');
    const labels = { 'kubernetes.io/metadata.name': name };
    return {
      name,
      labels,
      fields: { 'status.phase': 'Active' },
      cells: (now) => [name, 'Active', age(now - created)],
      object: () => ({
        metadata: metadata(facts, 'namespaces', {
          name,
          createdMs: created,
          labels,
          managed: [['kube-apiserver', 'v1', { 'f:metadata': { 'f:labels': { '.': {} } } }]],
        }),
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      }),
    };
  });
}

const system = {
  operatingSystem: 'linux',
  architecture: 'amd64',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  kernelVersion: '6.1.0-42-amd64',
  containerRuntimeVersion: 'containerd://2.1.4',
} as const;

/** Nodes as items: one control plane, the others workers. */
export function nodes(facts: ClusterFacts): Item[] {
  return Array.from({ length: nodeCount }, (_, i): Item => {
    const name = `${facts.name}-n${i}`;
    const created = createdMs(facts, 'namespaces') + 60_000 * i;
    const ip = `192.0.2.${10 + i}`;
    const labels: Record<string, string> = {
      'kubernetes.io/arch': system.architecture,
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': system.operatingSystem,
      ...(i === 0 ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
    };
    const shown = [system.osImage, `${system.kernelVersion} (${system.architecture})`, system.containerRuntimeVersion];
    return {
      name,
      labels,
      fields: { 'spec.unschedulable': 'false' },
      cells: (now) => [
        name,
        'Ready',
        i === 0 ? 'control-plane' : '<none>',
        age(now - created),
        facts.version,
        ip,
        '<none>',
        ...shown,
      ],
      object: () => nodeObject(facts, name, labels, created, ip),
    };
  });
}

function nodeObject(facts: ClusterFacts, name: string, labels: Record<string, string>, created: number, ip: string) {
  const capacity = { cpu: '8', memory: '32Gi', pods: '110' };
  const id = hash(name).toString(16).padStart(8, '0').repeat(4);
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    lastHeartbeatTime: timestamp(facts.startedMs),
    lastTransitionTime: timestamp(created),
    reason,
    message: reason,
  });
  return {
    metadata: metadata(facts, 'nodes', {
      name,
      createdMs: created,
      labels,
      managed: [['kubelet', 'v1', { 'f:status': { 'f:conditions': {}, 'f:nodeInfo': {} } }, 'status']],
    }),
    spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        condition('Ready', 'True', 'KubeletReady'),
      ],
      addresses: [
        { type: 'InternalIP', address: ip },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        machineID: id,
        systemUUID: id,
        bootID: id,
        ...system,
        kubeletVersion: facts.version,
        kubeProxyVersion: '',
      },
    },
  };
}
