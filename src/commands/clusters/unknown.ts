import { CommandError } from '../../errors.ts';
import { didYouMean, someOf } from '../../flags/suggest.ts';

/** `no cluster "x"; known: a, b` with the nearest name, exit 1. */
export function noCluster(name: string, known: readonly string[]): CommandError {
  return new CommandError(`no cluster "${name}"; known: ${someOf(known)}`, { more: didYouMean(name, known) });
}
