import { CommandError } from '../../errors.ts';
import { didYouMean } from '../../flags/suggest.ts';

/** `no cluster "x"; known: a, b` with the nearest name, exit 1. */
export function noCluster(name: string, known: readonly string[]): CommandError {
  const shown = known.slice(0, 20).join(', ');
  const more = known.length > 20 ? ` and ${known.length - 20} more` : '';
  return new CommandError(`no cluster "${name}"; known: ${shown ? `${shown}${more}` : 'none'}`, {
    more: didYouMean(name, known),
  });
}
