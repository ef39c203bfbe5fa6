import { prepare } from '../prepare.ts';
import type { Verb } from '../verb.ts';
import { getFlags } from './flags.ts';
import { toGetOptions } from './options.ts';
import { getRaw } from './raw.ts';
import { getResources } from './resources.ts';

/** `kubectl mc get`: kubectl's get over every cluster, with one answer. */
export const get: Verb = {
  name: 'get',
  use: 'get (TYPE[.VERSION][.GROUP] [NAME …] | TYPE/NAME …) [flags]',
  short: 'Show resources of all clusters',
  long: 'Reads the resources from every selected cluster at once, with your own credentials for each, and prints one table with a CLUSTER column or one document.',
  example: [
    '# All pods of all clusters',
    'kubectl mc get pods -A',
    '',
    '# Deployments of some clusters, as one document for scripts',
    "kubectl mc get deploy --clusters='prod-*' --exclude='*-eu' -o json | jq .summary",
    '',
    '# One object wherever it exists',
    'kubectl mc get configmap/settings -n team-a',
  ].join('\n'),
  flags: getFlags,
  async run(invocation) {
    const options = await toGetOptions(invocation);
    const prepared = await prepare(invocation, 'get');
    try {
      if (options.raw !== undefined) return await getRaw(options.raw, prepared, invocation);
      return await getResources(options, prepared, invocation);
    } finally {
      await prepared.close();
    }
  },
};
