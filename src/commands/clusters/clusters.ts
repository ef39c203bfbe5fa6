import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../flags/suggest.ts';
import type { Verb } from '../verb.ts';
import { clustersAdd } from './add.ts';
import { clustersHealth } from './health.ts';
import { clustersList } from './list.ts';
import { clustersRemove } from './remove.ts';
import { clustersSet } from './set.ts';
import { clustersShow } from './show.ts';
import { clustersTest } from './test.ts';

const verbs: Readonly<Record<string, Verb>> = {
  list: clustersList,
  show: clustersShow,
  add: clustersAdd,
  set: clustersSet,
  remove: clustersRemove,
  test: clustersTest,
  health: clustersHealth,
};

/** `kubectl mc clusters`: the inventory itself. */
export const clusters: Verb = {
  name: 'clusters',
  use: 'clusters COMMAND [flags]',
  short: 'Show and change the clusters that commands reach',
  long: 'Shows which clusters there are and how each of them is reached, and changes what the mapping file says about them.',
  example:
    '# All clusters with their status\nkubectl mc clusters list\n\n# Their names, for other programs\nkubectl mc clusters list -o name',
  flags: [],
  verbs,
  run(invocation) {
    const [word] = invocation.positionals;
    throw new UsageError(
      word === undefined ? 'clusters needs a command' : `unknown command "${word}" for "kubectl mc clusters"`,
      {
        more: [
          ...(word === undefined ? [] : didYouMean(word, Object.keys(verbs))),
          `There are: ${Object.keys(verbs).join(', ')}`,
        ],
      },
    );
  },
};
