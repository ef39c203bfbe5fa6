import type { Target } from '../../access/target.ts';
import type { Outcome } from '../../api/outcome.ts';
import type { Attempt } from '../../client/restclient.ts';
import { CommandError, ExitCode } from '../../errors.ts';
import type { Session } from '../../resource/read.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { Invocation } from '../verb.ts';

/** How one cluster answered the question for its version. */
export interface Probed {
  readonly target: Target;
  readonly outcome: Outcome;
  /** `v1.36.3`, where it answered. */
  readonly version?: string;
  readonly ms: number;
}

/** Asks every target for its version with the user's own credentials, in their order. */
export async function probeTargets(prepared: Prepared, signal: AbortSignal): Promise<readonly Probed[]> {
  const { fleet, targets, diagnostics } = prepared;
  const answers = new Map<string, { version?: string; outcome?: Outcome; ms: number }>();
  const work = async () => {
    const events = fleet.each(targets, askVersion, signal);
    for await (const event of events) {
      const known = answers.get(event.cluster) ?? { ms: 0 };
      if (event.kind === 'item') answers.set(event.cluster, { ...known, version: event.item });
      else if (event.kind === 'end') answers.set(event.cluster, { ...known, outcome: event.outcome, ms: event.ms });
    }
  };
  await diagnostics.progressWhile('asking the clusters for their versions', work());
  return targets.map((target) => {
    const { outcome, ...answer } = answers.get(target.cluster.name) ?? { ms: 0 };
    const never: Outcome = {
      kind: 'failed',
      error: { type: 'NotAttempted', message: 'not attempted', retriable: true },
    };
    return { target, ...answer, outcome: outcome ?? never };
  });
}

async function* askVersion(session: Session, attempt: Attempt): AsyncGenerator<string, undefined> {
  const answer = await session.client.json<{ readonly gitVersion?: string }>(
    { method: 'GET', path: '/version' },
    attempt,
  );
  yield String(answer.gitVersion ?? 'unknown');
  return undefined;
}

/** What became of the question in a few words: `✓ v1.36.3 (12ms)`, `✗ Unauthorized: …`. */
export function probeText({ outcome, version, ms }: Probed): string {
  if (outcome.kind === 'answered') return `✓ ${version ?? 'unknown'} (${Math.round(ms)}ms)`;
  if (outcome.kind === 'skipped') return `- ${outcome.reason.message}`;
  const { type, message, hint } = outcome.error;
  return `✗ ${type}: ${message}${hint ? ` (${hint})` : ''}`;
}

/** Tests one cluster by name and says on stdout how it went; exit code 1 where it did not answer. */
export async function probeNamed(invocation: Invocation, name: string): Promise<ExitCode> {
  const prepared = await prepare(only(invocation, name), 'clusters test');
  try {
    const [probed] = await probeTargets(prepared, invocation.signal);
    if (probed === undefined) throw new CommandError(`cluster "${name}" is not in the inventory`);
    await invocation.io.out.write(escapeMessage(`cluster "${name}": ${probeText(probed)}\n`));
    return probed.outcome.kind === 'answered' ? ExitCode.ok : ExitCode.failure;
  } finally {
    await prepared.close();
  }
}

/** The same command about exactly one cluster, named literally. */
export function only(invocation: Invocation, name: string): Invocation {
  const { global } = invocation;
  return {
    ...invocation,
    global: {
      ...global,
      values: { ...global.values, clusters: [name], exclude: [], group: [], 'cluster-selector': undefined },
      set: new Set([...global.set, 'clusters']),
      isSet: (flag) => flag === 'clusters' || global.isSet(flag),
    },
  };
}
