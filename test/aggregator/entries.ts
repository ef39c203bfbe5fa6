import type { LedgerEntry } from '../../src/aggregator/ledger.ts';
import { summarize } from '../../src/aggregator/ledger.ts';
import { type Report, type ReportOptions, report } from '../../src/aggregator/report.ts';
import type { Cluster } from '../../src/api/cluster.ts';
import type { NotFound, Outcome } from '../../src/api/outcome.ts';
import type { Summary } from '../../src/api/result.ts';
import type { ClusterError, ErrorType } from '../../src/errors.ts';

/** A cluster of a hub with a name. */
export function cluster(name: string): Cluster {
  return {
    name,
    source: 'hub',
    aliases: [],
    labels: {},
    properties: {},
    health: { status: 'Unknown' },
    joined: null,
    accessProviders: [],
    warnings: [],
  };
}

export const answered: Outcome = { kind: 'answered' };

/** Answered, without the objects of these names. */
export function lacks(...names: readonly string[]): Outcome {
  const notFound: NotFound[] = names.map((name) => ({ resource: 'pods', name, message: `pods "${name}" not found` }));
  return { kind: 'answered', notFound };
}

/** Answered, without these types. */
export function withoutTypes(...missingKind: readonly string[]): Outcome {
  return { kind: 'answered', missingKind };
}

/** Failed with an error of a type. */
export function failed(type: ErrorType, more: Partial<ClusterError> = {}): Outcome {
  return { kind: 'failed', error: { type, message: `${type} happened`, retriable: false, ...more } };
}

export const refused = failed('ConnectionRefused', { message: 'connection refused' });
export const late = failed('Timeout', { reason: 'request' });
export const never = failed('NotAttempted', { reason: 'total' });
export const unmapped: Outcome = {
  kind: 'skipped',
  reason: { kind: 'no-access', code: 'E-NO-ACCESS', message: 'no kubeconfig context; run "kubectl mc setup"' },
};
export const unhealthy: Outcome = {
  kind: 'skipped',
  reason: { kind: 'unhealthy', message: 'ControlPlaneHealthy=False: etcd is gone' },
};

/** As many clusters as outcomes, named c001, c002, … */
export function run(...outcomes: readonly (readonly [count: number, outcome: Outcome])[]): readonly LedgerEntry[] {
  return outcomes
    .flatMap(([count, outcome]) => Array.from({ length: count }, () => outcome))
    .map((outcome, at) => ({ cluster: cluster(`c${String(at + 1).padStart(3, '0')}`), outcome, ms: 1 }));
}

/** The report of a run, with its counts. */
export function told(
  entries: readonly LedgerEntry[],
  options: Partial<ReportOptions> = {},
): Report & { readonly summary: Summary } {
  const summary = summarize(entries);
  const defaults = { allowPartial: false, missingKind: 'note', ignoreNotFound: false } as const;
  return { summary, ...report(entries, summary, { ...defaults, ...options }) };
}
