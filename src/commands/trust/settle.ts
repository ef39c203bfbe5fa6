import { entriesOf, type KnownCluster, updateKnownClusters, withPin } from '../../access/knownclusters.ts';
import { comparePins, isYes } from '../../access/pins.ts';
import { pinDeclined, pinUnknown } from '../../access/pintexts.ts';
import { isUntrusted, type SeenEndpoint, type Target, type UntrustedTarget } from '../../access/target.ts';
import { CommandError } from '../../errors.ts';
import { escapeMessage } from '../../streams/escape.ts';
import type { Prompts } from '../../streams/prompt.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { openQuestions } from '../questions.ts';
import type { Invocation } from '../verb.ts';
import { trustTable } from './table.ts';

/** What settling needs besides the targets. */
export interface SettleContext {
  readonly invocation: Invocation;
  readonly diagnostics: Pick<Diagnostics, 'note'>;
  /** URL of the hub. */
  readonly hub: string;
}

/**
 * Settles what pinning left open: one question for all endpoints that are new, where there is somebody to ask, and one write
 * of what is trusted from now on. Targets that are not trusted have ended.
 */
export async function settleTrust(targets: readonly Target[], context: SettleContext): Promise<readonly Target[]> {
  const untrusted = targets.filter(isUntrusted);
  const trusted = untrusted.length > 0 ? await ask(untrusted, context) : new Set<Target>();
  const settled = targets.map((target): Target => {
    if (!isUntrusted(target)) return target;
    const { config, namespace, seen } = target.access;
    if (trusted?.has(target)) return { ...target, access: { kind: 'config', config, namespace, record: seen } };
    const outcome = trusted === undefined ? pinUnknown(seen, 'not a terminal') : pinDeclined(seen);
    return { ...target, access: { kind: 'ended', outcome } };
  });
  const records = settled.flatMap(({ access }) => (access.kind === 'config' && access.record) || []);
  if (records.length > 0) {
    await remember(records, context, 'keep').catch((error: unknown) => {
      if (context.invocation.signal.aborted) throw error;
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      context.diagnostics.note(`Warning: the known clusters cannot be written, so you will be asked again: ${why}`);
    });
  }
  return settled;
}

/** Writes pins; `keep` leaves what another program has pinned differently in the meantime. */
export async function remember(
  seen: readonly SeenEndpoint[],
  { invocation: { host, clock, signal }, hub }: Pick<SettleContext, 'invocation' | 'hub'>,
  conflict: 'keep' | 'replace',
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  await updateKnownClusters({ host, clock, signal }, (entries) =>
    seen.reduce<readonly KnownCluster[]>((known, one) => {
      const verdict = comparePins(entriesOf(known, hub, [one.key, ...one.aliases]), one.pin);
      if (verdict.kind === 'known' || (verdict.kind === 'changed' && conflict === 'keep')) return known;
      return withPin(known, { hub, ...one }, one.pin, at);
    }, entries),
  );
}

/** The targets that the user trusts, undefined where there is nobody to ask. */
async function ask(
  untrusted: readonly UntrustedTarget[],
  { invocation }: SettleContext,
): Promise<ReadonlySet<Target> | undefined> {
  const prompts = invocation.io.in.taken ? undefined : openQuestions(invocation);
  if (!prompts) return undefined;
  await invocation.io.err.write(escapeMessage(trustTable(untrusted)));
  return await askTrust(untrusted, prompts);
}

/** The question itself, under the table: only the exact word `yes` counts; end of input is no. */
export async function askTrust(untrusted: readonly UntrustedTarget[], prompts: Prompts): Promise<ReadonlySet<Target>> {
  const answer = async (question: string) => {
    try {
      return await prompts.line(question);
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw error;
    }
  };
  const [only] = untrusted;
  const question =
    untrusted.length === 1 ? 'Trust this cluster? (yes/no)' : `Trust these ${untrusted.length} clusters? (yes/no/each)`;
  const said = await answer(question);
  if (isYes(said)) return new Set(untrusted);
  if (said !== 'each' || only === undefined || untrusted.length === 1) return new Set();
  const trusted = new Set<Target>();
  for (const target of untrusted) {
    const { key, pin } = target.access.seen;
    const one = await answer(`Trust ${key} at ${pin.server}? (yes/no)`);
    if (one === undefined) break;
    if (isYes(one)) trusted.add(target);
  }
  return trusted;
}
