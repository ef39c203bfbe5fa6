import { type ClusterError, type ClusterFailure, CommandError } from '../errors.ts';
import type { HubAnswer } from './hubanswer.ts';

/** The end of a command whose hub did not give its clusters; `context` is the hub's. */
export function hubFailure(context: string, answer: Extract<HubAnswer, { kind: 'failed' }>): CommandError {
  const { error, agoMs } = answer;
  const retry =
    agoMs === undefined ? '' : ` ${humanAge(agoMs)} ago and is not tried again for a minute (--refresh tries it now)`;
  return new CommandError(`the hub (context "${context}") ${verb(error)}${retry}: ${error.message}`, {
    more: [...(error.details ? [error.details] : []), ...(error.hint ? [error.hint] : [])],
  });
}

/** The note under an answer that came from an expired inventory. */
export function staleNote(context: string, ageMs: number, error: ClusterError): string {
  return `using the cached inventory from ${humanAge(ageMs)} ago: the hub (context "${context}") did not answer: ${error.message}`;
}

/** The end of a write that would have to trust an expired inventory. */
export function staleRefused(context: string, ageMs: number, error: ClusterError): CommandError {
  return new CommandError(`the hub (context "${context}") did not answer: ${error.message}`, {
    more: [`there is an inventory from ${humanAge(ageMs)} ago, which a write uses only with --allow-stale`],
  });
}

/** The end of a command whose hub is a context that cannot be tried. */
export function hubUnusable(context: string, failure: ClusterFailure): CommandError {
  return new CommandError(`the hub (context "${context}") cannot be used: ${failure.message}`, { cause: failure });
}

/** The end of a command whose named hub has no ClusterProfiles (E-HUB-NO-INVENTORY). */
export function noInventoryAPI(context: string): CommandError {
  return new CommandError(
    `the hub (context "${context}") does not serve multicluster.x-k8s.io; install the ClusterProfile CRD or set discovery.api`,
  );
}

/** A length of time in its largest whole unit, as kubectl's ages: `45s`, `12m`, `3h`. */
export function humanAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3600)}h`;
}

function verb({ type }: ClusterError): string {
  return type === 'Unauthorized' || type === 'Forbidden' ? 'refused' : 'did not answer';
}
