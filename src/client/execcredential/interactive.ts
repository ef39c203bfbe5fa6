import { pluginFailure } from './failure.ts';

/** What a plugin could ask a person through. */
export interface StandardInput {
  readonly isTerminal: boolean;
  /** Why it is not there for plugins ("" where nobody says), undefined where it is. */
  readonly unavailable?: string | undefined;
}

/** Whether a plugin may use the terminal, by its `interactiveMode`; throws ClusterFailure (client-go's isInteractive). */
export function isInteractive(mode: string | undefined, stdin: StandardInput): boolean {
  switch (mode) {
    case 'Never':
      return false;
    case 'IfAvailable':
      return stdin.isTerminal && stdin.unavailable === undefined;
    case 'Always':
      if (!stdin.isTerminal) throw refused('standard input is not a terminal');
      if (stdin.unavailable !== undefined)
        throw refused(`standard input is unavailable${stdin.unavailable && `: ${stdin.unavailable}`}`);
      return true;
    default:
      throw refused(`unknown interactiveMode: ${JSON.stringify(mode ?? '')}`);
  }
}

function refused(why: string) {
  return pluginFailure(`exec plugin cannot support interactive mode: ${why}`, { reason: 'Interactive' });
}
