import type { Target } from '../../access/target.ts';
import type { KubeObject } from '../../api/kubernetes.ts';
import { listPages } from '../../client/pages.ts';
import type { Attempt } from '../../client/restclient.ts';
import type { ServerCertificate } from '../../client/servercertificate.ts';
import type { Transports } from '../../client/transports.ts';
import { ClusterFailure } from '../../errors.ts';
import type { Session } from '../../resource/read.ts';
import type { Clock } from '../../system/clock.ts';

/** What is known about one cluster over all rounds; times in milliseconds. */
export interface Observed {
  version?: string;
  /** Undefined inside where the server does not let us count them. */
  nodes?: { readonly at: number; readonly counted: { readonly ready: number; readonly total: number } | undefined };
  certificate?: { readonly at: number; readonly facts: ServerCertificate | undefined };
  /** Why it is not ready, undefined where it is or does not tell. */
  notReady: string | undefined;
  /** Of the latest requests, each measured on a connection that was there. */
  readonly latencies: number[];
  requests: number;
  errors: number;
  /** Milliseconds since the epoch. */
  lastSeen?: number;
}

/** Nothing yet. */
export function newlyObserved(): Observed {
  return { latencies: [], requests: 0, errors: 0, notReady: undefined };
}

// A round measures this many requests; percentiles are over the latest rounds.
const SAMPLES = 5;
const KEPT = 100;
// Counting nodes reads them whole, and certificates seldom change: not in every round.
const NODES_MS = 30_000;
const CERTIFICATE_MS = 10 * 60_000;

/** What a check works with. */
export interface CheckDeps {
  readonly clock: Clock;
  readonly transports: Transports;
  readonly target: Target;
  readonly observed: Observed;
  readonly connectTimeoutMs: number;
}

/** One round on one cluster; `observed` is brought up to date. Throws ClusterFailure where it cannot be reached or does not let us in. */
export async function checkHealth(session: Session, deps: CheckDeps, attempt: Attempt): Promise<void> {
  const { clock, observed } = deps;
  const counted = async <R>(work: () => Promise<R>): Promise<R> => {
    observed.requests += 1;
    try {
      return await work();
    } catch (error) {
      observed.errors += 1;
      throw error;
    }
  };
  await readCertificate(deps, attempt);
  // First, so that no measured request pays for the connection.
  observed.notReady = await counted(() => askReady(session, attempt));
  for (let at = 0; at < SAMPLES; at += 1) {
    const started = clock.monotonic();
    const { gitVersion } = await counted(() =>
      session.client.json<{ readonly gitVersion?: unknown }>({ method: 'GET', path: '/version' }, attempt),
    );
    observed.latencies.push(clock.monotonic() - started);
    if (typeof gitVersion === 'string') observed.version = gitVersion;
  }
  observed.latencies.splice(0, observed.latencies.length - KEPT);
  if (!observed.nodes || clock.monotonic() - observed.nodes.at >= NODES_MS)
    observed.nodes = { at: clock.monotonic(), counted: await counted(() => countNodes(session, attempt)) };
  observed.lastSeen = clock.now();
}

async function readCertificate({ clock, transports, target, observed, connectTimeoutMs }: CheckDeps, attempt: Attempt) {
  const { certificate } = observed;
  if (target.access.kind !== 'config') return;
  if (certificate && clock.monotonic() - certificate.at < CERTIFICATE_MS) return;
  for await (const step of transports.probe(target.access.config, { connectTimeoutMs }, attempt.signal)) {
    if (step.error) throw new ClusterFailure(step.error);
    if (step.name === 'tls') observed.certificate = { at: clock.monotonic(), facts: step.certificate };
  }
}

/** Undefined for ready, and for a server that does not tell us. */
async function askReady({ client }: Session, attempt: Attempt): Promise<string | undefined> {
  try {
    await client.do({ method: 'GET', path: '/readyz', accept: 'text/plain, */*' }, attempt);
    return undefined;
  } catch (error) {
    const code = error instanceof ClusterFailure ? error.error.code : undefined;
    if (code === undefined || code === 401) throw error;
    return code === 403 || code === 404 ? undefined : `/readyz answers ${code}`;
  }
}

async function countNodes(session: Session, attempt: Attempt): Promise<{ ready: number; total: number } | undefined> {
  const count = { ready: 0, total: 0 };
  try {
    for await (const page of listPages(session.client, { path: '/api/v1/nodes', limit: 500 }, attempt)) {
      if (page.restart) Object.assign(count, { ready: 0, total: 0 });
      else
        for (const node of (page.body['items'] ?? []) as readonly KubeObject[]) {
          count.total += 1;
          if (isReady(node)) count.ready += 1;
        }
    }
    return count;
  } catch (error) {
    if (error instanceof ClusterFailure && (error.error.code === 403 || error.error.code === 404)) return undefined;
    throw error;
  }
}

function isReady(node: KubeObject): boolean {
  const status = node['status'] as { readonly conditions?: readonly { type?: string; status?: string }[] } | undefined;
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** The nearest-rank percentile, undefined where nothing was measured. */
export function percentile(samples: readonly number[], share: number): number | undefined {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
