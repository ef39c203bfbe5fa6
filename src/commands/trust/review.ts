import { endpointText, pinChanged } from '../../access/pintexts.ts';
import { isUntrusted, type SeenEndpoint, type Target, type UntrustedTarget } from '../../access/target.ts';
import { CommandError, ExitCode } from '../../errors.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { openQuestions } from '../questions.ts';
import type { Invocation } from '../verb.ts';
import { refusalLines } from './refusals.ts';
import { askTrust, remember } from './settle.ts';
import { trustTable } from './table.ts';
import { allowHosts } from './unlisted.ts';

/** What is to be trusted: the named clusters, or with no names every new one. */
export interface TrustRequest {
  readonly names: readonly string[];
  readonly yes: boolean;
}

/** Shows what is new (and, for named clusters, what has moved), asks, and pins what is accepted; exit 1 where something is left. */
export async function reviewTrust(invocation: Invocation, request: TrustRequest): Promise<ExitCode> {
  const looking = aboutClusters(invocation, request.names);
  let prepared = await look(looking);
  // Hosts that are listed now are looked at again, with everything else there is to know about them.
  if (await allowHosts(prepared, invocation)) prepared = await look(looking);
  const { targets, inventory } = prepared;
  const untrusted = targets.filter(isUntrusted);
  const moved = request.names.length > 0 ? [] : untrusted.filter(({ access }) => access.changed);
  const candidates = untrusted.filter((target) => !moved.includes(target));
  const trusted = candidates.length > 0 ? await chosen(candidates, request, invocation) : new Set<Target>();
  const hub = inventory.hub?.server ?? '';
  const seen = targets.flatMap((target): readonly SeenEndpoint[] => {
    if (isUntrusted(target)) return trusted.has(target) ? [target.access.seen] : [];
    return target.access.kind === 'config' && target.access.record ? [target.access.record] : [];
  });
  if (seen.length > 0) await remember(seen, { invocation, hub }, 'replace');
  return await tell({ targets, untrusted, trusted, moved }, prepared, invocation);
}

async function look(invocation: Invocation): Promise<Prepared> {
  const prepared = await prepare(invocation, 'trust', { trust: 'leave', pinMode: 'review' });
  await prepared.close();
  if (!prepared.inventory.hub)
    throw new CommandError('only addresses that a hub gives need to be trusted, and no hub was asked', {
      more: ['name its context with --hub-context'],
    });
  return prepared;
}

/** The same command about the named clusters, healthy or not. */
function aboutClusters(invocation: Invocation, names: readonly string[]): Invocation {
  const { global } = invocation;
  const values = {
    ...global.values,
    ...(names.length > 0 && { clusters: names, exclude: [], group: [], 'cluster-selector': undefined }),
    'include-unhealthy': true,
  };
  const isSet: typeof global.isSet = (name) => (name === 'clusters' && names.length > 0) || global.isSet(name);
  return { ...invocation, global: { ...global, values, isSet } };
}

async function chosen(
  candidates: readonly UntrustedTarget[],
  { names, yes }: TrustRequest,
  invocation: Invocation,
): Promise<ReadonlySet<Target>> {
  await invocation.io.err.write(escapeMessage(trustTable(candidates)));
  // A host that somebody should look at is not accepted unseen with all the others.
  if (yes) return new Set(candidates.filter(({ access }) => names.length > 0 || !access.seen.caution));
  const prompts = invocation.io.in.taken ? undefined : openQuestions(invocation);
  if (!prompts) throw new CommandError('this is not a terminal: nobody can answer; pass --yes to trust what is shown');
  return await askTrust(candidates, prompts);
}

interface Reviewed {
  readonly targets: readonly Target[];
  readonly untrusted: readonly UntrustedTarget[];
  readonly trusted: ReadonlySet<Target>;
  readonly moved: readonly UntrustedTarget[];
}

async function tell(reviewed: Reviewed, { diagnostics }: Prepared, { io }: Invocation): Promise<ExitCode> {
  const { targets, untrusted, trusted, moved } = reviewed;
  for (const { access } of untrusted.filter((target) => trusted.has(target)))
    await io.out.write(escapeMessage(`cluster "${access.seen.key}" is trusted at ${endpointText(access.seen.pin)}\n`));
  const ended = moved.map((target): Target => {
    const { seen, changed } = target.access;
    return changed ? { ...target, access: { kind: 'ended', outcome: pinChanged(seen, changed) } } : target;
  });
  const refused = [...targets.filter(({ access }) => access.kind === 'ended'), ...ended];
  const lines = refusalLines(refused);
  for (const line of lines) diagnostics.note(line);
  const left = untrusted.filter((target) => !trusted.has(target) && !moved.includes(target));
  for (const { access } of left) diagnostics.note(`cluster "${access.seen.key}" is not trusted`);
  const failed = lines.length > 0;
  if (untrusted.length === 0 && !failed)
    await io.err.write('Nothing to trust: every address is known already, or your own\n');
  return failed || left.length > 0 ? ExitCode.failure : ExitCode.ok;
}
