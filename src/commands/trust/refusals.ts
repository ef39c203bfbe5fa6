import { keyOf } from '../../access/hubaccess.ts';
import type { Target } from '../../access/target.ts';
import type { ClusterError } from '../../errors.ts';

/** How many clusters are told one by one for each code. */
const SHOWN = 10;
const CODES = /^E-(?:HINT|ENDPOINT|PIN|PROVIDER|TEMPLATE)\b/;

/** The errors of clusters that were refused before anything was sent, each with its way out; one code's at most ten times. */
export function refusalLines(targets: readonly Target[]): readonly string[] {
  const byCode = new Map<string, { readonly name: string; readonly error: ClusterError }[]>();
  for (const { cluster, access } of targets) {
    if (access.kind !== 'ended' || access.outcome.kind !== 'failed') continue;
    const { error } = access.outcome;
    if (!CODES.test(error.reason ?? '')) continue;
    const name = cluster.ref ? keyOf({ ...cluster, ref: cluster.ref }) : cluster.name;
    byCode.set(error.reason ?? '', [...(byCode.get(error.reason ?? '') ?? []), { name, error }]);
  }
  return [...byCode].flatMap(([code, refused]) => [
    ...refused.slice(0, SHOWN).flatMap(({ name, error }) => linesOf(name, error)),
    ...(refused.length > SHOWN ? [`error: and ${refused.length - SHOWN} more clusters (${code})`] : []),
  ]);
}

function linesOf(name: string, { message, details = '', hint = '' }: ClusterError): readonly string[] {
  const first = message.startsWith('cluster "') ? message : `cluster "${name}": ${message}`;
  const more = [...details.split('\n'), ...hint.split('\n')].filter(Boolean);
  return [`error: ${first}`, ...more.map((line) => `    ${line}`)];
}
