import type { Cluster } from '../api/cluster.ts';
import type { Outcome } from '../api/outcome.ts';
import type { Summary } from '../api/result.ts';
import type { ClusterError } from '../errors.ts';

/** What became of one selected cluster. */
export interface LedgerEntry {
  readonly cluster: Cluster;
  readonly outcome: Outcome;
  /** Milliseconds from the start of its attempt, 0 where nothing was sent. */
  readonly ms: number;
}

/** True for a cluster that was never started when the time or a fail-fast ended the run. */
export function isNotAttempted(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.error.type === 'NotAttempted';
}

/** The error of a failed or not attempted cluster. */
export function errorOf(outcome: Outcome): ClusterError | undefined {
  return outcome.kind === 'failed' ? outcome.error : undefined;
}

/** Counts outcomes; the parts always add up to `total`. */
export function summarize(entries: readonly LedgerEntry[]): Summary {
  const errors: (readonly [cluster: string, type: string])[] = [];
  const count = { successful: 0, failed: 0, noAccess: 0, unhealthy: 0, notAttempted: 0, notFound: 0 };
  for (const { cluster, outcome } of entries) {
    if (outcome.kind === 'answered') {
      count.successful += 1;
      if (outcome.notFound?.length) count.notFound += 1;
    } else if (outcome.kind === 'skipped') {
      count[outcome.reason.kind === 'unhealthy' ? 'unhealthy' : 'noAccess'] += 1;
    } else {
      count[isNotAttempted(outcome) ? 'notAttempted' : 'failed'] += 1;
      errors.push([cluster.name, outcome.error.type]);
    }
  }
  return {
    total: entries.length,
    successful: count.successful,
    failed: count.failed,
    skipped: count.noAccess + count.unhealthy,
    notAttempted: count.notAttempted,
    noAccess: count.noAccess,
    unhealthy: count.unhealthy,
    notFound: count.notFound,
    // Not by assignment: a context may be called __proto__.
    errors: Object.fromEntries(errors),
  };
}
