import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import type { Verb } from '../verb.ts';

const flags = [
  { name: 'all', kind: 'bool', help: 'Every cluster of the hub that is not known yet; those that moved must be named' },
  { name: 'yes', short: 'y', kind: 'bool', help: 'Trust without being asked' },
  { name: 'list', kind: 'bool', help: 'List the known clusters' },
  { name: 'remove', kind: 'bool', help: 'Forget clusters, so that they are asked about again' },
  {
    name: 'output',
    short: 'o',
    kind: 'string',
    choices: ['json', 'yaml'],
    value: 'FORMAT',
    help: 'With --list: json or yaml',
  },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc trust`: the addresses of a hub that credentials may be sent to. */
export const trust: Verb = {
  name: 'trust',
  use: 'trust (NAME… | --all | --list | --remove NAME…) [flags]',
  short: 'Trust the addresses that a hub gives for its clusters',
  long: [
    'Clusters without a context of yours are reached at the address that the hub gives, with your credentials. An address is',
    'pinned the first time you accept it; when the hub gives another one, nothing is sent until you accept that as well.',
    'Nothing is sent to the clusters by this command.',
  ].join('\n'),
  example: [
    '# Look at all new clusters and accept them with one answer',
    'kubectl mc trust --all',
    '',
    '# Accept the new address of a cluster that has moved',
    'kubectl mc trust fleet/prod',
  ].join('\n'),
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const names = [...new Set([...invocation.positionals, ...invocation.rest])];
    const modes = [values.all, values.list, values.remove].filter(Boolean).length;
    if (modes > 1) throw new UsageError('--all, --list and --remove exclude each other');
    if ((values.all || values.list) && names.length > 0)
      throw new UsageError(`--${values.all ? 'all' : 'list'} takes no names`);
    if (values.output && !values.list) throw new UsageError('-o goes with --list only');
    if (values.yes && (values.list || values.remove)) throw new UsageError('--yes goes with names or --all only');
    if (values.list) {
      const { listKnown } = await import('./known.ts');
      await listKnown(invocation, values.output);
      return ExitCode.ok;
    }
    if (!values.all && names.length === 0) throw new UsageError('trust needs NAMEs, --all, --list or --remove');
    if (values.remove) {
      const { forgetKnown } = await import('./known.ts');
      return await forgetKnown(invocation, names);
    }
    const { reviewTrust } = await import('./review.ts');
    return await reviewTrust(invocation, { names, yes: values.yes });
  },
};
