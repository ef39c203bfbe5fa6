import { errorOf } from '../aggregator/ledger.ts';
import { report } from '../aggregator/report.ts';
import type { Summary } from '../api/result.ts';
import { ExitCode } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import type { Prepared } from './prepare.ts';
import { Ending, type Invocation } from './verb.ts';

/** What is needed to end a fleet command: its book and what the user asked for. */
export interface Finish {
  readonly ledger: Ledger;
  readonly summary: Summary;
  readonly prepared: Prepared;
  readonly invocation: Invocation;
  readonly ignoreNotFound: boolean;
  /** kubectl's "No resources found …", where that is so. */
  readonly nothingFound: string | undefined;
}

/** Says on stderr what became of the run, in the one order all commands have, and gives its exit code. */
export function finish({ ledger, summary, prepared, invocation, ignoreNotFound, nothingFound }: Finish): ExitCode {
  const { settings, config, diagnostics, inventory } = prepared;
  const ending = invocation.signal.aborted ? invocation.signal.reason : undefined;
  // Nobody reads any more: a closed stdout ends everything quietly.
  if (invocation.io.out.closed.aborted && ending instanceof Ending) return ending.exitCode;
  const entries = ledger.entries();
  diagnostics.serverWarnings();
  const stopped = settings.limits.failFast && ending === undefined ? ledger.firstFailure() : undefined;
  const told = report(entries, summary, {
    allowPartial: settings.allowPartial,
    missingKind: config.output.missingKind,
    ignoreNotFound,
    ...(stopped !== undefined ? { firstFailure: stopped } : {}),
  });
  const missing = entries.some(
    ({ outcome }) => outcome.kind === 'answered' && (outcome.notFound || outcome.missingKind),
  );
  if (nothingFound !== undefined && summary.successful > 0 && !missing && !ignoreNotFound)
    diagnostics.note(nothingFound);
  if (diagnostics.details) {
    for (const { cluster, outcome, ms } of entries) {
      const error = errorOf(outcome);
      if (!error) continue;
      const hint = error.hint ? ` (${error.hint})` : '';
      diagnostics.note(`${cluster.name}: ${error.type}: ${error.message}${hint} (${(ms / 1000).toFixed(1)}s)`);
    }
  }
  for (const line of told.lines) diagnostics.note(line);
  if (ending instanceof Ending) return ending.exitCode;
  // Clusters of a guessed inventory may not be all there are.
  return inventory.uncertain && told.exitCode === ExitCode.ok ? ExitCode.partial : told.exitCode;
}
