import type { Cluster } from '../../api/cluster.ts';
import { COLOURS } from '../../api/mapping.ts';
import { editMapping, entryIndex, entryName, type WrittenEntry } from '../../config/editmapping.ts';
import { loadMapping } from '../../config/mapping.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { prepare } from '../prepare.ts';
import type { Invocation, Verb } from '../verb.ts';
import { fileFlag, kubeconfigFor, requireContext } from './contextcheck.ts';
import { forgetInventory } from './forget.ts';
import { parseLabels } from './labels.ts';
import { noCluster } from './unknown.ts';

const flags = [
  { name: 'description', kind: 'string', value: 'TEXT', help: 'What the cluster is for; "" for nothing' },
  {
    name: 'color',
    kind: 'string',
    choices: ['', ...COLOURS],
    value: 'COLOR',
    help: 'The colour of its name; "" for none',
  },
  { name: 'protected', kind: 'bool', help: 'Whether changes to it must be confirmed by its name' },
  {
    name: 'context',
    nonEmpty: true,
    kind: 'string',
    value: 'CONTEXT',
    help: 'The kubeconfig context that leads to it',
  },
  { name: 'kubeconfig', kind: 'string', value: 'FILE', help: 'The kubeconfig that holds the context; "" for your own' },
  {
    name: 'namespace',
    short: 'n',
    kind: 'string',
    value: 'NAMESPACE',
    help: 'The namespace of requests that name none',
  },
  { name: 'label', kind: 'array', value: 'KEY=VALUE', help: 'A label, KEY- to take it away; may be repeated' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc clusters set NAME`: changes what the mapping file says about a cluster. */
export const clustersSet: Verb = {
  name: 'set',
  use: 'set NAME [flags]',
  short: 'Change what the mapping file says about a cluster',
  long: 'Changes one entry of the mapping file, and adds it where a cluster of the hub has none yet.',
  example:
    'kubectl mc clusters set prod --description "Production environment" --color red --protected\nkubectl mc clusters set prod --protected=false',
  flags,
  async run(invocation) {
    const { host, clock, signal, global, io } = invocation;
    const [name, ...others] = [...invocation.positionals, ...invocation.rest];
    if (name === undefined || others.length > 0) throw new UsageError('clusters set needs one NAME');
    const { values, isSet, set } = invocation.flags as FlagSet<typeof flags>;
    if (set.size === 0)
      throw new UsageError('there is nothing to set; name it with --description, --color, --protected, …');
    const labels = parseLabels(values.label, true);
    const kubeconfig = fileFlag(invocation, values.kubeconfig);
    const keys: WrittenEntry = {
      ...(isSet('context') && { context: values.context }),
      ...(isSet('kubeconfig') && { kubeconfig }),
      ...(isSet('namespace') && { defaultNamespace: values.namespace || undefined }),
      ...(isSet('color') && { color: values.color || undefined }),
      ...(isSet('description') && { description: values.description || undefined }),
      ...(isSet('protected') && { protected: values.protected ? true : undefined }),
    };
    const flag = global.values.mapping;
    const { mapping } = await loadMapping({ host, flag });
    const there = mapping.clusters[entryIndex(mapping, name)];
    if (values.context)
      requireContext(
        await kubeconfigFor(invocation, isSet('kubeconfig') ? kubeconfig : there?.kubeconfig),
        values.context,
      );
    const found = there ? undefined : await findCluster(invocation, name);
    const { path } = await editMapping({ host, clock, signal, flag }, (edit) => {
      const index = entryIndex(edit.mapping, name);
      if (index === -1) {
        const written = [...labels].filter((pair): pair is [string, string] => pair[1] !== undefined);
        const more = written.length > 0 ? { labels: Object.fromEntries(written) } : {};
        return edit.add([{ ...newEntry(found, name), ...keys, ...more }]);
      }
      edit.change(index, keys);
      for (const [key, value] of labels) edit.label(index, key, value);
    });
    await forgetInventory(host);
    await io.out.write(escapeMessage(`cluster "${name}" changed in ${path}\n`));
    return ExitCode.ok;
  },
};

/** A cluster without an entry must exist at least; asks the hub, as every command does. */
async function findCluster(invocation: Invocation, name: string): Promise<Cluster> {
  const prepared = await prepare(invocation, 'clusters set', { trust: 'leave' });
  await prepared.close();
  const { clusters, source } = prepared.inventory;
  const found = clusters.find((cluster) => namesOf(cluster).includes(name));
  if (found === undefined) {
    const known = new Set([...prepared.mapping.clusters.map(entryName), ...clusters.map((cluster) => cluster.name)]);
    throw noCluster(name, [...known].sort());
  }
  if (source === 'kubeconfig')
    prepared.diagnostics.note(
      'note: without a hub the mapping file now says which clusters there are; --source kubeconfig uses every context',
    );
  return found;
}

function namesOf({ name, ref, aliases }: Cluster): readonly string[] {
  return ref ? [name, `${ref.namespace}/${ref.name}`, ...aliases] : [name];
}

/** A profile is named as its hub does; a context keeps leading where it led. */
function newEntry(cluster: Cluster | undefined, name: string): WrittenEntry {
  const { ref, context } = cluster ?? {};
  if (ref) return cluster?.name === ref.name ? { name: ref.name } : { name: ref.name, namespace: ref.namespace };
  return { name, ...(context !== undefined && { context }) };
}
