import type { MemberName } from './fleet.ts';
import type { ContextRequest } from './kubeconfig.ts';
import type { ProfileRequest } from './profiles.ts';

/** One of N clusters that are really three servers: its context, its mapping entry and its ClusterProfile. */
export interface SpreadCluster {
  readonly name: string;
  readonly server: MemberName;
  readonly context: ContextRequest;
  readonly profile: ProfileRequest;
  readonly mapping: { readonly name: string; readonly context: string };
}

const MEMBERS = ['A', 'B', 'C'] as const;
const ENVIRONMENTS = ['prod', 'staging', 'dev'] as const;
const REGIONS = ['eu-central-1', 'us-west-2'] as const;

/** N clusters over the members in turn: a, b, c for up to three, else c001, c002, …; labels env, region and server differ. */
export function spread(count: number, members: readonly MemberName[] = MEMBERS): readonly SpreadCluster[] {
  const width = Math.max(3, String(count).length);
  return Array.from({ length: count }, (_, index) => {
    const server = members[index % members.length]!;
    const name = count <= 3 ? 'abc'[index]! : `c${String(index + 1).padStart(width, '0')}`;
    const region = REGIONS[index % REGIONS.length]!;
    const env = ENVIRONMENTS[Math.floor(index / members.length) % ENVIRONMENTS.length]!;
    const labels = { env: count <= 3 ? ENVIRONMENTS[index]! : env, region, server };
    const context = `fleet-${name}`;
    return {
      name,
      server,
      context: { name: context, server },
      mapping: { name, context },
      profile: {
        name,
        labels,
        displayName: `Test cluster ${name}`,
        version: server === 'C' ? 'v1.33.13' : 'v1.36.3',
        properties: { 'cloud.region': region },
        conditions: { ControlPlaneHealthy: 'True', Joined: 'True' },
      },
    };
  });
}
