import type { Recipes } from '../api/config.ts';

/** A recipe by name. */
export type RecipeName = keyof Recipes;

/** What belongs to a recipe besides its command. */
export interface RecipeHosts {
  /** As in `is not an EKS address`. */
  readonly article: 'a' | 'an';
  readonly title: string;
  /** Whose endpoint it is, and what would be sent there. */
  readonly owner: string;
  readonly credential: string;
  readonly hosts: RegExp;
}

const REGION = '[a-z]{2,4}(?:-[a-z]{2,}){1,3}-[0-9]{1,2}';

// Only names under which the cloud's own API servers answer: domains that also serve customers' code are not enough.
/** Where the clusters of each cloud are; every pattern is about a whole host name. */
export const recipeHosts: Readonly<Record<RecipeName, RecipeHosts>> = {
  eks: {
    ...{
      article: 'an',
      title: 'EKS',
      owner: 'an Amazon',
      hosts: hosts(
        String.raw`.+\.eks\.amazonaws\.com(?:\.cn)?`,
        String.raw`.+\.eks-cluster\.${REGION}\.api\.(?:aws|amazonwebservices\.com\.cn)`,
      ),
    },
    credential: 'an AWS token for every EKS cluster of that name that you may use',
  },
  gke: {
    ...{
      article: 'a',
      title: 'GKE',
      owner: 'a Google',
      hosts: hosts(String.raw`.+\.gke\.goog`, String.raw`(?:[a-z0-9-]+-)?connectgateway\.googleapis\.com`),
    },
    credential: 'a Google access token for your whole account',
  },
  aks: {
    ...{
      article: 'an',
      title: 'AKS',
      owner: 'a Microsoft',
      hosts: hosts(
        String.raw`.+\.azmk8s\.io`,
        String.raw`.+\.cx\.aks\.containerservice\.azure\.us`,
        String.raw`.+\.cx\.prod\.service\.azk8s\.cn`,
      ),
    },
    credential: 'a Microsoft token for every AKS cluster of your tenant that you may use',
  },
};

/** The recipe whose cloud the tokens of a command belong to, by the command's base name. */
export function recipeOfCommand(command: string): RecipeName | undefined {
  const program = (command.split(/[/\\]/).at(-1) ?? '').replace(/\.(?:exe|cmd)$/i, '');
  if (program === 'aws') return 'eks';
  if (program === 'kubelogin') return 'aks';
  return program === 'gke-gcloud-auth-plugin' || program === 'gcp-auth-plugin' ? 'gke' : undefined;
}

/** What trusting a host outside a recipe's patterns would mean, in one sentence. */
export function cautionText(recipe: RecipeName, host: string): string {
  const { owner, credential } = recipeHosts[recipe];
  return `${host} is not ${owner} endpoint; ${credential} would be sent to it.`;
}

function hosts(...patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}
