import { parseHintArgs, splitHintArgs } from './grammar.ts';
import { type Recipe, recipeExec } from './recipe.ts';

const grammar = { command: 'gke-gcloud-auth-plugin', recipe: 'gke', positionals: [], flags: {} } as const;

/** `gke-gcloud-auth-plugin` without any argument: it knows the user's gcloud login. */
export const gke: Recipe<'gke'> = {
  name: 'gke',
  command: grammar.command,
  rebuild(hint) {
    parseHintArgs(splitHintArgs(hint.args), grammar);
    return recipeExec({ command: grammar.command, args: [], env: [] });
  },
};
