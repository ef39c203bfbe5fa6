import type { ProfileAccess } from '../api/cluster.ts';
import { ClusterFailure } from '../errors.ts';
import { parseAddress } from './address.ts';
import { checkEndpoint } from './endpoint.ts';
import { compileEndpointPolicy } from './endpointpolicy.ts';
import { fromHub, type HubCluster, hubAccess, keyOf, orRefused, readCAFiles } from './hubaccess.ts';
import type { AccessProvider, ProviderAccess, ProviderContext } from './providers.ts';
import type { recipeHosts } from './recipehosts.ts';
import { followHint } from './recipes/hint.ts';
import type { Hint } from './recipes/recipe.ts';
import { HintRefused } from './recipes/refusals.ts';

/** The properties auth.exec.* of a profile, followed by recipes alone: a hub never chooses a program. */
export const hubHint: AccessProvider = {
  name: 'recipe',
  async open(context) {
    const { access } = context.config;
    const policy = compileEndpointPolicy(access.endpoints);
    const caFiles = await readCAFiles(policy);
    return {
      resolve(cluster) {
        const member = fromHub(cluster);
        const hint = member && hintOf(member);
        if (!hint) return undefined;
        try {
          const { recipe, exec } = followHint(hint, access);
          const offered = offeredCluster(member.accessProviders, recipe);
          const resolved = orRefused(() =>
            hubAccess({
              ...{ cluster: member, exec, policy, caFiles, warnings: [] },
              endpoint: checkEndpoint(offered, policy, recipe),
              provider: `recipe:${recipe}`,
            }),
          );
          return withUnlisted(resolved, offered, recipe);
        } catch (error) {
          if (!(error instanceof HintRefused)) throw error;
          return refusedHint(error, member, hint, context);
        }
      },
    };
  },
};

function hintOf({ properties, hints }: HubCluster): Hint | undefined {
  const command = properties['auth.exec.command'];
  if (command === undefined) return undefined;
  return {
    command,
    args: properties['auth.exec.args'],
    region: hints?.region,
    clusterType: properties['cluster.type'],
  };
}

/** The entry named after the recipe or the seed's `kubeconfig`, else the first one: no order means anything here. */
function offeredCluster(offered: readonly ProfileAccess[], recipe: string): ProfileAccess['cluster'] {
  const found = offered.find(({ name }) => name === recipe) ?? offered.find(({ name }) => name === 'kubeconfig');
  return (found ?? offered[0])?.cluster ?? { server: '' };
}

function withUnlisted(
  access: ProviderAccess,
  { server }: ProfileAccess['cluster'],
  recipe: keyof typeof recipeHosts,
): ProviderAccess {
  if (access.kind !== 'refused' || access.error.reason !== 'E-ENDPOINT-RECIPE') return access;
  const address = parseAddress(server);
  if (typeof address === 'string') return access;
  return { ...access, unlisted: { recipe, host: address.host, origin: address.origin } };
}

/** No recipe was asked for: whatever other way there is may be taken. */
const OPEN_QUESTIONS: readonly string[] = ['E-HINT-DISABLED', 'E-HINT-RECIPE-DISABLED', 'E-HINT-COMMAND'];

function refusedHint(error: HintRefused, cluster: HubCluster, hint: Hint, context: ProviderContext): ProviderAccess {
  const code = error.error.reason ?? '';
  const hints = [mappingLine(cluster, context), ...configLines(code, hint, context)];
  return {
    kind: 'refused',
    error: new ClusterFailure({ ...error.error, hint: hints.join('\n') }).error,
    yields: OPEN_QUESTIONS.includes(code),
  };
}

/** What would solve it on this machine; nothing that the hub wrote is offered for copying. */
function mappingLine(cluster: HubCluster, { mappingFile }: ProviderContext): string {
  return `map a context of yours to it: add "- {name: ${keyOf(cluster)}, context: CONTEXT}" under clusters in ${mappingFile}`;
}

function configLines(code: string, { command }: Hint, { config, providerFile }: ProviderContext): readonly string[] {
  const recipe = new Map([
    ['aws', 'eks'],
    ['gke-gcloud-auth-plugin', 'gke'],
    ['kubelogin', 'aks'],
  ]).get(command);
  if (recipe && code === 'E-HINT-DISABLED')
    return [
      `or let a recipe rebuild the command: access: {hubHints: recipe, recipes: {${recipe}: {}}} in your configuration file`,
    ];
  if (recipe && code === 'E-HINT-RECIPE-DISABLED')
    return [`or enable the recipe: access: {recipes: {${recipe}: {}}} in your configuration file`];
  const file = providerFile ?? config.access.providerFile;
  const entry = {
    name: 'NAME-OF-AN-ACCESS-PROVIDER',
    execConfig: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'YOUR-PLUGIN', args: [] },
  };
  return [`or name your own plugin in ${file}: ${JSON.stringify({ providers: [entry] })}`];
}
