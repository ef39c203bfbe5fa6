import { UsageError } from '../../errors.ts';
import type { Invocation } from '../verb.ts';

/**
 * The invocation for a command whose arguments are the clusters to look at, which is also for those that the hub calls
 * unhealthy. Throws UsageError where clusters are chosen in two ways.
 */
export function lookingAt(invocation: Invocation): Invocation {
  const { global } = invocation;
  const names = [...new Set([...invocation.positionals, ...invocation.rest])];
  if (names.length > 0 && global.isSet('clusters'))
    throw new UsageError('name the clusters as arguments or with --clusters, not both');
  const set = new Set([...global.set, 'include-unhealthy', ...(names.length > 0 ? ['clusters'] : [])]);
  const values = { ...global.values, 'include-unhealthy': true, ...(names.length > 0 && { clusters: names }) };
  return { ...invocation, global: { ...global, values, set, isSet: (flag) => set.has(flag) } };
}
