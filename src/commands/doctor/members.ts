import type { Target } from '../../access/target.ts';
import { humanAge } from '../../discovery/hubtext.ts';
import type { ClusterFailure, ErrorType } from '../../errors.ts';
import type { Clock } from '../../system/clock.ts';
import type { Prepared } from '../prepare.ts';
import { type Finding, someNames } from './finding.ts';
import { askMember, type MemberFacts } from './memberfacts.ts';

/** One cluster of the inventory and how it answered. */
export interface ClusterFact {
  readonly cluster: string;
  readonly source: string;
  readonly context?: string;
  readonly state: 'answered' | 'failed' | 'skipped';
  readonly version?: string;
  /** Why it did not answer, or why nobody asked. */
  readonly message?: string;
}

/** What the members said. */
export interface Members {
  readonly clusters: readonly ClusterFact[];
  readonly findings: readonly Finding[];
  readonly facts: ReadonlyMap<string, MemberFacts>;
}

/** Clocks may differ by this much (milliseconds) before anybody is told. */
const MAX_SKEW_MS = 60_000;

/** Asks every selected cluster that can be asked. */
export async function checkMembers(
  { fleet, targets, diagnostics }: Prepared,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  consistency: boolean,
): Promise<Members> {
  const facts = new Map<string, MemberFacts>();
  const clusters: ClusterFact[] = [];
  const findings: Finding[] = [];
  const byName = new Map(targets.map((target) => [target.cluster.name, target]));
  const left = new Map<string, string[]>();
  const waiting: string[] = [];
  const work = async () => {
    for await (const event of fleet.each(targets, askMember(clock, consistency), signal)) {
      if (event.kind === 'item') facts.set(event.cluster, event.item);
      if (event.kind !== 'end') continue;
      const target = byName.get(event.cluster);
      if (target === undefined) continue;
      const { outcome } = event;
      const known = { cluster: event.cluster, source: target.cluster.source, ...contextOf(target) };
      if (outcome.kind === 'answered') {
        clusters.push({ ...known, state: 'answered', version: facts.get(event.cluster)?.version ?? 'unknown' });
      } else if (outcome.kind === 'skipped') {
        const { message, kind } = outcome.reason;
        clusters.push({ ...known, state: 'skipped', message });
        if (kind === 'no-access') left.set(message, [...(left.get(message) ?? []), event.cluster]);
        else
          findings.push({
            severity: 'hint',
            code: 'unhealthy',
            what: message,
            where: `cluster ${event.cluster}`,
            fix: '--include-unhealthy asks all the same',
          });
      } else {
        const { error } = outcome;
        clusters.push({ ...known, state: 'failed', message: `${error.type}: ${error.message}` });
        if (target.access.kind === 'untrusted') waiting.push(event.cluster);
        else findings.push(unanswered(target, error));
      }
    }
  };
  await diagnostics.progressWhile('asking the clusters', work());
  for (const [message, names] of left)
    findings.push({
      severity: 'hint',
      code: 'no-access',
      what: message,
      where: `clusters ${someNames(names.sort())}`,
      fix: 'kubectl mc setup',
    });
  if (waiting.length > 0)
    findings.push({
      severity: 'hint',
      code: 'not-trusted',
      what: 'the hub gave an address that you have not trusted yet, or changed one; nothing was sent there',
      where: `clusters ${someNames(waiting.sort())}`,
      fix: 'kubectl mc trust',
    });
  findings.push(...skewed(facts));
  clusters.sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
  return { clusters, findings, facts };
}

function contextOf({ access, entry, cluster }: Target): { readonly context?: string } {
  const context = access.kind === 'config' ? access.context : (entry?.context ?? cluster.context);
  return context === undefined ? {} : { context };
}

const FIXES: Readonly<Partial<Record<ErrorType, string>>> = {
  Timeout: 'is the network or the VPN up? A slow cluster needs a longer --connect-timeout or --timeout',
  ConnectionRefused: 'is the API server running, is the address right?',
  DNS: 'check the address; is the network or the VPN up?',
  TLS: 'check certificate-authority-data, tls-server-name and client-certificate-data of the context',
  Unauthorized: 'log in again',
  Forbidden: 'ask for the right',
  NoContext: 'kubectl config get-contexts',
  ExecPlugin: 'run the program by hand; it gets the login',
};

function unanswered({ cluster, access }: Target, error: ClusterFailure['error']): Finding {
  const context = access.kind === 'config' && access.context;
  const seeFor = context ? `kubectl --context ${context} get --raw /version` : 'kubectl mc help access';
  return {
    severity: 'error',
    code: `cluster-${error.type}`,
    what: error.message,
    where: `cluster ${cluster.name}`,
    fix: error.hint ?? FIXES[error.type] ?? seeFor,
  };
}

/** When all clusters differ the same way, it is our clock. */
function skewed(facts: ReadonlyMap<string, MemberFacts>): readonly Finding[] {
  const told = [...facts].flatMap(([cluster, { aheadMs }]) => (aheadMs === undefined ? [] : [{ cluster, aheadMs }]));
  const off = told.filter(({ aheadMs }) => Math.abs(aheadMs) > MAX_SKEW_MS);
  const [first] = off;
  if (first === undefined) return [];
  const finding = (what: string, where: string): Finding => ({
    severity: 'error',
    code: 'clock-skew',
    what: `${what}: certificates and tokens may count as expired, or as not valid yet`,
    where,
    fix: 'let NTP set the clock there (timedatectl set-ntp true)',
  });
  const word = (aheadMs: number) => (aheadMs > 0 ? 'ahead' : 'behind');
  const ours =
    off.length > 1 && off.length === told.length && off.every(({ aheadMs }) => aheadMs > 0 === first.aheadMs > 0);
  if (ours)
    return [
      finding(
        `the clock of this machine is ${humanAge(Math.abs(first.aheadMs))} ${word(-first.aheadMs)} of all clusters`,
        'this machine',
      ),
    ];
  return off.map(({ cluster, aheadMs }) =>
    finding(`its clock is ${humanAge(Math.abs(aheadMs))} ${word(aheadMs)} of this machine's`, `cluster ${cluster}`),
  );
}
