import { type KnownCluster, loadKnownClusters, updateKnownClusters } from '../../access/knownclusters.ts';
import { caText } from '../../access/pintexts.ts';
import { API_VERSION } from '../../api/result.ts';
import { hubContext } from '../../discovery/hubcontext.ts';
import { CommandError, ExitCode } from '../../errors.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { escapeCell, escapeMessage } from '../../streams/escape.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { hubAttempt } from '../hubattempt.ts';
import { openCommand } from '../open.ts';
import type { Invocation } from '../verb.ts';

/** `trust --list`: every known cluster of every hub. */
export async function listKnown({ host, io }: Invocation, format: 'json' | 'yaml' | undefined): Promise<void> {
  const entries = [...(await loadKnownClusters(host))].sort(
    (a, b) => order(a.hub, b.hub) || order(a.cluster, b.cluster),
  );
  if (format !== undefined) {
    const document = { apiVersion: API_VERSION, kind: 'KnownClusters', clusters: entries };
    const text =
      format === 'json'
        ? (await import('../../serializer/json.ts')).toJSONText(document)
        : (await import('../../serializer/yaml.ts')).toYAML(document);
    return void (await terminalSafe(io.out, format === 'json' ? 'json' : 'text').write(text));
  }
  if (entries.length === 0) return void (await io.err.write('No known clusters\n'));
  const rows = entries.map(({ hub, cluster, server, ca, provider, firstSeen }) =>
    [cluster, server, caText(ca), provider, firstSeen.slice(0, 10) || '<unknown>', hub].map(escapeCell),
  );
  await io.out.write(plainTable(['CLUSTER', 'SERVER', 'CA', 'PROVIDER', 'SINCE', 'HUB'], rows));
}

/** `trust --remove`: forgets clusters of the hub at hand; with no hub configured, of any. */
export async function forgetKnown(invocation: Invocation, names: readonly string[]): Promise<ExitCode> {
  const { host, clock, signal, io } = invocation;
  const hub = await hubServer(invocation);
  const gone: KnownCluster[] = [];
  await updateKnownClusters({ host, clock, signal }, (entries) => {
    const here = entries.filter((entry) => hub === undefined || entry.hub === hub);
    for (const name of names) gone.push(...entriesNamed(name, here));
    return entries.filter((entry) => !gone.includes(entry));
  });
  await io.out.write(gone.map(({ cluster }) => escapeMessage(`cluster "${cluster}" is not known any more\n`)).join(''));
  return ExitCode.ok;
}

/** By full name, or by the bare name where only one cluster has it. */
function entriesNamed(name: string, entries: readonly KnownCluster[]): readonly KnownCluster[] {
  const exact = entries.filter(({ cluster }) => cluster === name);
  const found = exact.length > 0 ? exact : entries.filter(({ cluster }) => cluster.endsWith(`/${name}`));
  const keys = [...new Set(found.map(({ cluster }) => cluster))];
  if (keys.length > 1) throw new CommandError(`"${name}" could mean ${keys.join(' or ')}; use the full name`);
  if (found.length === 0)
    throw new CommandError(`no known cluster is called "${name}"`, {
      more: ['list them with "kubectl mc trust --list"'],
    });
  return found;
}

async function hubServer(invocation: Invocation): Promise<string | undefined> {
  const open = await openCommand(invocation, 'trust');
  const { attempt, done } = hubAttempt(invocation.clock, invocation.signal, 0);
  try {
    const connect = (config: Parameters<typeof open.transports.open>[0]) => open.transports.open(config);
    const found = await hubContext(open.settings.discovery, { ...open, host: invocation.host, attempt, connect });
    return found && 'config' in found ? found.config.server : undefined;
  } finally {
    done();
    await open.close();
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
