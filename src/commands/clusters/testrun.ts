import type { Target } from '../../access/target.ts';
import type { Attempt } from '../../api/attempt.ts';
import type { Outcome } from '../../api/outcome.ts';
import type { CredentialFacts } from '../../client/credentialfacts.ts';
import { ClusterFailure } from '../../errors.ts';
import { fanOut } from '../../executor/fanout.ts';
import { totalTimeout } from '../../fleet/fleet.ts';
import { EXPIRES_SOON_MS, expiryText } from '../expiry.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import type { Prepared } from '../prepare.ts';
import type { Invocation } from '../verb.ts';
import { QUESTIONS } from './testquestions.ts';
import { type Finding, failedStep, STEPS, type TestStep, timedStep } from './teststep.ts';

/** A cluster and every step that was made on the way into it. */
export interface Tested {
  readonly target: Target;
  readonly steps: readonly TestStep[];
}

/** Walks every step on every target: first the network and the login, then, where these are good, what the server answers. */
export async function testClusters(
  prepared: Prepared,
  invocation: Invocation,
): Promise<{ readonly ledger: Ledger; readonly tested: readonly Tested[] }> {
  const { targets, diagnostics } = prepared;
  const run = openRun(prepared, invocation);
  const progress = diagnostics.progress(() => run.ledger.progressText());
  progress.start();
  try {
    const reached = await walkNetwork(prepared, invocation, run);
    await askServers(reached, prepared, invocation, run);
  } finally {
    await progress.stop();
  }
  const byName = new Map(targets.map((target) => [target.cluster.name, target]));
  const tested = run.ledger.entries().flatMap(({ cluster }) => {
    const target = byName.get(cluster.name);
    return target ? [{ target, steps: run.steps.get(cluster.name) ?? [] }] : [];
  });
  return { ledger: run.ledger, tested };
}

interface Run {
  readonly ledger: Ledger;
  readonly steps: ReadonlyMap<string, readonly TestStep[]>;
  add(cluster: string, step: TestStep): void;
  end(cluster: string, outcome: Outcome, ms: number): void;
}

function openRun({ targets }: Prepared, { clock }: Invocation): Run {
  const started = clock.monotonic();
  const ledger = openLedger(targets.map(({ cluster }) => cluster));
  const steps = new Map<string, TestStep[]>();
  const tried = new Set(targets.flatMap(({ cluster, access }) => (access.kind === 'config' ? [cluster.name] : [])));
  const add = (cluster: string, step: TestStep) => {
    const known = steps.get(cluster);
    if (known) known.push(step);
    else steps.set(cluster, [step]);
  };
  return {
    ledger,
    steps,
    add,
    end(cluster, outcome) {
      const made = steps.get(cluster) ?? [];
      // A clock that ran out ends the step that was under way.
      const next = STEPS[made.length];
      if (outcome.kind === 'failed' && next && tried.has(cluster) && !made.some(({ state }) => state === 'failed'))
        add(cluster, failedStep(next, outcome.error));
      ledger.end(cluster, outcome, clock.monotonic() - started);
    },
  };
}

type Open = Target & { readonly access: Extract<Target['access'], { kind: 'config' }> };

