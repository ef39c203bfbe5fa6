import type { Target } from '../../access/target.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { inventoryKey, readLastResults } from '../../fleet/lastresults.ts';
import { drawGrid } from '../../printers/table/grid.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { truncate } from '../../streams/width.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { Verb } from '../verb.ts';
import { entryOf } from './list.ts';
import { only } from './probe.ts';
import { statusOf } from './status.ts';

const flags = [
  { name: 'output', short: 'o', kind: 'string', choices: ['json', 'yaml'], value: 'FORMAT', help: 'json or yaml' },
  { name: 'ascii', kind: 'bool', help: 'Draw the box and the sign of the status in ASCII' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc clusters show NAME`: everything that is known about one cluster; sends nothing to it. */
export const clustersShow: Verb = {
  name: 'show',
  use: 'show NAME [flags]',
  short: 'Show one cluster',
  long: 'Shows everything that is known about one cluster and the way into it. Nothing is sent to the cluster itself.',
  example: 'kubectl mc clusters show prod',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [name, ...others] = [...invocation.positionals, ...invocation.rest];
    if (name === undefined || others.length > 0) throw new UsageError('clusters show needs one NAME');
    const prepared = await prepare(only(invocation, name), 'clusters show', { trust: 'leave' });
    await prepared.close();
    const { out } = invocation.io;
    const last = await readLastResults(prepared.cache, inventoryKey(prepared.inventory));
    const options = { ascii: values.ascii, now: invocation.clock.now() };
    const named = prepared.targets.filter(({ cluster }) => isCalled(cluster, name));
    if (named.length !== 1)
      throw new UsageError(`clusters show needs the name of one cluster, and "${name}" names ${named.length}`);
    for (const target of named) {
      if (values.output === 'json')
        await terminalSafe(out, 'json').write((await import('../../serializer/json.ts')).toJSONText(entryOf(target)));
      else if (values.output === 'yaml')
        await terminalSafe(out, 'text').write((await import('../../serializer/yaml.ts')).toYAML(entryOf(target)));
      else
        await out.write(
          await drawGrid({
            rows: rowsOf(target, prepared, statusOf(target, last.get(target.cluster.name), options)),
            columns: out.columns,
            ascii: values.ascii,
          }),
        );
    }
    return ExitCode.ok;
  },
};

function isCalled({ name, ref, aliases }: Target['cluster'], asked: string): boolean {
  return [name, ...(ref ? [ref.name, `${ref.namespace}/${ref.name}`] : []), ...aliases].includes(asked);
}

function rowsOf(target: Target, prepared: Prepared, status: string): readonly (readonly [string, string])[] {
  const { cluster, entry, access } = target;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Name', cluster.name],
    ['Display name', cluster.displayName === cluster.name ? undefined : cluster.displayName],
    ['Description', entry?.description],
    ['From', originOf(target, prepared)],
    ['Also known as', cluster.aliases.join('\n')],
    ['Status', status],
    ['Message', cluster.health.message],
    ['Version', cluster.version],
    ['Manager', cluster.manager],
    ['Provider', entry?.cloudProvider ?? cluster.hints?.cloudProvider ?? cluster.properties['cloud.provider']],
    ['Region', entry?.region ?? cluster.hints?.region ?? cluster.labels['topology.kubernetes.io/region']],
    ['Labels', pairs({ ...cluster.labels, ...entry?.labels })],
    ['Properties', pairs(cluster.properties)],
    ['Access', accessOf(target)],
    ['Context', access.kind === 'config' ? access.context : (entry?.context ?? cluster.context)],
    ['Server', access.kind === 'ended' ? undefined : new URL(access.config.server).host],
    ['Namespace', access.kind === 'ended' ? undefined : access.namespace],
    ['Mapping', entry && `${entry.file}:${entry.line}`],
    ['Color', entry?.color],
    ['Protected', entry?.protected ? 'yes' : undefined],
  ];
  return rows.filter((row): row is [string, string] => Boolean(row[1]));
}

function originOf({ cluster, entry }: Target, { inventory }: Prepared): string {
  const { ref } = cluster;
  if (ref)
    return `ClusterProfile ${ref.namespace}/${ref.name} on the hub${inventory.hub ? ` (context ${inventory.hub.context})` : ''}`;
  if (cluster.source === 'file') return `mapping file${entry ? ` (${entry.file})` : ''}`;
  return cluster.source === 'in-cluster' ? 'the pod this runs in' : 'kubeconfig';
}

function accessOf({ access, entry }: Target): string {
  if (access.kind === 'untrusted') return 'its address is not trusted yet: kubectl mc trust';
  if (access.kind === 'config') {
    if (access.context === undefined) return 'given by the hub';
    return entry?.context || entry?.kubeconfig ? `context, mapped in ${entry.file}:${entry.line}` : 'context';
  }
  const { outcome } = access;
  if (outcome.kind === 'failed') return [outcome.error.message, outcome.error.hint].filter(Boolean).join('\n');
  return outcome.kind === 'skipped' ? outcome.reason.message : '';
}

/** One pair a line; a hub's value may be as long as a page. */
function pairs(record: Readonly<Record<string, string>>): string {
  const lines = Object.entries(record).map(([key, value]) => `${key}=${truncate(value.split('\n')[0] ?? '', 120)}`);
  return lines.sort().join('\n');
}
