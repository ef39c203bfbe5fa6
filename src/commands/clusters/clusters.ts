import { UsageError } from '../../errors.ts';
import type { Verb } from '../verb.ts';
import { clustersList } from './list.ts';

/** `kubectl mc clusters`: the inventory itself. */
export const clusters: Verb = {
  name: 'clusters',
  aliases: ['cluster'],
  use: 'clusters COMMAND [flags]',
  short: 'Show the clusters that commands reach',
  long: 'Shows which clusters there are and how each of them is reached.',
  example:
    '# All clusters with their status\nkubectl mc clusters list\n\n# Their names, for other programs\nkubectl mc clusters list -o name',
  flags: [],
  verbs: { list: clustersList },
  run(invocation) {
    const [word] = invocation.positionals;
    throw new UsageError(
      word === undefined ? 'clusters needs a command' : `unknown command "${word}" for "kubectl mc clusters"`,
      {
        more: ['There is: kubectl mc clusters list'],
      },
    );
  },
};
