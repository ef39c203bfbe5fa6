import { errorOf, type LedgerEntry } from '../../aggregator/ledger.ts';
import { byCodeUnits } from '../../aggregator/merge.ts';
import { API_VERSION } from '../../api/result.ts';
import { formatAge } from '../../printers/table/age.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { escapeCell } from '../../streams/escape.ts';
import { EXPIRES_SOON_MS, expiryText, instantText } from '../expiry.ts';
import { type Observed, percentile } from './healthcheck.ts';
import { failedState, type State, stateText } from './sign.ts';

/** One cluster after a round. */
export interface HealthRow {
  readonly entry: LedgerEntry;
  readonly observed: Observed;
  readonly state: State;
  /** What is the matter, one text each. */
  readonly notes: readonly string[];
}

// Slower than this (milliseconds, median) is a matter for somebody.
const SLOW_MS = 1_000;

/** Judges one cluster: disconnected where it does not answer, degraded where something about it is not as it should be. */
export function healthRow(entry: LedgerEntry, observed: Observed, now: number): HealthRow {
  const notes: string[] = [];
  const { outcome, cluster } = entry;
  const { status, condition, reason } = cluster.health;
  const { lastSeen, notReady, certificate } = observed;
  const error = errorOf(outcome);
  const seen = lastSeen === undefined ? '' : `, last seen ${formatAge(now - lastSeen)} ago`;
  if (error) notes.push(`${error.type}: ${error.message}${seen}`);
  if (outcome.kind === 'skipped') notes.push(outcome.reason.message);
  if (notReady !== undefined && !error) notes.push(notReady);
  if (status === 'False') notes.push(`the hub says ${condition}=False${reason ? ` (${reason})` : ''}`);
  const p50 = percentile(observed.latencies, 0.5);
  if (p50 !== undefined && p50 > SLOW_MS) notes.push(`slow: p50 ${Math.round(p50)}ms`);
  const expires = certificate?.facts?.expiresAt;
  if (expires !== undefined && expires - now < EXPIRES_SOON_MS) notes.push(`certificate ${expiryText(expires, now)}`);
  return { entry, observed, notes, state: judge(entry, notes) };
}

function judge({ outcome }: LedgerEntry, notes: readonly string[]): State {
  if (outcome.kind === 'skipped') return 'unknown';
  const error = errorOf(outcome);
  if (error) return failedState(error);
  return notes.length > 0 ? 'degraded' : 'connected';
}

const ORDER: readonly State[] = ['disconnected', 'degraded', 'unknown', 'connecting', 'connected'];

/** Problems first, then by name. */
export function problemsFirst(rows: readonly HealthRow[]): readonly HealthRow[] {
  return rows.toSorted(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || byCodeUnits(a.entry.cluster.name, b.entry.cluster.name),
  );
}

/** How the table is drawn. */
export interface HealthViewOptions {
  readonly wide: boolean;
  readonly ascii: boolean;
  readonly headers: boolean;
  readonly now: number;
}

/** The table of one round. */
export function healthTable(rows: readonly HealthRow[], { wide, ascii, headers, now }: HealthViewOptions): string {
  const head = [
    'CLUSTER',
    'STATUS',
    'VERSION',
    'P50',
    'P95',
    'NODES',
    'HUB',
    ...(wide ? ['REQUESTS', 'ERRORS', 'CERTIFICATE', 'LAST SEEN'] : []),
    'NOTE',
  ];
  const cells = rows.map(({ entry, observed, state, notes }) => {
    const { version, nodes, certificate, latencies, lastSeen } = observed;
    const counted = nodes?.counted;
    const expires = certificate?.facts?.expiresAt;
    const { condition, status } = entry.cluster.health;
    return [
      entry.cluster.name,
      stateText(state, ascii),
      version ?? entry.cluster.version ?? '-',
      msText(percentile(latencies, 0.5)),
      msText(percentile(latencies, 0.95)),
      counted ? `${counted.ready}/${counted.total}` : '-',
      condition ? `${condition}=${status}` : '-',
      ...(wide
        ? [
            String(observed.requests),
            String(observed.errors),
            expires === undefined ? '-' : expiryText(expires, now),
            lastSeen === undefined ? '-' : `${formatAge(now - lastSeen)} ago`,
          ]
        : []),
      notes.join('; '),
    ].map(escapeCell);
  });
  const text = plainTable(head, cells);
  return headers ? text : text.slice(text.indexOf('\n') + 1);
}

function msText(ms: number | undefined): string {
  return ms === undefined ? '-' : `${Math.round(ms)}ms`;
}

/** The same for programs; `at` is in milliseconds since the epoch. */
export function healthDocument(rows: readonly HealthRow[], at: number) {
  const items = rows.map(({ entry, observed, state, notes }) => {
    const { latencies, certificate, nodes, version, lastSeen, requests, errors } = observed;
    const [p50, p95] = [percentile(latencies, 0.5), percentile(latencies, 0.95)];
    const error = errorOf(entry.outcome);
    const { health } = entry.cluster;
    return {
      cluster: entry.cluster.name,
      status: state,
      ...(version !== undefined && { version }),
      ...(p50 !== undefined && p95 !== undefined && { latencyMs: { p50: tenths(p50), p95: tenths(p95) } }),
      requests,
      errors,
      ...(nodes?.counted && { nodes: nodes.counted }),
      ...(health.condition && { hub: health }),
      ...(certificate?.facts && {
        certificate: { ...certificate.facts, expiresAt: instantText(certificate.facts.expiresAt) },
      }),
      ...(lastSeen !== undefined && { lastSeen: instantText(lastSeen) }),
      notes,
      ...(error && { error }),
    };
  });
  return { apiVersion: API_VERSION, kind: 'ClusterHealthList', at: instantText(at), items };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
