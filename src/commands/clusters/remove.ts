import { editMapping, entryIndex, entryName } from '../../config/editmapping.ts';
import { loadMapping } from '../../config/mapping.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { openQuestions } from '../questions.ts';
import type { Verb } from '../verb.ts';
import { forgetInventory } from './forget.ts';
import { noCluster } from './unknown.ts';

const flags = [{ name: 'yes', short: 'y', kind: 'bool', help: 'Do not ask' }] as const satisfies readonly FlagSpec[];

/** `kubectl mc clusters remove NAME`: an entry of the mapping file goes; kubeconfig and clusters are not touched. */
export const clustersRemove: Verb = {
  name: 'remove',
  use: 'remove NAME... [flags]',
  short: 'Remove clusters from the mapping file',
  long: 'Removes entries of the mapping file. Kubeconfig files and the clusters themselves stay as they are.',
  example: 'kubectl mc clusters remove staging',
  flags,
  async run(invocation) {
    const { host, clock, signal, global, io } = invocation;
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const names = [...new Set([...invocation.positionals, ...invocation.rest])];
    if (names.length === 0) throw new UsageError('clusters remove needs a NAME');
    const flag = global.values.mapping;
    const { mapping } = await loadMapping({ host, flag });
    for (const name of names)
      if (entryIndex(mapping, name) === -1) throw noCluster(name, mapping.clusters.map(entryName));
    const questions = values.yes ? undefined : openQuestions(invocation);
    const what = names.length === 1 ? `cluster "${names[0]}"` : `clusters ${names.join(', ')}`;
    if (questions && !(await questions.confirm(`Remove ${what} from ${mapping.path}?`, false))) return ExitCode.failure;
    const { path } = await editMapping({ host, clock, signal, flag }, (edit) => {
      // Two names may mean one entry: `prod` and `fleet/prod`.
      const indexes = [...new Set(names.map((name) => entryIndex(edit.mapping, name)))].filter((index) => index !== -1);
      // From the end, so that the others keep their places.
      for (const index of indexes.sort((a, b) => b - a)) edit.remove(index);
    });
    await forgetInventory(host);
    await io.out.write(names.map((name) => escapeMessage(`cluster "${name}" removed from ${path}\n`)).join(''));
    return ExitCode.ok;
  },
};
