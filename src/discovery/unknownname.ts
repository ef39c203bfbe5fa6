import { UsageError } from '../errors.ts';
import { didYouMean, someOf } from '../flags/suggest.ts';

/** The UsageError for a name nobody knows: `Context 'x' not found in kubeconfig`, what there is, and the nearest name. */
export function unknownContext(name: string, known: readonly string[], more: readonly string[] = []): UsageError {
  return new UsageError(`Context '${name}' not found in kubeconfig`, {
    more: [...available('contexts', known), ...more, ...didYouMean(name, known)],
  });
}

/** `Available contexts: a, b`, shortened after twenty names; nothing where there are none. */
export function available(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`Available ${what}: ${someOf(names)}`];
}
