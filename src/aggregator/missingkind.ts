import { missingTypeText } from '../api/kind.ts';
import type { Outcome } from '../api/outcome.ts';

/** `output.missingKind: error`: a cluster that does not serve an asked type has failed. */
export function withMissingKindAsError(outcome: Outcome): Outcome {
  if (outcome.kind !== 'answered' || !outcome.missingKind?.length) return outcome;
  const message = outcome.missingKind.map(missingTypeText).join('; ');
  return { kind: 'failed', error: { type: 'NoMatch', message, retriable: false } };
}
