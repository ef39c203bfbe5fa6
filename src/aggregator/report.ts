import type { Summary } from '../api/result.ts';
import { ExitCode } from '../errors.ts';
import { errorOf, type LedgerEntry } from './ledger.ts';
import { byCodeUnits } from './merge.ts';

/** What the user asked for that decides the exit code. */
export interface ReportOptions {
  readonly allowPartial: boolean;
  readonly missingKind: 'note' | 'error' | 'ignore';
  readonly ignoreNotFound: boolean;
  /** Set when the run was cut short by --fail-fast: the cluster that failed first. */
  readonly firstFailure?: string;
  readonly failFast: boolean;
}

/** The lines for stderr in their order (unescaped, without a newline) and the exit code. */
export interface Report {
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

/** How many names a line lists before it says how many more there are. */
const NAMES = 10;

/** Says what became of a run: rulings of this program on outcomes, notes and exit codes in one place. */
export function report(entries: readonly LedgerEntry[], summary: Summary, options: ReportOptions): Report {
  const missing = missingLines(entries, options);
  const failedOrLate = summary.failed + summary.notAttempted;
  const inScope = summary.total - summary.noAccess;
  const same = sameError(entries);
  const lines = [...missing.lines];
  if (same) lines.push(same);
  else lines.push(...errorLines(entries));
  if (options.firstFailure !== undefined) lines.push(`stopped after the first failure: ${options.firstFailure}`);
  lines.push(...noAccessLines(entries), ...unhealthyLines(entries));
  if (failedOrLate > 0)
    lines.push(
      `Warning: Failed to query ${failedOrLate}/${summary.total - summary.skipped} clusters. Run with -v for details.`,
    );
  return { lines, exitCode: exitCodeOf(summary, inScope, failedOrLate, missing.foundNowhere, options) };
}

function exitCodeOf(
  summary: Summary,
  inScope: number,
  failedOrLate: number,
  foundNowhere: 'all' | 'answered' | undefined,
  options: ReportOptions,
): ExitCode {
  if (options.firstFailure !== undefined) return ExitCode.failure;
  if (inScope === 0 || summary.successful === 0) return ExitCode.failure;
  if (foundNowhere === 'all') return ExitCode.failure;
  const partial = failedOrLate > 0 || summary.unhealthy > 0;
  if (foundNowhere === 'answered') return options.allowPartial ? ExitCode.failure : ExitCode.partial;
  return partial && !options.allowPartial ? ExitCode.partial : ExitCode.ok;
}

/** One line per error type with up to ten names: `Timeout (connect): c004, c031`. */
function errorLines(entries: readonly LedgerEntry[]): readonly string[] {
  const byType = new Map<string, string[]>();
  for (const { cluster, outcome } of entries) {
    const error = errorOf(outcome);
    if (!error) continue;
    const qualifier = error.type === 'Timeout' && error.reason ? ` (${error.reason})` : '';
    const key = `${error.type}${qualifier}`;
    byType.set(key, [...(byType.get(key) ?? []), cluster.name]);
  }
  return [...byType].sort(([a], [b]) => byCodeUnits(a, b)).map(([type, names]) => `${type}: ${nameList(names)}`);
}

/** The message of an error that is the same on every cluster in scope (of at least two): it is said once, in kubectl's words. */
function sameError(entries: readonly LedgerEntry[]): string | undefined {
  const inScope = entries.filter(({ outcome }) => !(outcome.kind === 'skipped' && outcome.reason.kind === 'no-access'));
  const first = inScope[0] && errorOf(inScope[0].outcome);
  // Only a server's answer is one thing said by many; broken connections are told apart by their cluster.
  if (!first?.code && first?.type !== 'NoMatch') return undefined;
  return inScope.every(({ outcome }) => errorOf(outcome)?.message === first.message) ? serverError(first) : undefined;
}

/** kubectl's form of a server's refusal. */
function serverError(error: { readonly reason?: string; readonly message: string }): string {
  return error.reason ? `Error from server (${error.reason}): ${error.message}` : `error: ${error.message}`;
}

function noAccessLines(entries: readonly LedgerEntry[]): readonly string[] {
  const names = skippedOf(entries, 'no-access');
  if (names.length === 0) return [];
  const first = names[0]?.outcome.kind === 'skipped' ? names[0].outcome.reason.message : '';
  const count = names.length === 1 ? '1 cluster' : `${names.length} clusters`;
  const list = nameList(names.map(({ cluster }) => cluster.name));
  return [`note: ${count} left out: ${list}: ${first}`];
}

function unhealthyLines(entries: readonly LedgerEntry[]): readonly string[] {
  const skipped = skippedOf(entries, 'unhealthy');
  if (skipped.length === 0) return [];
  const list = skipped
    .slice(0, NAMES)
    .map(({ cluster, outcome }) => `${cluster.name}${outcome.kind === 'skipped' ? ` (${outcome.reason.message})` : ''}`)
    .join(', ');
  const more = skipped.length > NAMES ? ` and ${skipped.length - NAMES} more` : '';
  return [`Skipped ${skipped.length} unhealthy ${skipped.length === 1 ? 'cluster' : 'clusters'}: ${list}${more}`];
}

function skippedOf(entries: readonly LedgerEntry[], kind: 'unhealthy' | 'no-access'): readonly LedgerEntry[] {
  return entries.filter(({ outcome }) => outcome.kind === 'skipped' && outcome.reason.kind === kind);
}

interface Missing {
  readonly lines: readonly string[];
  /** `all`: something was found on none, and everybody answered; `answered`: on none of those that answered. */
  readonly foundNowhere: 'all' | 'answered' | undefined;
}

/** Notes and errors on named objects and types that some or all of the answering clusters lack. */
function missingLines(entries: readonly LedgerEntry[], options: ReportOptions): Missing {
  const answered = entries.filter(({ outcome }) => outcome.kind === 'answered');
  const silent = entries.filter(({ outcome }) => outcome.kind === 'failed').length;
  const lines: string[] = [];
  const state: { nowhere: Missing['foundNowhere'] } = { nowhere: undefined };
  const tell = (lacking: Lacking, all: (lacking: Lacking) => string) => {
    const { clusters, what } = lacking;
    if (clusters.length < answered.length) {
      lines.push(`note: ${what} on ${clusters.length} of ${entries.length} clusters: ${nameList(clusters)}`);
    } else if (silent === 0) {
      state.nowhere = 'all';
      lines.push(all(lacking));
    } else {
      if (state.nowhere !== 'all') state.nowhere = 'answered';
      lines.push(`${what} on ${clusters.length} of ${entries.length} clusters; ${silent} did not answer`);
    }
  };
  if (!options.ignoreNotFound) for (const one of lackingNames(answered)) tell(one, ({ text }) => text);
  for (const one of lackingKinds(answered)) {
    const everywhere = one.clusters.length === answered.length;
    if (everywhere || options.missingKind !== 'ignore') tell(one, ({ text }) => text);
    if (!everywhere && options.missingKind === 'error') state.nowhere ??= 'answered';
  }
  return { lines, foundNowhere: state.nowhere };
}

interface Lacking {
  readonly what: string;
  /** kubectl's own line for it. */
  readonly text: string;
  readonly clusters: readonly string[];
}

function lackingNames(answered: readonly LedgerEntry[]): readonly Lacking[] {
  const found = new Map<string, { message: string; clusters: string[] }>();
  for (const { cluster, outcome } of answered) {
    for (const missing of (outcome.kind === 'answered' && outcome.notFound) || []) {
      const key = `${missing.resource}/${missing.name}`;
      const entry = found.get(key) ?? { message: missing.message, clusters: [] };
      entry.clusters.push(cluster.name);
      found.set(key, entry);
    }
  }
  return [...found].map(([key, { message, clusters }]) => ({
    what: `${key} not found`,
    text: `Error from server (NotFound): ${message}`,
    clusters,
  }));
}

function lackingKinds(answered: readonly LedgerEntry[]): readonly Lacking[] {
  const found = new Map<string, string[]>();
  for (const { cluster, outcome } of answered) {
    for (const word of (outcome.kind === 'answered' && outcome.missingKind) || [])
      found.set(word, [...(found.get(word) ?? []), cluster.name]);
  }
  return [...found].map(([word, clusters]) => ({
    what: `the server doesn't have a resource type "${word}"`,
    text: `error: the server doesn't have a resource type "${word.split('.', 1)[0]}"`,
    clusters,
  }));
}

/** Up to ten names, then how many more. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).join(', ');
  return names.length > NAMES ? `${shown} and ${names.length - NAMES} more` : shown;
}
