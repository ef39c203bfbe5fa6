import type { AskedResource } from '../../api/request.ts';
import { UsageError } from '../../errors.ts';
import type { FlagSet } from '../../flags/flag.ts';
import { type JSONPath, relaxed } from '../../jsonpath/parse.ts';
import { fileFormats, formats } from '../../printers/registry.ts';
import { parseLabelSelector } from '../../selection/labels.ts';
import { parseResourceArgs } from '../../selection/resources.ts';
import { readText } from '../../system/files.ts';
import { expandPath } from '../../system/paths.ts';
import type { Invocation } from '../verb.ts';
import type { getFlags } from './flags.ts';
import { readManifestFiles } from './manifests.ts';

/** The flags and arguments of one `get`, parsed: past this there are no raw strings. */
export interface GetOptions {
  readonly asked: readonly AskedResource[];
  /** The word of `-o`, "" for the default. */
  readonly format: string;
  /** What follows `=` in `-o`, read from the file where the word says so. */
  readonly formatArgument: string;
  readonly allNamespaces: boolean;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly chunkSize: number;
  readonly subresource: string;
  readonly raw: string | undefined;
  readonly flat: boolean;
  readonly noHeaders: boolean;
  readonly showKind: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly sortBy: JSONPath | undefined;
  readonly ignoreNotFound: boolean;
  readonly serverPrint: boolean;
  readonly showManagedFields: boolean;
  readonly allowMissingTemplateKeys: boolean;
}

/** Parses and checks a `get`; UsageError for what cannot be asked. */
export async function toGetOptions(invocation: Invocation): Promise<GetOptions> {
  const flags = invocation.flags as FlagSet<typeof getFlags>;
  const { values } = flags;
  const output = await readOutput(values.output ?? '', invocation);
  (await formats[output.format]!()).check?.(output.argument);
  if (values.flat && output.format !== 'json' && output.format !== 'yaml')
    throw new UsageError('--flat goes with -o json or -o yaml only');
  if (values.selector) parseLabelSelector(values.selector);
  if (output.format === 'jsonl' && values['sort-by'])
    throw new UsageError(
      '--sort-by does not go with -o jsonl, which is written in the order of arrival; use -o json --flat',
    );
  if (values['chunk-size'] < 0) throw new UsageError('--chunk-size must not be negative');
  const asked = values.raw !== undefined ? rawAlone(values.raw, invocation) : await whatIsAsked(invocation, flags);
  if (values.subresource && !asked.every((one) => one.kind === 'object' || one.names.length > 0))
    throw new UsageError('--subresource goes with named objects only: add the names');
  return {
    asked,
    format: output.format,
    formatArgument: output.argument,
    allNamespaces: values['all-namespaces'],
    labelSelector: values.selector ?? '',
    fieldSelector: values['field-selector'] ?? '',
    chunkSize: values['chunk-size'],
    subresource: values.subresource ?? '',
    raw: values.raw,
    flat: values.flat,
    noHeaders: values['no-headers'],
    showKind: values['show-kind'],
    showLabels: values['show-labels'],
    labelColumns: values['label-columns'],
    sortBy: values['sort-by'] ? relaxed(values['sort-by']) : undefined,
    ignoreNotFound: values['ignore-not-found'],
    serverPrint: values['server-print'],
    showManagedFields: values['show-managed-fields'],
    allowMissingTemplateKeys: values['allow-missing-template-keys'],
  };
}

/** A raw request says everything itself: nothing else may be asked along with it. */
function rawAlone(uri: string, { positionals, rest, flags }: Invocation): readonly AskedResource[] {
  if (positionals.length + rest.length > 0) throw new UsageError('arguments may not be passed when --raw is specified');
  for (const other of flags.set) if (other !== 'raw') throw new UsageError(`--raw and --${other} exclude each other`);
  if (!uri.startsWith('/')) throw new UsageError(`--raw takes a path that begins with a slash, not "${uri}"`);
  return [];
}

async function whatIsAsked(invocation: Invocation, flags: FlagSet<typeof getFlags>): Promise<readonly AskedResource[]> {
  const { filename, recursive } = flags.values;
  if (recursive && filename.length === 0) throw new UsageError('-R goes with -f only');
  if (filename.length === 0) return typesAndNames(invocation, flags);
  if (invocation.positionals.length + invocation.rest.length > 0)
    throw new UsageError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  if (flags.values.selector || flags.values['field-selector'])
    throw new UsageError('a selector may not be specified together with -f');
  return readManifestFiles(filename, recursive, invocation);
}

/** `TYPE NAME…` and `TYPE/NAME` alike; kubectl's own check of what goes together comes with the parser. */
function typesAndNames(
  { positionals, rest }: Invocation,
  { values }: FlagSet<typeof getFlags>,
): readonly AskedResource[] {
  const args = parseResourceArgs([...positionals, ...rest], {
    selector: Boolean(values.selector || values['field-selector']),
    filenames: values.filename.length > 0,
    verb: 'get',
  });
  if (args.some(({ type }) => type === '')) throw new UsageError(`the server doesn't have a resource type ""`);
  if (values['all-namespaces'] && args.some((arg) => arg.name !== undefined))
    throw new UsageError('a resource cannot be retrieved by name across all namespaces');
  return args.map(
    ({ type, name }): AskedResource => ({ kind: 'type', word: type, names: name === undefined ? [] : [name] }),
  );
}

async function readOutput(text: string, { host }: Invocation): Promise<{ format: string; argument: string }> {
  const equals = text.indexOf('=');
  const word = equals < 0 ? text : text.slice(0, equals);
  const argument = equals < 0 ? '' : text.slice(equals + 1);
  if (!Object.hasOwn(formats, word))
    throw new UsageError(`unable to match a printer suitable for the output format ${JSON.stringify(text)}`, {
      more: [`allowed formats are: ${Object.keys(formats).filter(Boolean).join(', ')}`],
    });
  const { takesArgument = false } = await formats[word]!();
  if (takesArgument && argument === '') throw new UsageError(`-o ${word} needs a value: -o ${word}=…`);
  if (!takesArgument && equals >= 0) throw new UsageError(`-o ${word} takes no value`);
  if (!fileFormats.has(word)) return { format: word, argument };
  const path = expandPath(argument, { home: host.home, env: host.env, base: host.cwd });
  const content = await readText(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${argument}: ${error.message}`);
  });
  if (content === undefined) throw new UsageError(`open ${argument}: no such file or directory`);
  return { format: word, argument: content };
}
