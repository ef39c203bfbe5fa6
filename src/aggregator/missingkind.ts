import type { Outcome } from '../api/outcome.ts';

/** `output.missingKind: error`: a cluster that does not serve an asked type has failed. */
export function withMissingKindAsError(outcome: Outcome): Outcome {
  if (outcome.kind !== 'answered' || !outcome.missingKind?.length) return outcome;
  const words = outcome.missingKind.map((word) => JSON.stringify(word)).join(', ');
  return {
    kind: 'failed',
    error: { type: 'NoMatch', message: `the server doesn't have a resource type ${words}`, retriable: false },
  };
}
