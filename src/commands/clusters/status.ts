import type { Target } from '../../access/target.ts';
import type { LastResult } from '../../fleet/lastresults.ts';
import { formatAge } from '../../printers/table/age.ts';
import { type State, stateText } from './sign.ts';

/** What a STATUS cell is made from. */
export interface StatusOptions {
  /** Signs in ASCII: ok ~ x ! ? */
  readonly ascii: boolean;
  readonly now: number;
}

/** What is known about a cluster without asking it: how the last command ended there, with its age, else the hub's condition. */
export function statusOf(
  { cluster, access }: Target,
  kept: LastResult | undefined,
  { ascii, now }: StatusOptions,
): string {
  const show = (state: State, why = '') => `${stateText(state, ascii)}${why ? ` (${why})` : ''}`;
  if (access.kind === 'ended' && access.outcome.kind === 'failed') return show('unknown', access.outcome.error.type);
  if (access.kind === 'ended' && access.outcome.kind === 'skipped' && access.outcome.reason.kind === 'no-access')
    return show('unknown', 'no access');
  const { status, condition, reason } = cluster.health;
  if (status === 'False') return show('degraded', `${condition}=False${reason ? `: ${reason}` : ''}`);
  const server = access.kind === 'config' ? access.config.server : undefined;
  const last = kept?.server === server ? kept : undefined;
  const ago = last ? `${formatAge(now - last.at)} ago` : '';
  if (last?.state === 'disconnected') return show('disconnected', `${last.error}, ${ago}`);
  if (last) return show('connected', ago);
  return status === 'True' ? show('connected', 'says the hub') : show('unknown');
}
