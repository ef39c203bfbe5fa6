import type { Recipes } from '../../api/config.ts';
import type { ExecConfig } from '../../client/restconfig.ts';
import type { RecipeName } from '../recipehosts.ts';

/** What a profile says about logging in; nothing of it is executed as given. */
export interface Hint {
  readonly command: string;
  /** As in the property: comma separated, or a JSON array of strings. */
  readonly args?: string | undefined;
  readonly region?: string | undefined;
  readonly clusterType?: string | undefined;
}

/** A way to log in that this program knows by heart: `rebuild` makes the whole command line of checked values and local settings. */
export interface Recipe<N extends RecipeName = RecipeName> {
  readonly name: N;
  /** The one command that it answers to. */
  readonly command: string;
  /** Throws HintRefused. */
  rebuild(hint: Hint, settings: NonNullable<Recipes[N]>): ExecConfig;
}

/** What all recipes run a plugin as. */
export function recipeExec(exec: Pick<ExecConfig, 'command' | 'args' | 'env'>): ExecConfig {
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    ...exec,
    interactiveMode: 'IfAvailable',
    provideClusterInfo: false,
  };
}
