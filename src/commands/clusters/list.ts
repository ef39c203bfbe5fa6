import type { Target } from '../../access/target.ts';
import { API_VERSION } from '../../api/result.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { inventoryKey, readLastResults } from '../../fleet/lastresults.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { escapeCell } from '../../streams/escape.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { prepare } from '../prepare.ts';
import type { Verb } from '../verb.ts';
import { statusOf } from './status.ts';

const flags = [
  {
    name: 'output',
    short: 'o',
    kind: 'string',
    choices: ['wide', 'json', 'yaml', 'name'],
    value: 'FORMAT',
    help: 'wide, json, yaml or name',
  },
  { name: 'no-headers', kind: 'bool', help: 'Print no headers' },
  { name: 'ascii', kind: 'bool', help: 'Write the signs of STATUS in ASCII' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc clusters list`: the inventory and the way into each cluster; sends nothing to any member. */
export const clustersList: Verb = {
  name: 'list',
  use: 'list [flags]',
  short: 'List the clusters',
  long: 'Lists the clusters of the inventory with what the hub says about them. Nothing is sent to the clusters themselves.',
  example: '# With display names, managers and namespaces\nkubectl mc clusters list -o wide',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [extra] = [...invocation.positionals, ...invocation.rest];
    if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"; choose clusters with --clusters`);
    const prepared = await prepare(invocation, 'clusters list', { trust: 'leave' });
    await prepared.close();
    const { out } = invocation.io;
    const { targets } = prepared;
    if (values.output === 'name')
      await out.write(targets.map(({ cluster }) => `${escapeCell(cluster.name)}\n`).join(''));
    else if (values.output === 'json' || values.output === 'yaml') {
      const document = { apiVersion: API_VERSION, kind: 'ClusterList', items: targets.map(entryOf) };
      if (values.output === 'json')
        await terminalSafe(out, 'json').write((await import('../../serializer/json.ts')).toJSONText(document));
      else await terminalSafe(out, 'text').write((await import('../../serializer/yaml.ts')).toYAML(document));
    } else {
      const wide = values.output === 'wide';
      const headers = [
        'NAME',
        'STATUS',
        'VERSION',
        'CONTEXT',
        'SOURCE',
        'LABELS',
        ...(wide ? ['NAMESPACE', 'MANAGER', 'DISPLAY NAME', 'ALIASES', 'DESCRIPTION'] : []),
      ];
      const last = await readLastResults(prepared.cache, inventoryKey(prepared.inventory));
      const status = { ascii: values.ascii, now: invocation.clock.now() };
      const rows = targets.map((target) =>
        rowOf(target, statusOf(target, last.get(target.cluster.name), status), wide).map(escapeCell),
      );
      const text = plainTable(headers, rows);
      await out.write(values['no-headers'] ? text.slice(text.indexOf('\n') + 1) : text);
    }
    return prepared.inventory.uncertain ? ExitCode.partial : ExitCode.ok;
  },
};

function rowOf(target: Target, status: string, wide: boolean): readonly string[] {
  const { cluster, entry } = target;
  const labels = Object.entries({ ...cluster.labels, ...entry?.labels }).map(([key, value]) => `${key}=${value}`);
  const row = [
    cluster.name,
    status,
    cluster.version ?? '<none>',
    contextOf(target) ?? '<none>',
    cluster.source,
    labels.length > 0 ? labels.sort().join(',') : '<none>',
  ];
  if (!wide) return row;
  const namespace = target.access.kind === 'config' ? target.access.namespace : '<none>';
  const name = cluster.displayName ?? '<none>';
  return [
    ...row,
    namespace,
    cluster.manager ?? '<none>',
    name.length > 63 ? `${name.slice(0, 60)}...` : name,
    cluster.aliases.join(',') || '<none>',
    target.entry?.description ?? '<none>',
  ];
}

function contextOf({ access, cluster, entry }: Target): string | undefined {
  return access.kind === 'config' ? access.context : (cluster.context ?? entry?.context);
}

/** A cluster as `-o json` and `-o yaml` give it; holds no credentials. */
export function entryOf(target: Target) {
  const { cluster, entry, access } = target;
  const { accessProviders, warnings, ...known } = cluster;
  return {
    ...known,
    accessProviders: accessProviders.map(({ name, cluster: { server } }) => ({ name, server })),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(entry ? { labels: { ...cluster.labels, ...entry.labels } } : {}),
    ...(entry?.description !== undefined ? { description: entry.description } : {}),
    ...(contextOf(target) !== undefined ? { context: contextOf(target) } : {}),
    ...(access.kind === 'config' ? { namespace: access.namespace, server: access.config.server } : {}),
    ...(access.kind === 'ended' ? { access: access.outcome } : {}),
  };
}
