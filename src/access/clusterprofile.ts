import { join } from 'node:path';
import type { Config } from '../api/config.ts';
import { buildAccess, selectProvider } from './build.ts';
import { checkEndpoint, type Endpoint, isRecipeAddress, refused } from './endpoint.ts';
import { compileEndpointPolicy, type EndpointPolicy } from './endpointpolicy.ts';
import { type CAFiles, fromHub, type HubCluster, hubAccess, orRefused, readCAFiles } from './hubaccess.ts';
import { loadProviders, type Provider } from './providerfile.ts';
import type { AccessProvider, ProviderAccess, ProviderContext } from './providers.ts';
import { cautionText, recipeOfCommand } from './recipehosts.ts';

/** KEP-4322: the provider file says how to log in, the profile where the cluster is. */
export const clusterProfile: AccessProvider = {
  name: 'clusterprofile',
  async open(context) {
    const policy = compileEndpointPolicy(context.config.access.endpoints);
    const providers = await loadProviders({ ...fileChoice(context), host: context.host });
    // Without a provider there is nothing to resolve, and most machines have none.
    const caFiles = providers.length > 0 ? await readCAFiles(policy) : new Map<string, string>();
    return {
      resolve(cluster) {
        const member = fromHub(cluster);
        if (!member) return undefined;
        const own = providers.filter((provider) => isFor(provider, member));
        const selected = selectProvider(own, member.accessProviders);
        if (!selected) return undefined;
        return orRefused(() => throughProvider(member, own, { policy, caFiles, config: context.config }));
      },
    };
  },
};

/** The file of the flag, else the configured one; the default one need not exist. */
function fileChoice({ host, config, providerFile }: ProviderContext): { path: string; named: boolean } {
  if (providerFile !== undefined) return { path: providerFile, named: true };
  const usual = host.home === undefined ? '' : join(host.home, '.kube', 'kubectl-mc-providers.json');
  const path = config.access.providerFile;
  return { path, named: path !== usual };
}

interface Local {
  readonly policy: EndpointPolicy;
  readonly caFiles: CAFiles;
  readonly config: Config;
}

function throughProvider(cluster: HubCluster, providers: readonly Provider[], local: Local): ProviderAccess {
  const { policy, caFiles, config } = local;
  const selected = selectProvider(providers, cluster.accessProviders);
  // An empty address is the builder's to name.
  const offered = selected?.access.cluster;
  const endpoint = offered && offered.server !== '' ? checkEndpoint(offered, policy) : undefined;
  const built = buildAccess(providers, cluster, {
    interactive: config.auth.interactive,
    allowInsecureTLS: policy.allowInsecureTLS,
    ...(endpoint && { server: endpoint.server }),
  });
  const { provider, exec, warnings } = built;
  const where = endpoint ?? checkEndpoint(built.cluster, policy);
  if (provider.allowedServers.length > 0 && !isAllowed(where, provider.allowedServers))
    throw refused(
      'E-ENDPOINT-RECIPE',
      `its server "${where.address.host}" is not in allowedServers of provider "${provider.name}"`,
    );
  const deprecated = selected?.access.deprecated
    ? [
        {
          code: 'W-DEPRECATED',
          message: `ClusterProfile "${cluster.ref.name}" uses deprecated field CredentialProviders "${provider.name}"; please migrate to AccessProviders`,
        },
      ]
    : [];
  return hubAccess({
    ...{ cluster, endpoint: where, exec, policy, caFiles },
    provider: provider.name,
    caution: cautionOf(provider, exec.command, where, policy),
    warnings: [...deprecated, ...warnings],
  });
}

function isFor({ allowedNamespaces, clusterManagers }: Provider, { ref, manager }: HubCluster): boolean {
  return (
    (allowedNamespaces.length === 0 || allowedNamespaces.includes(ref.namespace)) &&
    (clusterManagers.length === 0 || (manager !== undefined && clusterManagers.includes(manager)))
  );
}

/** A token that is good for a whole account is about to go to a host that is not the cloud's. */
function cautionOf(
  provider: Provider,
  command: string,
  { address, rewritten }: Endpoint,
  policy: EndpointPolicy,
): string | undefined {
  const recipe = recipeOfCommand(command);
  if (recipe === undefined || rewritten || provider.allowedServers.length > 0) return undefined;
  return isRecipeAddress(address, recipe, policy) ? undefined : cautionText(recipe, address.host);
}

/** Entries are origins (`https://host:port`) or globs over host names. */
function isAllowed({ address }: Endpoint, allowed: readonly string[]): boolean {
  return allowed.some((entry) => {
    if (entry.includes('://')) return entry.toLowerCase().replace(/\/+$/, '') === address.origin;
    const pattern = entry
      .toLowerCase()
      .replaceAll(/[^a-z0-9*-]/g, '\\$&')
      .replaceAll('*', '.+');
    return new RegExp(`^${pattern}$`).test(address.host);
  });
}
