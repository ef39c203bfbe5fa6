import type { ConditionStatus, Health, ProfileAccess } from '../api/cluster.ts';
import { type ProfileHints, readHints } from './hints.ts';
import { cut, type Fields, fields, list } from './tolerant.ts';

/** One ClusterProfile as every reader sees it, whatever its version and its writer; values are cut at their CRD limits. */
export interface Profile {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  /** RFC 3339, "" where the object has none. */
  readonly created: string;
  readonly displayName: string;
  readonly manager: string | null;
  /** Same value on one hub = same member cluster (label multicluster.x-k8s.io/inventory-member-id). */
  readonly memberId: string | null;
  /** The ManagedCluster it projects (Open Cluster Management). */
  readonly ocmName?: string;
  readonly health: Health;
  readonly joined: ConditionStatus | null;
  readonly version: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly access: readonly ProfileAccess[];
  readonly clusterSet?: string;
  readonly clusterId?: string;
  readonly hints: ProfileHints;
  /** W-… codes. */
  readonly warnings: readonly string[];
}

const label = {
  manager: 'x-k8s.io/cluster-manager',
  memberId: 'multicluster.x-k8s.io/inventory-member-id',
  clusterSet: 'multicluster.x-k8s.io/clusterset',
  ocmName: 'open-cluster-management.io/cluster-name',
} as const;

/** Reads one object of KEP-4322 tolerantly: what a writer got wrong is a warning, never an error. */
export function normalizeProfile(object: unknown, listVersion?: string): Profile {
  const root = fields(object);
  const metadata = fields(root['metadata']);
  const spec = fields(root['spec']);
  const status = fields(root['status']);
  const name = cut(metadata['name'], 253) ?? '';
  const labels = strings(Object.entries(fields(metadata['labels'])), 317, 63);
  const properties = strings(
    list(status['properties']).map((item) => [fields(item)['name'], fields(item)['value']]),
    253,
    1024,
  );

  const specManager = cut(fields(spec['clusterManager'])['name'], 253) || undefined;
  const labelManager = labels[label.manager] || undefined;
  const manager = specManager ?? labelManager ?? null;
  const hints = readHints(spec, properties);
  const conditions = list(status['conditions']).map(fields);
  const version = String(root['apiVersion'] ?? listVersion ?? 'v1alpha1');
  const clusterSet = labels[label.clusterSet] || properties['clusterset.k8s.io'];
  const clusterId =
    properties['cluster.clusterset.k8s.io'] ?? properties['id.k8s.io'] ?? properties['clusterset.k8s.io/cluster-id'];
  const uid = cut(metadata['uid'], 128);
  return {
    // A file or a fake hub may leave the namespace out; the API server never does.
    namespace: cut(metadata['namespace'], 63) || 'default',
    name,
    ...(uid && { uid }),
    created: cut(metadata['creationTimestamp'], 64) ?? '',
    displayName: cut(spec['displayName'], 1024) || name,
    manager,
    memberId: labels[label.memberId] || null,
    ...(labels[label.ocmName] && { ocmName: labels[label.ocmName] }),
    health: healthOf(conditions),
    joined: statusOf(conditions.find((one) => one['type'] === 'Joined')) ?? null,
    version: cut(fields(status['version'])['kubernetes'], 253) || null,
    labels,
    properties,
    // No value that long is ever used; one character more than allowed keeps it from being used shortened.
    annotations: strings(Object.entries(fields(metadata['annotations'])), 317, 254),
    access: accessProviders(status, version.endsWith('v1alpha1')),
    ...(clusterSet && { clusterSet }),
    ...(clusterId && { clusterId }),
    hints,
    warnings: [
      ...(manager === null ? ['W-NO-MANAGER'] : []),
      ...(specManager && labelManager && specManager !== labelManager ? ['W-MANAGER-LABEL-MISMATCH'] : []),
      ...(['clusterName', 'cloudProvider', 'region'].some((key) => key in spec) ? ['W-NONSTANDARD-SPEC'] : []),
      ...(labels[label.memberId] === '' ? ['W-EMPTY-MEMBER-ID'] : []),
      ...(Object.keys(properties).some((key) => key.startsWith('auth.exec.')) ? ['W-HUB-EXEC-HINT'] : []),
    ],
  };
}

/** `namespace/name`, the identity of a profile on its hub. */
export function keyOf(profile: Pick<Profile, 'namespace' | 'name'>): string {
  return `${profile.namespace}/${profile.name}`;
}

/** ControlPlaneHealthy beats Ready; neither means Unknown, and Unknown means "try it". */
function healthOf(conditions: readonly Fields[]): Health {
  for (const type of ['ControlPlaneHealthy', 'Ready'] as const) {
    const condition = conditions.find((one) => one['type'] === type);
    const status = statusOf(condition);
    if (condition === undefined || status === undefined) continue;
    const reason = cut(condition['reason'], 1024);
    const message = cut(condition['message'], 32768);
    return { status, condition: type, ...(reason && { reason }), ...(message && { message }) };
  }
  return { status: 'Unknown' };
}

function statusOf(condition: Fields | undefined): ConditionStatus | undefined {
  return (['True', 'False', 'Unknown'] as const).find((status) => status === condition?.['status']);
}

/** accessProviders, then the deprecated twin of v1alpha1 for names not there; at most 64. */
function accessProviders(status: Fields, withDeprecated: boolean): readonly ProfileAccess[] {
  const byName = new Map<string, ProfileAccess>();
  const read = (items: unknown, deprecated: boolean) => {
    for (const item of list(items)) {
      const entry = fields(item);
      const name = cut(entry['name'], 253);
      if (!name || byName.has(name) || byName.size === 64) continue;
      byName.set(name, { name, cluster: clusterFields(fields(entry['cluster'])), ...(deprecated && { deprecated }) });
    }
  };
  read(status['accessProviders'], false);
  if (withDeprecated) read(status['credentialProviders'], true);
  return [...byName.values()];
}

function clusterFields(cluster: Fields): ProfileAccess['cluster'] {
  // One character more than allowed stays, so that the endpoint policy refuses it instead of using a shortened address.
  const text = (key: string, limit: number) => {
    const value = cut(cluster[key], limit);
    return value === undefined ? {} : { [key]: value };
  };
  const extensions = list(cluster['extensions']).flatMap((item) => {
    const { name, extension } = fields(item);
    return typeof name === 'string'
      ? [{ name: name.slice(0, 253), ...(extension !== undefined && { extension }) }]
      : [];
  });
  return {
    server: cut(cluster['server'], 2049) ?? '',
    ...text('certificate-authority-data', 1 << 20),
    ...text('certificate-authority', 4096),
    ...text('tls-server-name', 254),
    ...text('proxy-url', 2049),
    ...(cluster['insecure-skip-tls-verify'] === true && { 'insecure-skip-tls-verify': true }),
    ...(cluster['disable-compression'] === true && { 'disable-compression': true }),
    ...(extensions.length > 0 && { extensions }),
  };
}

/** Own string values only; `fromEntries` defines them, so a key named `__proto__` does no harm. */
function strings(
  entries: readonly (readonly unknown[])[],
  keyLimit: number,
  valueLimit: number,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entries.flatMap(([key, value]) =>
      typeof key === 'string' && typeof value === 'string'
        ? [[key.slice(0, keyLimit), value.slice(0, valueLimit)]]
        : [],
    ),
  );
}
