import type { Target } from '../../access/target.ts';

const SIGNS = {
  connected: ['✓', 'ok'],
  degraded: ['⚠', '!'],
  disconnected: ['✗', 'x'],
  unknown: ['?', '?'],
} as const;

/** What is known about a cluster without asking it: the hub's condition, with a sign and a word (`--ascii`: ok ~ x ! ?). */
export function statusOf({ cluster, access }: Target, ascii: boolean): string {
  const show = (state: keyof typeof SIGNS, why = '') =>
    `${SIGNS[state][ascii ? 1 : 0]} ${state}${why ? ` (${why})` : ''}`;
  if (access.kind === 'ended' && access.outcome.kind === 'failed') return show('unknown', access.outcome.error.type);
  if (access.kind === 'ended' && access.outcome.kind === 'skipped' && access.outcome.reason.kind === 'no-access')
    return show('unknown', 'no access');
  const { status, condition, reason } = cluster.health;
  if (status === 'True') return show('connected');
  if (status === 'False') return show('degraded', `${condition}=False${reason ? `: ${reason}` : ''}`);
  return show('unknown');
}
