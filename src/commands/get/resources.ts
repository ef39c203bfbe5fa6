import { arrival } from '../../aggregator/arrival.ts';
import { merge } from '../../aggregator/merge.ts';
import { withMissingKindAsError } from '../../aggregator/missingkind.ts';
import type { Strategy } from '../../aggregator/strategy.ts';
import type { Outcome } from '../../api/outcome.ts';
import type { Page } from '../../api/page.ts';
import type { ReadRequest } from '../../api/request.ts';
import { CommandError, type ExitCode } from '../../errors.ts';
import { keepLastResults } from '../../fleet/lastresults.ts';
import type { PrintOptions } from '../../printers/format.ts';
import { formats } from '../../printers/registry.ts';
import { useColour } from '../../streams/colour.ts';
import { terminalSafe } from '../../streams/terminalsafe.ts';
import { finish } from '../finish.ts';
import { openLedger } from '../ledger.ts';
import type { Prepared } from '../prepare.ts';
import type { Invocation } from '../verb.ts';
import type { GetOptions } from './options.ts';

/** Reads what was asked from every target and prints it; returns the exit code of the whole run. */
export async function getResources(options: GetOptions, prepared: Prepared, invocation: Invocation): Promise<ExitCode> {
  const { io, signal } = invocation;
  const { targets, fleet, config, diagnostics } = prepared;
  const format = await formats[options.format]!();
  const printer = format.open({
    options: printOptions(options, prepared, invocation),
    argument: options.formatArgument,
    // Tables escape cell by cell, because colours of ours are in between.
    out: format.escape ? terminalSafe(io.out, format.escape) : io.out,
    clusters: targets.map(({ cluster, entry }) => ({
      name: cluster.name,
      ...(cluster.ref ? { ref: cluster.ref } : {}),
      ...(entry?.color ? { color: entry.color } : {}),
    })),
  });
  if (!config.output.showClusterColumn && targets.length > 1 && format.clusterColumn)
    diagnostics.note(
      `Warning: output.showClusterColumn is false: rows of ${targets.length} clusters cannot be told apart`,
    );
  const ledger = openLedger(targets.map(({ cluster }) => cluster));
  const strategy: Strategy = format.streams ? arrival : merge;
  const run = strategy.open<ReturnType<typeof printer.pack>>(targets.map(({ cluster }) => cluster.name));
  const progress = diagnostics.progress(() => ledger.progressText());
  progress.start();
  const seen = { namespaced: options.asked.length === 0 };
  const misfits = new Map<string, Outcome>();
  const show = async (parts: ReturnType<typeof run.add>) => {
    if (parts.length > 0 && (format.document || format.streams) && io.out.isTTY) await progress.stop();
    for (const part of parts) {
      try {
        await printer.print(part);
      } catch (error) {
        ledger.revise(part.cluster, misfit(error));
      }
    }
  };
  try {
    const request = readRequest(options, printer.projection, format.streams === true);
    for await (const event of fleet.run(targets, request, signal)) {
      if (event.kind === 'item') {
        const page: Page = event.item;
        if (page.resource.namespaced) seen.namespaced = true;
        try {
          await show(run.add({ ...event, item: printer.pack(event.cluster, page) }));
        } catch (error) {
          misfits.set(event.cluster, misfit(error));
        }
      } else if (event.kind === 'end') {
        const answer = (event.outcome.kind === 'answered' && misfits.get(event.cluster)) || event.outcome;
        const outcome = config.output.missingKind === 'error' ? withMissingKindAsError(answer) : answer;
        ledger.end(event.cluster, outcome, event.ms);
        await show(run.add({ ...event, outcome }));
      } else run.add(event);
    }
    await show(run.end());
  } finally {
    await progress.stop();
  }
  const summary = ledger.summary();
  const printed = await printer.end(summary);
  const exitCode = finish({
    ledger,
    summary,
    prepared,
    invocation,
    ignoreNotFound: options.ignoreNotFound,
    nothingFound: printed === 0 && format.forPeople ? emptyText(seen, options, prepared) : undefined,
  });
  if (prepared.settings.useCache && !signal.aborted)
    await keepLastResults(
      prepared.cache,
      prepared.inventory,
      ledger.entries(),
      serversOf(prepared),
      invocation.clock.now(),
    );
  return exitCode;
}

/** Something in an answer that the user's template or columns do not fit is that cluster's failure: the others are printed. */
function misfit(error: unknown): Outcome {
  if (!(error instanceof CommandError)) throw error;
  const message = [error.message, ...error.more].join(' ');
  return { kind: 'failed', error: { type: 'Invalid', message, retriable: false } };
}

function readRequest(options: GetOptions, projection: ReadRequest['projection'], streams: boolean): ReadRequest {
  return {
    verb: 'get',
    asked: options.asked,
    allNamespaces: options.allNamespaces,
    ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
    ...(options.fieldSelector ? { fieldSelector: options.fieldSelector } : {}),
    chunkSize: options.chunkSize,
    // What is out cannot be withdrawn: an expired list goes on where it was.
    onExpired: streams ? 'continue' : 'restart',
    projection,
    ...(options.subresource ? { subresource: options.subresource } : {}),
  };
}

function printOptions(options: GetOptions, prepared: Prepared, { io, host, global, clock }: Invocation): PrintOptions {
  const { config, targets } = prepared;
  const namespaces = namespacesOf(prepared);
  return {
    wide: options.format === 'wide',
    noHeaders: options.noHeaders,
    showKind: options.showKind,
    showLabels: options.showLabels,
    labelColumns: options.labelColumns,
    showManagedFields: options.showManagedFields,
    sortBy: options.sortBy,
    showNamespace: options.allNamespaces || namespaces.size > 1,
    allNamespaces: options.allNamespaces,
    clusterColumn: config.output.showClusterColumn ? config.output.clusterColumn : 'hidden',
    serverPrint: options.serverPrint,
    singleCluster: targets.length === 1 && prepared.namedLiterally,
    flat: options.flat,
    allowMissingTemplateKeys: options.allowMissingTemplateKeys,
    colour: useColour({
      flag: global.values.color ?? 'auto',
      env: host.env,
      isTTY: io.out.isTTY,
      configColorize: config.output.colorize,
    }),
    now: clock.now(),
  };
}

function serversOf({ targets }: Prepared): ReadonlyMap<string, string> {
  return new Map(
    targets.flatMap(({ cluster, access }) => (access.kind === 'config' ? [[cluster.name, access.config.server]] : [])),
  );
}

/** The namespaces that the selected clusters are asked in; those without a way in have none. */
function namespacesOf({ targets }: Prepared): ReadonlySet<string> {
  return new Set(targets.flatMap(({ access }) => (access.kind === 'config' ? [access.namespace] : [])));
}

function emptyText(seen: { readonly namespaced: boolean }, options: GetOptions, prepared: Prepared): string {
  const [namespace, other] = [...namespacesOf(prepared)];
  return !seen.namespaced || options.allNamespaces || namespace === undefined || other !== undefined
    ? 'No resources found'
    : `No resources found in ${namespace} namespace.`;
}
