import { installCrd, onceServed, unlessThere } from './crds.ts';
import type { Fleet } from './fleet.ts';

const TYPE = { group: 'multicluster.x-k8s.io', version: 'v1alpha1', plural: 'clusterprofiles' };
const AT_ONCE = 16;

/** A ClusterProfile in short; what is absent is absent in the object, too. */
export interface ProfileRequest {
  readonly name: string;
  /** Default `fleet`; made when missing. */
  readonly namespace?: string;
  /** `x-k8s.io/cluster-manager` is added. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly displayName?: string;
  /** Default `fleet-test`. */
  readonly manager?: string;
  /** `status.version.kubernetes`. */
  readonly version?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** By type; a bare status gets a reason and an empty message. */
  readonly conditions?: Readonly<
    Record<
      string,
      | 'True'
      | 'False'
      | 'Unknown'
      | { readonly status: 'True' | 'False' | 'Unknown'; readonly reason?: string; readonly message?: string }
    >
  >;
  /** `status.accessProviders[]` as they stand. */
  readonly accessProviders?: readonly Readonly<Record<string, unknown>>[];
}

/** Creates (or replaces) ClusterProfiles on the hub, their status through the status subresource as a cluster manager would. */
export async function createProfiles(fleet: Fleet, profiles: readonly ProfileRequest[]): Promise<void> {
  const { CoreV1Api, CustomObjectsApi } = await import('@kubernetes/client-node');
  const admin = await fleet.hub.admin();
  await installCrd(admin, 'clusterprofiles');
  const core = admin.makeApiClient(CoreV1Api);
  for (const name of new Set(profiles.map((profile) => profile.namespace ?? 'fleet'))) {
    await unlessThere(core.createNamespace({ body: { metadata: { name } } }));
  }
  const api = admin.makeApiClient(CustomObjectsApi);
  await inLanes(profiles, async (profile) => {
    const { name, namespace = 'fleet' } = profile;
    const object = profileOf(profile);
    const created = await onceServed(() =>
      unlessThere(api.createNamespacedCustomObject({ ...TYPE, namespace, body: object })),
    );
    const stored = created ?? (await api.getNamespacedCustomObject({ ...TYPE, namespace, name }));
    const { metadata } = stored as { metadata: { resourceVersion: string } };
    let version = metadata.resourceVersion;
    if (!created) {
      const body = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
      const replaced = await api.replaceNamespacedCustomObject({ ...TYPE, namespace, name, body });
      version = (replaced as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    }
    await api.replaceNamespacedCustomObjectStatus({
      ...TYPE,
      namespace,
      name,
      body: { ...object, metadata: { ...object.metadata, resourceVersion: version }, status: statusOf(profile) },
    });
  });
}

/** Removes ClusterProfiles: the named ones, or all of them in all namespaces. */
export async function deleteProfiles(
  fleet: Fleet,
  profiles?: readonly { readonly name: string; readonly namespace?: string }[],
): Promise<void> {
  const { CustomObjectsApi } = await import('@kubernetes/client-node');
  const api = (await fleet.hub.admin()).makeApiClient(CustomObjectsApi);
  const all = async () => {
    const list = (await api.listCustomObjectForAllNamespaces({ ...TYPE, resourcePlural: TYPE.plural })) as {
      items: { metadata: { name: string; namespace: string } }[];
    };
    return list.items.map((item) => item.metadata);
  };
  await inLanes(profiles ?? (await all()), async ({ name, namespace = 'fleet' }) => {
    try {
      await api.deleteNamespacedCustomObject({ ...TYPE, namespace, name });
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error;
    }
  });
}

/** The object without its status. */
export function profileOf(profile: ProfileRequest) {
  const { name, namespace = 'fleet', manager = 'fleet-test', displayName, labels, annotations } = profile;
  return {
    apiVersion: `${TYPE.group}/${TYPE.version}`,
    kind: 'ClusterProfile',
    metadata: {
      name,
      namespace,
      labels: { 'x-k8s.io/cluster-manager': manager, ...labels },
      ...(annotations ? { annotations } : {}),
    },
    spec: { clusterManager: { name: manager }, ...(displayName === undefined ? {} : { displayName }) },
  };
}

/** The status that the request describes. */
export function statusOf(profile: ProfileRequest, now = new Date()) {
  const { version, properties, conditions, accessProviders } = profile;
  return {
    ...(version === undefined ? {} : { version: { kubernetes: version } }),
    ...(properties ? { properties: Object.entries(properties).map(([name, value]) => ({ name, value })) } : {}),
    ...(conditions
      ? {
          conditions: Object.entries(conditions).map(([type, value]) => ({
            type,
            lastTransitionTime: now.toISOString(),
            reason: 'AsTold',
            message: '',
            ...(typeof value === 'string' ? { status: value } : value),
          })),
        }
      : {}),
    ...(accessProviders ? { accessProviders } : {}),
  };
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
}
