/** Custom resources: widgets on members, ClusterProfiles on the hub. */
import { age } from '../age.ts';
import { type ClusterFacts, createdMs, type Item, metadata, timestamp } from '../item.ts';

const colours = ['red', 'green', 'blue'] as const;

/** Widgets as items (columns of manifests/widgets-a.yaml); every fourth has no colour. */
export function widgets(facts: ClusterFacts): Item[] {
  return Array.from({ length: facts.widgets ?? 0 }, (_, i): Item => {
    const name = `widget-${i}`;
    const created = createdMs(facts, `widgets/${i}`);
    const size = 1 + i;
    const colour = i % 4 === 3 ? undefined : colours[i % colours.length];
    const labels = { size: size > 2 ? 'large' : 'small' };
    return {
      name,
      namespace: facts.namespace,
      labels,
      cells: () => [name, size, colour ?? null],
      object: () => ({
        metadata: metadata(facts, 'widgets', {
          name,
          namespace: facts.namespace,
          createdMs: created,
          labels,
          generation: 1,
          managed: [['kubectl-create', 'example.com/v1', { 'f:spec': { '.': {}, 'f:colour': {}, 'f:size': {} } }]],
        }),
        spec: { ...(colour === undefined ? {} : { colour }), size },
      }),
    };
  });
}

/** What the hub says about one member. */
export interface ProfileFacts {
  readonly name: string;
  readonly namespace: string;
  readonly server: string;
  readonly caData: string;
  readonly version: string;
  readonly healthy: boolean;
  readonly joined: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

const manager = 'simulated-fleet';

/** ClusterProfiles (multicluster.x-k8s.io/v1alpha1, KEP-4322) as items. */
export function clusterProfiles(hub: ClusterFacts, profiles: readonly ProfileFacts[]): Item[] {
  return profiles.map((profile): Item => {
    const created = createdMs(hub, `clusterprofiles/${profile.name}`);
    const labels = { 'x-k8s.io/cluster-manager': manager, ...profile.labels };
    const condition = (type: string, status: boolean, reason: string) => ({
      type,
      status: status ? 'True' : 'False',
      lastTransitionTime: timestamp(created),
      reason,
      message: reason,
    });
    return {
      name: profile.name,
      namespace: profile.namespace,
      labels,
      cells: (now) => [profile.name, age(now - created)],
      object: () => ({
        metadata: metadata(hub, 'clusterprofiles', {
          name: profile.name,
          namespace: profile.namespace,
          createdMs: created,
          labels,
          generation: 1,
          managed: [[manager, 'multicluster.x-k8s.io/v1alpha1', { 'f:spec': { '.': {}, 'f:displayName': {} } }]],
        }),
        spec: { clusterManager: { name: manager }, displayName: `Cluster ${profile.name}` },
        status: {
          accessProviders: [
            {
              cluster: { 'certificate-authority-data': profile.caData, server: profile.server },
              name: manager,
            },
          ],
          conditions: [
            condition('ControlPlaneHealthy', profile.healthy, profile.healthy ? 'Healthy' : 'Unreachable'),
            condition('Joined', profile.joined, profile.joined ? 'Joined' : 'NotJoined'),
          ],
          properties: [
            { name: 'cluster.clusterset.k8s.io', value: profile.name },
            { name: 'cloud.region', value: profile.labels['region'] ?? 'none' },
          ],
          version: { kubernetes: profile.version },
        },
      }),
    };
  });
}
