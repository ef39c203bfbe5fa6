import { COLOURS, type Colour } from '../../api/mapping.ts';
import { editMapping, entryIndex, entryName, type WrittenEntry } from '../../config/editmapping.ts';
import { loadMapping } from '../../config/mapping.ts';
import { CommandError, ExitCode as Exit, type ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { escapeMessage } from '../../streams/escape.ts';
import type { Prompts } from '../../streams/prompt.ts';
import { openQuestions } from '../questions.ts';
import { rankByName } from '../rank.ts';
import type { Invocation, Verb } from '../verb.ts';
import { fileFlag, kubeconfigFor, requireContext } from './contextcheck.ts';
import { forgetInventory } from './forget.ts';
import { parseLabels } from './labels.ts';
import { probeNamed } from './probe.ts';

const flags = [
  {
    name: 'name',
    nonEmpty: true,
    kind: 'string',
    value: 'NAME',
    help: 'The cluster: its name, or NAMESPACE/NAME of its ClusterProfile',
  },
  {
    name: 'context',
    nonEmpty: true,
    kind: 'string',
    value: 'CONTEXT',
    help: 'The kubeconfig context that leads to it',
  },
  {
    name: 'kubeconfig',
    nonEmpty: true,
    kind: 'string',
    value: 'FILE',
    help: 'The kubeconfig that holds the context, if not your own',
  },
  { name: 'label', kind: 'array', value: 'KEY=VALUE', help: 'A label of the cluster; may be repeated' },
  {
    name: 'color',
    kind: 'string',
    choices: COLOURS,
    value: 'COLOR',
    help: `The colour of its name: ${COLOURS.slice(0, 8).join(', ')}, …`,
  },
  { name: 'description', kind: 'string', value: 'TEXT', help: 'What the cluster is for' },
  {
    name: 'namespace',
    short: 'n',
    nonEmpty: true,
    kind: 'string',
    value: 'NAMESPACE',
    help: 'The namespace of requests that name none',
  },
  { name: 'no-test', kind: 'bool', help: 'Do not ask the new cluster for its version' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc clusters add`: one more entry in the mapping file. */
export const clustersAdd: Verb = {
  name: 'add',
  use: 'add [flags]',
  short: 'Map a cluster to a kubeconfig context',
  long: 'Adds a cluster to the mapping file and tests it. On a terminal it asks for what the flags do not say.',
  example:
    '# Asks for everything\nkubectl mc clusters add\n\n# For scripts\nkubectl mc clusters add --name prod --context eks-prod --label tier=gold',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [extra] = [...invocation.positionals, ...invocation.rest];
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; the name is given with --name`);
    const labels = parseLabels(values.label, false);
    const questions = values.name && values.context ? undefined : openQuestions(invocation);
    if ((!values.name || !values.context) && !questions)
      throw new UsageError('clusters add needs --name and --context');
    const file = fileFlag(invocation, values.kubeconfig);
    const kubeconfig = await kubeconfigFor(invocation, file);
    const given = {
      name: values.name,
      context: values.context,
      defaultNamespace: values.namespace,
      color: values.color,
      description: values.description,
    };
    if (given.context) requireContext(kubeconfig, given.context);
    const answers = questions ? await askFor(given, kubeconfig, invocation, questions) : given;
    const entry: WrittenEntry = {
      ...splitName(answers.name as string),
      context: answers.context,
      kubeconfig: file,
      defaultNamespace: answers.defaultNamespace || undefined,
      color: answers.color,
      description: answers.description || undefined,
      labels: labels.size > 0 ? (Object.fromEntries(labels) as Readonly<Record<string, string>>) : undefined,
    };
    return await write(invocation, entry, kubeconfig, !values['no-test']);
  },
};

interface Answers {
  readonly name: string | undefined;
  readonly context: string | undefined;
  readonly defaultNamespace: string | undefined;
  readonly color: Colour | undefined;
  readonly description: string | undefined;
}

async function askFor(given: Answers, kubeconfig: Kubeconfig, invocation: Invocation, ask: Prompts): Promise<Answers> {
  const { mapping } = await loadMapping({ host: invocation.host, flag: invocation.global.values.mapping });
  if (kubeconfig.contexts.size === 0) throw new CommandError('there are no contexts to map: your kubeconfig is empty');
  const check = (name: string) => {
    if (name === '') return 'a cluster needs a name';
    return entryIndex(mapping, name) === -1 ? undefined : `"${name}" is mapped already`;
  };
  const name = given.name ?? (await ask.line('Name of the cluster', { check }));
  const choices = rankByName(name, [...kubeconfig.contexts.keys()]);
  const context = given.context ?? (await ask.choose({ question: `Context of ${name}`, choices }));
  const defaultNamespace =
    given.defaultNamespace ?? (await ask.line("Namespace of requests that name none (Enter: the context's)"));
  const isColour = (text: string) =>
    text === '' || COLOURS.some((colour) => colour === text) ? undefined : `there is: ${COLOURS.join(', ')}`;
  const color = given.color ?? ((await ask.line('Colour (Enter: none)', { check: isColour })) || undefined);
  const description = given.description ?? (await ask.line('Description (Enter: none)'));
  return { name, context, defaultNamespace, color: color as Colour | undefined, description };
}

async function write(
  invocation: Invocation,
  entry: WrittenEntry,
  kubeconfig: Kubeconfig,
  test: boolean,
): Promise<ExitCode> {
  const { io, host, clock, signal, global } = invocation;
  const name = entryName({ name: '', ...entry } as { name: string });
  const state = { first: false };
  const { path } = await editMapping({ host, clock, signal, flag: global.values.mapping }, (edit) => {
    const there = edit.mapping.clusters.find((other) => entryName(other) === name);
    if (there)
      throw new CommandError(`cluster "${name}" is mapped already (${there.file}:${there.line})`, {
        more: [`change it with "kubectl mc clusters set ${name}"`],
      });
    state.first = edit.mapping.clusters.length === 0;
    edit.add([entry]);
  });
  await forgetInventory(host);
  await io.out.write(escapeMessage(`cluster "${name}" added to ${path}\n`));
  const others = kubeconfig.contexts.size - 1;
  if (state.first && others > 0)
    await io.err.write(
      'note: without a hub the mapping file now says which clusters there are; --source kubeconfig uses every context\n',
    );
  return test ? await probeNamed(invocation, name) : Exit.ok;
}

/** `namespace/name` means a ClusterProfile of that namespace. */
function splitName(name: string): { readonly namespace?: string; readonly name: string } {
  // What cannot be a namespace (the front of an EKS ARN) is part of the name.
  const [, namespace, rest] = /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([^/]+)$/.exec(name) ?? [];
  return namespace && rest ? { name: rest, namespace } : { name };
}
