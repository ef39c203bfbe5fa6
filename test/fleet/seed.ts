import type { KubeConfig, V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import { installCrd, onceServed, unlessThere } from './crds.ts';
import type { MemberName, Server } from './fleet.ts';
import { podSpec, podStatus } from './pods.ts';
import { rbacOf } from './rbac.ts';
import type { Place } from './users.ts';
import { NODES, WIDGETS, WORKLOADS, type Workload } from './workloads.ts';

type Client = typeof import('@kubernetes/client-node');

/** One server and how to talk to it as admin. */
interface Site {
  readonly k8s: Client;
  readonly admin: KubeConfig;
}

/** Makes the hub: namespace `fleet`, the ClusterProfile CRD, the users' rights. Profiles are the tests' own business (profiles.ts). */
export async function seedHub(hub: Server): Promise<void> {
  const site = await siteOf(hub);
  await namespaces(site, ['fleet']);
  await Promise.all([rights(site, 'hub'), installCrd(site.admin, 'clusterprofiles')]);
}

/** Makes only the namespaces and the users' rights of a member, for servers that run their own controllers. */
export async function seedRights(server: Server): Promise<void> {
  const site = await siteOf(server);
  await namespaces(site, ['team-a', 'team-b']);
  await rights(site, server.name);
}

/** Makes a member: namespaces, rights, nodes, workloads with their statuses, configuration, events, widgets. */
export async function seedMember(server: Server): Promise<void> {
  const name = server.name as MemberName;
  const site = await siteOf(server);
  await namespaces(site, ['default', 'kube-system', 'team-a', 'team-b']);
  await Promise.all([
    rights(site, name),
    nodes(site, name, server.version),
    configuration(site, name),
    ...WORKLOADS[name].map((workload, index) => deploy(site, name, workload, index)),
    ...(name === 'C' ? [] : [widgets(site, name)]),
  ]);
}

async function siteOf(server: Server): Promise<Site> {
  return { k8s: await import('@kubernetes/client-node'), admin: await server.admin() };
}

async function namespaces({ k8s, admin }: Site, names: readonly string[]): Promise<void> {
  const api = admin.makeApiClient(k8s.CoreV1Api);
  await Promise.all(names.map((name) => unlessThere(api.createNamespace({ body: { metadata: { name } } }))));
}

/** The users' rights on one server, as users.ts tells them. */
async function rights({ k8s, admin }: Site, place: Place): Promise<void> {
  const api = admin.makeApiClient(k8s.RbacAuthorizationV1Api);
  const { clusterRole, clusterRoleBinding, roles, roleBindings } = rbacOf(place);
  await Promise.all([
    unlessThere(api.createClusterRole({ body: clusterRole })),
    unlessThere(api.createClusterRoleBinding({ body: clusterRoleBinding })),
    ...roles.map((body) => unlessThere(api.createNamespacedRole({ namespace: body.metadata!.namespace!, body }))),
    ...roleBindings.map((body) =>
      unlessThere(api.createNamespacedRoleBinding({ namespace: body.metadata!.namespace!, body })),
    ),
  ]);
}

async function nodes({ k8s, admin }: Site, member: MemberName, version: string): Promise<void> {
  const api = admin.makeApiClient(k8s.CoreV1Api);
  await Promise.all(
    Object.entries(NODES[member]).map(async ([name, ready], index) => {
      const role = name.endsWith('control') ? { 'node-role.kubernetes.io/control-plane': '' } : {};
      const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${index + 1}`, ...role };
      const body = await api.createNode({ body: { metadata: { name, labels } } });
      const resources = { cpu: '4', memory: '8Gi', pods: '110' };
      body.status = {
        capacity: resources,
        allocatable: resources,
        addresses: [{ type: 'InternalIP', address: `10.2.0.${index + 1}` }],
        conditions: [
          {
            type: 'Ready',
            status: ready ? 'True' : 'Unknown',
            reason: ready ? 'KubeletReady' : 'NodeStatusUnknown',
            message: '',
          },
        ],
        nodeInfo: {
          architecture: 'amd64',
          bootID: '',
          containerRuntimeVersion: 'containerd://2.1.4',
          kernelVersion: '6.12.0',
          kubeProxyVersion: '',
          kubeletVersion: version,
          machineID: '',
          operatingSystem: 'linux',
          osImage: 'Test Linux',
          systemUUID: '',
        },
      };
      await api.replaceNodeStatus({ name, body });
    }),
  );
}

async function deploy(site: Site, member: MemberName, workload: Workload, order: number): Promise<void> {
  const { k8s, admin } = site;
  const { namespace, name, labels } = workload;
  const api = admin.makeApiClient(k8s.AppsV1Api);
  const count = workload.pods.length;
  const ready = workload.pods.filter((state) => state === 'Running').length;
  const template = { metadata: { labels }, spec: { containers: [{ name, image: workload.image }] } };
  const spec = { replicas: count, selector: { matchLabels: labels }, template };
  const deployment = await api.createNamespacedDeployment({ namespace, body: { metadata: { name, labels }, spec } });
  const owner = ownerOf('apps/v1', 'Deployment', deployment.metadata!);
  const hashed = `${name}-${hashOf(name)}`;
  const set = await api.createNamespacedReplicaSet({
    namespace,
    body: { metadata: { name: hashed, labels, ownerReferences: [owner] }, spec },
  });
  deployment.status = {
    replicas: count,
    updatedReplicas: count,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: 1,
  };
  set.status = {
    replicas: count,
    fullyLabeledReplicas: count,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: 1,
  };
  await Promise.all([
    api.replaceNamespacedDeploymentStatus({ namespace, name, body: deployment }),
    api.replaceNamespacedReplicaSetStatus({ namespace, name: hashed, body: set }),
    service(site, workload, order),
    ...workload.pods.map((state, index) => {
      const metadata = {
        name: `${hashed}-${'abcdefgh'[index]}`,
        namespace,
        labels,
        ownerReferences: [ownerOf('apps/v1', 'ReplicaSet', set.metadata!)],
      };
      const body: V1Pod = { metadata, spec: podSpec(workload, state, Object.keys(NODES[member]), index) };
      return pod(site, body, podStatus(workload, state, order * 10 + index));
    }),
  ]);
}

async function pod({ k8s, admin }: Site, body: V1Pod, status: NonNullable<V1Pod['status']>): Promise<void> {
  const api = admin.makeApiClient(k8s.CoreV1Api);
  const { name, namespace } = body.metadata as { name: string; namespace: string };
  const created = await api.createNamespacedPod({ namespace, body });
  await api.replaceNamespacedPodStatus({ namespace, name, body: { ...created, status } });
  const reason = status.containerStatuses?.[0]?.state?.waiting?.reason;
  if (!reason) return;
  await api.createNamespacedEvent({
    namespace,
    body: {
      metadata: { name: `${name}.backoff`, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid: created.metadata!.uid! },
      type: 'Warning',
      reason: 'BackOff',
      message: `Back-off: ${reason}`,
      count: 3,
      firstTimestamp: new Date(),
      lastTimestamp: new Date(),
      source: { component: 'kubelet' },
    },
  });
}

async function service({ k8s, admin }: Site, workload: Workload, order: number): Promise<void> {
  if (workload.port === undefined) return;
  const { namespace, name, labels, port } = workload;
  await admin.makeApiClient(k8s.CoreV1Api).createNamespacedService({
    namespace,
    body: {
      metadata: { name, labels },
      spec: { selector: { ...labels }, ports: [{ port }], clusterIP: `10.0.0.${order + 10}` },
    },
  });
}

async function configuration({ k8s, admin }: Site, member: MemberName): Promise<void> {
  const api = admin.makeApiClient(k8s.CoreV1Api);
  const data = { cluster: member, 'log-level': member === 'C' ? 'debug' : 'info' };
  await Promise.all([
    api.createNamespacedConfigMap({ namespace: 'team-a', body: { metadata: { name: 'app-config' }, data } }),
    api.createNamespacedConfigMap({
      namespace: 'default',
      body: { metadata: { name: `only-on-${member.toLowerCase()}` }, data },
    }),
    api.createNamespacedSecret({
      namespace: 'team-b',
      body: { metadata: { name: 'database' }, type: 'Opaque', stringData: { password: `not-a-secret-${member}` } },
    }),
  ]);
}

async function widgets({ k8s, admin }: Site, member: 'A' | 'B'): Promise<void> {
  await installCrd(admin, `widgets-${member.toLowerCase()}`);
  const api = admin.makeApiClient(k8s.CustomObjectsApi);
  const type = { group: 'example.com', version: 'v1', plural: 'widgets' };
  await Promise.all(
    WIDGETS[member].map(({ namespace, name, spec }) =>
      onceServed(() =>
        api.createNamespacedCustomObject({
          ...type,
          namespace,
          body: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name, namespace }, spec },
        }),
      ),
    ),
  );
}

function ownerOf(apiVersion: string, kind: string, metadata: { name?: string; uid?: string }): V1OwnerReference {
  return { apiVersion, kind, name: metadata.name!, uid: metadata.uid!, controller: true };
}

/** Looks like a pod template hash and is always the same for a name. */
function hashOf(name: string): string {
  const sum = [...name].reduce((hash, letter) => (hash * 33 + letter.charCodeAt(0)) >>> 0, 5381);
  return sum.toString(36).padStart(7, '0');
}
