import { missingTypeText } from '../api/kind.ts';
import type { Summary } from '../api/result.ts';
import { type ClusterError, ExitCode } from '../errors.ts';
import { errorOf, type LedgerEntry } from './ledger.ts';
import { byCodeUnits } from './merge.ts';

/** What the user asked for that decides the exit code. */
export interface ReportOptions {
  readonly allowPartial: boolean;
  readonly missingKind: 'note' | 'error' | 'ignore';
  readonly ignoreNotFound: boolean;
  /** The cluster that failed first, where the run was to stop there. */
  readonly firstFailure?: string;
}

/** The lines for stderr in their order (unescaped, without a newline) and the exit code. */
export interface Report {
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

/** How many names a line lists before it says how many more there are. */
const NAMES = 10;

/** Says what became of a run: everything about outcomes, notes and exit codes in one place. */
export function report(entries: readonly LedgerEntry[], summary: Summary, options: ReportOptions): Report {
  const missing = missingLines(entries, options);
  const failedOrLate = summary.failed + summary.notAttempted;
  const cutShort = options.firstFailure !== undefined && entries.some(isCutShort);
  const same = sameError(entries);
  const told = same ? [same] : [...loginLines(entries), ...errorLines(entries)];
  const lines = [...missing.lines, ...noAccessLines(entries), ...told];
  if (cutShort) lines.push(`stopped after the first failure: ${options.firstFailure}`);
  lines.push(...unhealthyLines(entries));
  if (failedOrLate > 0)
    lines.push(
      `Warning: Failed to query ${failedOrLate}/${summary.total - summary.skipped} clusters. Run with -v for details.`,
    );
  const exitCode = cutShort ? ExitCode.failure : exitCodeOf(summary, failedOrLate, missing.foundNowhere, options);
  return { lines, exitCode };
}

/** True for a cluster that was stopped, or never started, because another one had failed. */
function isCutShort({ outcome }: LedgerEntry): boolean {
  return errorOf(outcome)?.reason === 'fail-fast';
}

function exitCodeOf(
  summary: Summary,
  failedOrLate: number,
  foundNowhere: 'all' | 'answered' | undefined,
  options: ReportOptions,
): ExitCode {
  if (summary.successful === 0) return ExitCode.failure;
  if (foundNowhere === 'all') return ExitCode.failure;
  const partial = failedOrLate > 0 || summary.unhealthy > 0;
  if (foundNowhere === 'answered') return options.allowPartial ? ExitCode.failure : ExitCode.partial;
  return partial && !options.allowPartial ? ExitCode.partial : ExitCode.ok;
}

/** What login plugins failed with, each message once: nobody can mend a login from its type alone. */
function loginLines(entries: readonly LedgerEntry[]): readonly string[] {
  const byMessage = new Map<string, string[]>();
  for (const { cluster, outcome } of entries) {
    const error = errorOf(outcome);
    if (error?.type !== 'ExecPlugin') continue;
    byMessage.set(error.message, [...(byMessage.get(error.message) ?? []), cluster.name]);
  }
  return [...byMessage].slice(0, NAMES).map(([message, [first, ...others]]) => {
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    return `error: cluster "${first}"${more}: ${message}`;
  });
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

/** The message of an error that is the same on every cluster in scope: it is said once, in kubectl's words. */
function sameError(entries: readonly LedgerEntry[]): string | undefined {
  const [first, ...others] = entries.filter(isInScope).map(({ outcome }) => errorOf(outcome));
  // Only what is about the question is one thing said by many; broken connections are told apart by their cluster.
  if (!first || (!first.code && first.type !== 'NoMatch' && first.type !== 'Invalid')) return undefined;
  return others.every((error) => error?.type === first.type && error.message === first.message)
    ? kubectlText(first)
    : undefined;
}

/** How kubectl prints a server's refusal (apimachinery's Status as error, kubectl's StandardErrorMessage). */
export function kubectlText({ type, reason, message }: ClusterError): string {
  if (type === 'Unauthorized') return 'error: You must be logged in to the server (Unauthorized)';
  if (!reason) return `error: ${message}`;
  // A path that a server does not serve is told apart by a reason of ours.
  return `Error from server (${reason === 'NoMatch' ? 'NotFound' : reason}): ${message}`;
}

/** False for a cluster that is on the hub and cannot be reached from here: it counts for nothing. */
function isInScope({ outcome }: LedgerEntry): boolean {
  return !(outcome.kind === 'skipped' && outcome.reason.kind === 'no-access');
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
  const inScope = entries.filter(isInScope);
  const answered = inScope.filter(({ outcome }) => outcome.kind === 'answered');
  const silent = inScope.length - answered.length;
  const lines: string[] = [];
  const state: { nowhere: Missing['foundNowhere'] } = { nowhere: undefined };
  const tell = (lacking: Lacking, all: (lacking: Lacking) => string) => {
    const { clusters, what } = lacking;
    if (clusters.length < answered.length) {
      lines.push(`note: ${what} on ${clusters.length} of ${inScope.length} clusters: ${nameList(clusters)}`);
    } else if (silent === 0) {
      state.nowhere = 'all';
      lines.push(all(lacking));
    } else {
      if (state.nowhere !== 'all') state.nowhere = 'answered';
      lines.push(`${what} on ${clusters.length} of ${inScope.length} clusters; ${silent} did not answer`);
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
  const found = new Map<string, { readonly message: string; readonly word?: string; readonly clusters: Set<string> }>();
  for (const { cluster, outcome } of answered) {
    for (const missing of (outcome.kind === 'answered' && outcome.notFound) || []) {
      const key = `${missing.resource}/${missing.name}`;
      const { message, word } = missing;
      const entry = found.get(key) ?? { message, clusters: new Set(), ...(word !== undefined ? { word } : {}) };
      found.set(key, entry);
      entry.clusters.add(cluster.name);
    }
  }
  // Where its type is not served the object is not there either.
  for (const { word, clusters } of found.values())
    for (const { cluster, outcome } of answered)
      if (word !== undefined && outcome.kind === 'answered' && outcome.missingKind?.includes(word))
        clusters.add(cluster.name);
  return [...found].map(([key, { message, clusters }]) => ({
    what: `${key} not found`,
    text: `Error from server (NotFound): ${message}`,
    clusters: [...clusters],
  }));
}

function lackingKinds(answered: readonly LedgerEntry[]): readonly Lacking[] {
  const found = new Map<string, Set<string>>();
  for (const { cluster, outcome } of answered) {
    for (const word of (outcome.kind === 'answered' && outcome.missingKind) || [])
      found.set(word, (found.get(word) ?? new Set()).add(cluster.name));
  }
  return [...found].map(([word, clusters]) => ({
    what: missingTypeText(word),
    // kubectl leaves the group out where it names a type that is nowhere.
    text: `error: ${missingTypeText(word.includes('/') ? word : word.replace(/\..*/, ''))}`,
    clusters: [...clusters],
  }));
}

/** Up to ten names, then how many more. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES).join(', ');
  return names.length > NAMES ? `${shown} and ${names.length - NAMES} more` : shown;
}
