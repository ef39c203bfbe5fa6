import { eks } from '../../access/recipes/eks.ts';
import type { Cluster } from '../../api/cluster.ts';
import type { MappingEntry } from '../../api/mapping.ts';
import { ClusterFailure } from '../../errors.ts';
import type { HelperMetadata, HelperName } from '../../kubeconfig/platforms/command.ts';
import { type ProviderName, providerOf } from '../../kubeconfig/platforms/registry.ts';

/** What is known about a cluster's place in its cloud; nothing of it is checked yet. */
export interface CloudFacts {
  readonly provider: ProviderName;
  readonly helper: HelperName;
  readonly metadata: HelperMetadata;
  /** The facts that the mapping file gave. */
  readonly mapped: ReadonlySet<string>;
  /** What the cloud may call the cluster, where nobody says so: never used before a person has confirmed it. */
  readonly suggestedName?: string;
}

/**
 * Collects the facts, first source first: mapping entry, `cloud.*` properties, the arguments of the EKS recipe, region labels,
 * a Connect Gateway address. Undefined where nothing names a cloud.
 */
export function cloudFacts(cluster: Cluster, entry: MappingEntry | undefined): CloudFacts | undefined {
  const { properties, labels, hints } = cluster;
  const gateway = connectGateway(cluster);
  const recipe = eksArguments(cluster);
  const provider =
    providerOf(entry?.cloudProvider) ??
    providerOf(properties['cloud.provider']) ??
    providerOf(hints?.clusterType ?? properties['cluster.type']) ??
    providerOf(hints?.cloudProvider) ??
    (recipe ? 'aws' : undefined) ??
    (gateway ? 'gcp' : undefined);
  if (provider === undefined) return undefined;
  const cloud = entry?.cloud ?? {};
  const mapped = new Set<string>();
  const fact = (key: string, own: string | undefined, ...others: readonly (string | undefined)[]) => {
    if (own) mapped.add(key);
    return own || others.find(Boolean);
  };
  const regions = [labels['topology.kubernetes.io/region'], labels['region'], hints?.region];
  const name = fact('name', cloud.clusterName, properties['cloud.cluster-name']);
  const suggestion = cluster.displayName || cluster.ref?.name || cluster.name;
  const facts = (helper: HelperName, metadata: HelperMetadata): CloudFacts => ({
    ...{ provider, helper, metadata, mapped },
    ...('name' in metadata && !metadata['name'] && { suggestedName: suggestion }),
  });
  switch (provider) {
    case 'aws':
      return facts('eks', {
        name: name ?? recipe?.name,
        region: fact('region', entry?.region, properties['cloud.region'], recipe?.region, ...regions),
      });
    case 'gcp': {
      const location = fact('location', entry?.region, properties['cloud.region']);
      const project = fact('project', cloud.project, properties['cloud.project']);
      if (gateway && !name)
        return facts('gke-fleet', {
          name: gateway.membership,
          location: location ?? gateway.location,
          project: project ?? gateway.project,
        });
      return facts('gke', { name, location: location ?? regions.find(Boolean) ?? gateway?.location, project });
    }
    case 'azure':
      return facts('aks', {
        name,
        resourceGroup: fact('resourceGroup', cloud.resourceGroup, properties['cloud.resource-group']),
        subscription: fact('subscription', cloud.subscription, properties['cloud.subscription']),
      });
    case 'ali':
      return facts('ack', {
        clusterId: fact('clusterId', cloud.clusterID, properties['cloud.cluster-id']),
        region: fact('region', entry?.region, properties['cloud.region'], ...regions),
      });
  }
}

/** Cluster name and region of the EKS recipe's arguments; one token that the recipe does not know refuses them all. */
function eksArguments({ properties, hints }: Cluster): { readonly name: string; readonly region: string } | undefined {
  if (properties['auth.exec.command'] !== eks.command) return undefined;
  const hint = { command: eks.command, args: properties['auth.exec.args'], region: hints?.region };
  try {
    const { args } = eks.rebuild(hint, { profile: '', allowedRoleArns: [] });
    const after = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    return { name: after('--cluster-name'), region: after('--region') };
  } catch (error) {
    if (error instanceof ClusterFailure) return undefined;
    throw error;
  }
}

const GATEWAY =
  /^https:\/\/(?:[a-z0-9-]+-)?connectgateway\.googleapis\.com\/v1[a-z0-9]*\/projects\/([^/]+)\/locations\/([^/]+)\/(?:gkeMemberships|memberships)\/([^/]+)\/?$/;

function connectGateway({ accessProviders }: Cluster) {
  for (const { cluster } of accessProviders) {
    const [, project, location, membership] = GATEWAY.exec(cluster.server) ?? [];
    if (project && location && membership) return { project, location, membership };
  }
  return undefined;
}
