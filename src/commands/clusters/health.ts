import { UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { inventoryKey, readLastResults } from '../../fleet/lastresults.ts';
import { toJSONText } from '../../serializer/json.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { conclude } from '../conclude.ts';
import { type Ledger, openLedger } from '../ledger.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { Ending, type Invocation, type Verb } from '../verb.ts';
import { lookingAt } from './chosen.ts';
import { checkHealth, newlyObserved, type Observed } from './healthcheck.ts';
import { type HealthRow, healthDocument, healthRow, healthTable, problemsFirst } from './healthview.ts';

const flags = [
  { name: 'output', short: 'o', kind: 'string', choices: ['wide', 'json'], value: 'FORMAT', help: 'wide or json' },
  { name: 'watch', short: 'w', kind: 'bool', help: 'Ask again and again until Ctrl-C' },
  {
    name: 'interval',
    kind: 'duration',
    value: 'DURATION',
    help: 'The pause between two rounds of --watch (default 5s)',
  },
  { name: 'no-headers', kind: 'bool', help: 'Print no headers' },
  { name: 'ascii', kind: 'bool', help: 'Write the signs of STATUS in ASCII' },
] as const satisfies readonly FlagSpec[];

type Values = FlagSet<typeof flags>['values'];

/** `kubectl mc clusters health`: how every cluster is right now, problems first. */
export const clustersHealth: Verb = {
  name: 'health',
  use: 'health [NAME…] [flags]',
  short: 'Show how every cluster is, problems first',
  long: [
    'Asks every cluster and shows whether it answers, how fast (median and 95th percentile of a few requests), its version, how many',
    'nodes are ready, and what the hub says. Degraded is a cluster that answers but is not ready, or is called unhealthy by the hub, or',
    'takes more than a second, or whose certificate ends within 7 days. With --watch connections are kept open between the rounds.',
  ].join('\n'),
  example:
    '# Once, with counts of requests and errors\nkubectl mc clusters health -o wide\n\n# Every 5 seconds until Ctrl-C\nkubectl mc clusters health --watch',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    if (values.interval !== undefined && !values.watch) throw new UsageError('--interval goes with --watch only');
    if (values.interval !== undefined && values.interval <= 0)
      throw new UsageError('--interval must be longer than nothing');
    const prepared = await prepare(lookingAt(invocation), 'clusters health');
    try {
      const seen = await observe(prepared);
      if (values.watch) return await watch(prepared, invocation, values, seen);
      const { ledger, rows } = await oneRound(prepared, invocation, seen, true);
      await show(rows, invocation, values, false);
      return await conclude(ledger, prepared, invocation);
    } finally {
      await prepared.close();
    }
  },
};

async function watch(prepared: Prepared, invocation: Invocation, values: Values, seen: ReadonlyMap<string, Observed>) {
  const { signal, clock } = invocation;
  try {
    for (;;) {
      const { rows } = await oneRound(prepared, invocation, seen, false);
      signal.throwIfAborted();
      await show(rows, invocation, values, true);
      await clock.sleep(values.interval ?? 5_000, signal);
    }
  } catch (error) {
    if (error instanceof Ending) return error.exitCode;
    throw error;
  }
}

/** What earlier commands know about when a cluster was last there. */
async function observe({ targets, cache, inventory }: Prepared): Promise<ReadonlyMap<string, Observed>> {
  const last = await readLastResults(cache, inventoryKey(inventory));
  return new Map(
    targets.map(({ cluster, access }) => {
      const kept = last.get(cluster.name);
      const same = kept?.state === 'connected' && access.kind === 'config' && access.config.server === kept.server;
      return [cluster.name, { ...newlyObserved(), ...(same && { lastSeen: kept.at }) }];
    }),
  );
}

async function oneRound(
  prepared: Prepared,
  invocation: Invocation,
  seen: ReadonlyMap<string, Observed>,
  telling: boolean,
): Promise<{ readonly ledger: Ledger; readonly rows: readonly HealthRow[] }> {
  const { targets, fleet, transports, diagnostics, settings } = prepared;
  const { limits } = settings;
  const { clock, signal } = invocation;
  const byName = new Map(targets.map((target) => [target.cluster.name, target]));
  const ledger = openLedger(targets.map(({ cluster }) => cluster));
  const progress = diagnostics.progress(() => ledger.progressText());
  if (telling) progress.start();
  try {
    const events = fleet.each<'checked'>(
      targets,
      async function* (session, attempt) {
        const { cluster = '' } = attempt;
        const target = byName.get(cluster);
        const observed = seen.get(cluster);
        if (!target || !observed) return undefined;
        const connectTimeoutMs =
          limits.asked?.connectTimeoutMs ?? target.entry?.connection?.connectTimeout ?? limits.connectTimeoutMs;
        await checkHealth(session, { clock, transports, target, observed, connectTimeoutMs }, attempt);
        yield 'checked';
        return undefined;
      },
      signal,
    );
    for await (const event of events) if (event.kind === 'end') ledger.end(event.cluster, event.outcome, event.ms);
  } finally {
    if (telling) await progress.stop();
  }
  const now = clock.now();
  const rows = ledger.entries().map((entry) => healthRow(entry, seen.get(entry.cluster.name) ?? newlyObserved(), now));
  return { ledger, rows: problemsFirst(rows) };
}

async function show(rows: readonly HealthRow[], { io, clock }: Invocation, values: Values, again: boolean) {
  const { out } = io;
  const now = clock.now();
  if (values.output === 'json') {
    const document = healthDocument(rows, now);
    // One line for each round, for programs that read along.
    const text = again ? `${JSON.stringify(document)}\n` : toJSONText(document);
    return await terminalSafe(out, 'json').write(text);
  }
  const wide = values.output === 'wide';
  const table = healthTable(rows, { wide, ascii: values.ascii, headers: !values['no-headers'], now });
  // A terminal shows the latest round in place; a file has them one after the other.
  const frame = out.isTTY ? `\x1b[H\x1b[2J${table}` : `${table}\n`;
  await out.write(again ? frame : table);
}
