import type { AccessConfig } from '../../api/config.ts';
import type { ExecConfig } from '../../client/restconfig.ts';
import type { RecipeName } from '../recipehosts.ts';
import { aks } from './aks.ts';
import { eks } from './eks.ts';
import { gke } from './gke.ts';
import type { Hint, Recipe } from './recipe.ts';
import { HintRefused } from './refusals.ts';

/** All recipes; a new one is a file in this folder and a line here. */
const recipes: readonly Recipe[] = [eks, gke, aks] as readonly Recipe[];

/** What became of a hint. */
export interface FollowedHint {
  readonly recipe: RecipeName;
  readonly exec: ExecConfig;
}

/**
 * Follows a hub's hint by a recipe, as far as this machine allows it (`access.hubHints`, `access.recipes`). The command line is
 * rebuilt: nothing of the hub is passed through but values that have passed the recipe's patterns. Throws HintRefused.
 */
export function followHint(hint: Hint, config: Pick<AccessConfig, 'hubHints' | 'recipes'>): FollowedHint {
  const command = shown(hint.command);
  if (config.hubHints !== 'recipe')
    throw new HintRefused(
      'E-HINT-DISABLED',
      `the hub suggests running "${command}" to log in; kubectl mc does not run commands that a hub chooses (access.hubHints is "ignore")`,
    );
  const recipe = recipes.find((one) => one.command === hint.command);
  if (!recipe)
    throw new HintRefused(
      'E-HINT-COMMAND',
      `the hub suggests running "${command}"; only aws, gke-gcloud-auth-plugin and kubelogin have recipes`,
    );
  const settings = config.recipes[recipe.name];
  if (!settings)
    throw new HintRefused(
      'E-HINT-RECIPE-DISABLED',
      `the hub suggests "${command}", recipe "${recipe.name}" is not enabled under access.recipes`,
    );
  const { clusterType } = hint;
  if (clusterType !== undefined && clusterType !== recipe.name && recipes.some(({ name }) => name === clusterType))
    throw new HintRefused(
      'E-HINT-CONFLICT',
      `the hub's hints contradict each other (cluster.type "${clusterType}", command "${command}")`,
    );
  return { recipe: recipe.name, exec: recipe.rebuild(hint, settings as never) };
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