/** DNS, TCP, TLS and the login; what has ended before that gets its end in `askServers`. */
async function walkNetwork(prepared: Prepared, { clock, signal }: Invocation, run: Run): Promise<readonly Target[]> {
  const { targets, transports, settings } = prepared;
  const { limits } = settings;
  const open = targets.filter((target): target is Open => target.access.kind === 'config');
  async function* walk({ entry, access }: Open, attempt: Attempt): AsyncGenerator<TestStep, undefined> {
    const connectTimeoutMs =
      limits.asked?.connectTimeoutMs ?? entry?.connection?.connectTimeout ?? limits.connectTimeoutMs;
    for await (const step of transports.probe(access.config, { connectTimeoutMs }, attempt.signal)) {
      const { name, ms, detail, certificate, error } = step;
      const shown = certificate ? { certificate } : {};
      if (error) {
        yield { ...failedStep(name, error, ms), ...shown };
        throw new ClusterFailure(error);
      }
      const ends = certificate && expiryText(certificate.expiresAt, clock.now());
      const late = soon(certificate?.expiresAt, clock.now());
      yield {
        name,
        state: late ? 'warning' : 'ok',
        ms,
        detail: certificate ? `${detail}, issued by ${certificate.issuer}, ${ends}` : detail,
        ...shown,
        ...(late && { warning: `server certificate ${ends}` }),
      };
    }
    // A login takes as long as a person needs.
    attempt.established();
    const step = await timedStep(
      'login',
      () => clock.monotonic(),
      async () => {
        const facts = await transports.about(access.config, attempt);
        return loginFinding(facts, access.config.auth.certificate !== undefined, clock.now());
      },
    );
    yield step;
    if (step.error) throw new ClusterFailure(step.error);
    return undefined;
  }
  const reached = new Set(targets.filter(({ access }) => access.kind !== 'config'));
  const byName = new Map(open.map((target) => [target.cluster.name, target]));
  const events = fanOut(open, async (target) => target, walk, {
    clock,
    name: ({ cluster }) => cluster.name,
    lanes: limits.lanes,
    clusterTimeoutMs: ({ entry }) =>
      limits.asked?.clusterTimeoutMs ?? entry?.connection?.timeout ?? limits.clusterTimeoutMs,
    totalTimeoutMs: limits.totalTimeoutMs ?? totalTimeout(open.length),
    failFast: limits.failFast,
    signal,
  });
  for await (const event of events) {
    const target = byName.get(event.cluster);
    if (event.kind === 'item') run.add(event.cluster, event.item);
    else if (event.kind === 'end' && event.outcome.kind === 'answered' && target) reached.add(target);
    else if (event.kind === 'end') run.end(event.cluster, event.outcome, event.ms);
  }
  return [...reached];
}

/** What is told about a login. A certificate of the kubeconfig has to be renewed by a person, one of a plugin comes anew by itself. */
function loginFinding(facts: CredentialFacts, ownCertificate: boolean, now: number): Finding {
  const { how, tokenExpiresAt: token, certificateExpiresAt: certificate } = facts;
  const tokenEnd = token === undefined ? [] : [`token ${expiryText(token, now)}`];
  const certificateEnd = certificate === undefined ? [] : [`client certificate ${expiryText(certificate, now)}`];
  const warnings = [
    ...(token !== undefined && token <= now ? tokenEnd : []),
    ...(ownCertificate && soon(certificate, now) ? certificateEnd : []),
  ];
  const detail = [how, ...tokenEnd, ...certificateEnd].join(', ');
  return warnings.length > 0 ? { detail, state: 'warning', warning: warnings.join(', ') } : { detail };
}

/** Whether something ends within a week, or has ended. */
function soon(at: number | undefined, now: number): boolean {
  return at !== undefined && at - now < EXPIRES_SOON_MS;
}

async function askServers(
  targets: readonly Target[],
  { fleet }: Prepared,
  { clock, signal }: Invocation,
  run: Run,
): Promise<void> {
  const events = fleet.each<TestStep>(
    targets,
    async function* (session, attempt) {
      const failures: ClusterFailure[] = [];
      for (const [name, ask] of QUESTIONS) {
        const step = await timedStep(
          name,
          () => clock.monotonic(),
          () => ask(session, attempt),
        );
        yield step;
        if (!step.error) continue;
        failures.push(new ClusterFailure(step.error));
        // Who is not let in, or not connected any more, need not be asked further.
        if (step.error.code === undefined || step.error.code === 401) break;
      }
      if (failures[0]) throw failures[0];
      return undefined;
    },
    signal,
  );
  for await (const event of events) {
    if (event.kind === 'item') run.add(event.cluster, event.item);
    else if (event.kind === 'end') run.end(event.cluster, event.outcome, event.ms);
  }
}
