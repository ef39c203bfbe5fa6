import { type LedgerEntry, summarize } from '../aggregator/ledger.ts';
import { byCodeUnits } from '../aggregator/merge.ts';
import type { Cluster } from '../api/cluster.ts';
import type { Outcome } from '../api/outcome.ts';
import type { Summary } from '../api/result.ts';

/** The book of a run: what became of each selected cluster so far. */
export interface Ledger {
  end(cluster: string, outcome: Outcome, ms: number): void;
  /** Takes back that a cluster answered: what it gave cannot be printed. */
  revise(cluster: string, outcome: Outcome): void;
  /** Every selected cluster by name; one that has no end yet counts as not attempted. */
  entries(): readonly LedgerEntry[];
  summary(): Summary;
  /** The cluster that failed first. */
  firstFailure(): string | undefined;
  /** `37/100 clusters, 2 failed`. */
  progressText(): string;
}

/** Opens the book for the selected clusters. */
export function openLedger(clusters: readonly Cluster[]): Ledger {
  const ended = new Map<string, { readonly outcome: Outcome; readonly ms: number }>();
  const state: { failed: number; first: string | undefined } = { failed: 0, first: undefined };
  const sorted = clusters.toSorted((a, b) => byCodeUnits(a.name, b.name));
  const ledger: Ledger = {
    end(cluster, outcome, ms) {
      ended.set(cluster, { outcome, ms });
      if (outcome.kind !== 'failed') return;
      state.failed += 1;
      state.first ??= cluster;
    },
    revise(cluster, outcome) {
      const before = ended.get(cluster);
      // What failed already keeps its own reason.
      if (before?.outcome.kind === 'answered') ledger.end(cluster, outcome, before.ms);
    },
    entries: () => sorted.map((cluster) => ({ cluster, ...(ended.get(cluster.name) ?? NEVER) })),
    summary: () => summarize(ledger.entries()),
    firstFailure: () => state.first,
    progressText() {
      const failed = state.failed > 0 ? `, ${state.failed} failed` : '';
      return `${ended.size}/${clusters.length} clusters${failed}`;
    },
  };
  return ledger;
}

const NEVER = {
  outcome: { kind: 'failed', error: { type: 'NotAttempted', message: 'not attempted', retriable: true } },
  ms: 0,
} as const satisfies { outcome: Outcome; ms: number };
