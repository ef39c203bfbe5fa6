import { summarize } from '../../src/aggregator/ledger.ts';
import type { KubeObject, TableColumn, TableRow } from '../../src/api/kubernetes.ts';
import type { Outcome } from '../../src/api/outcome.ts';
import type { Page } from '../../src/api/page.ts';
import type { Summary } from '../../src/api/result.ts';
import { relaxed } from '../../src/jsonpath/parse.ts';
import type { PrintedCluster, PrintOptions } from '../../src/printers/format.ts';
import { formats } from '../../src/printers/registry.ts';
import { bufferWriter } from '../../src/streams/writer.ts';
import { cluster } from '../aggregator/entries.ts';
import { resource } from '../restmapper/memoryserver.ts';

export const pods = resource('pods', 'Pod');
export const services = resource('services', 'Service');
export const deployments = resource('deployments', 'Deployment', 'apps/v1');
export const nodes = resource('nodes', 'Node', 'v1', { namespaced: false });

/** What one cluster gave. */
export interface Given extends Omit<PrintedCluster, 'name'> {
  readonly pages?: readonly Page[];
  readonly outcome?: Outcome;
}

/** What a format printed. */
export interface Printed {
  readonly text: string;
  readonly lines: readonly string[];
  readonly count: number;
  readonly summary: Summary;
}

const defaults: PrintOptions = {
  wide: false,
  noHeaders: false,
  showKind: false,
  showLabels: false,
  labelColumns: [],
  showManagedFields: false,
  sortBy: undefined,
  showNamespace: false,
  allNamespaces: false,
  clusterColumn: 'after-name',
  serverPrint: true,
  singleCluster: false,
  flat: false,
  allowMissingTemplateKeys: true,
  colour: false,
  now: Date.parse('2026-01-01T00:00:00Z'),
};

/** Options of a print; `sortBy` as on the command line. */
export type Options = Partial<Omit<PrintOptions, 'sortBy'>> & { readonly sortBy?: string };

/** Prints what clusters gave, in the order of their names, with the format of an `-o`. */
export async function print(
  output: string,
  fleet: Readonly<Record<string, Given>>,
  options: Options = {},
): Promise<Printed> {
  const equals = output.indexOf('=');
  const format = await formats[equals < 0 ? output : output.slice(0, equals)]!();
  const out = bufferWriter();
  const { sortBy, ...more } = options;
  const names = Object.keys(fleet).sort();
  const printer = format.open({
    options: {
      ...defaults,
      ...more,
      wide: output === 'wide',
      sortBy: sortBy === undefined ? undefined : relaxed(sortBy),
    },
    argument: equals < 0 ? '' : output.slice(equals + 1),
    clusters: names.map((name) => {
      const { ref, color } = fleet[name] as Given;
      return { name, ...(ref ? { ref } : {}), ...(color ? { color } : {}) };
    }),
    out,
  });
  const parts = names.map((name) => {
    const { pages = [], outcome = { kind: 'answered' } } = fleet[name] as Given;
    return { cluster: name, outcome, pages: pages.map((page) => printer.pack(name, page)) };
  });
  for (const part of parts) await printer.print(part);
  const summary = summarize(parts.map((part) => ({ cluster: cluster(part.cluster), outcome: part.outcome, ms: 0 })));
  const count = await printer.end(summary);
  const text = out.text();
  return { text, lines: text.split('\n').slice(0, -1), count, summary };
}

/** `Name` with format name, `Ready`, `*Node` with priority 1. */
export function columns(...names: readonly string[]): readonly TableColumn[] {
  return names.map((name) => ({
    name: name.replace(/^\*/, ''),
    type: 'string',
    format: name === 'Name' ? 'name' : '',
    priority: name.startsWith('*') ? 1 : 0,
  }));
}

/** A page with a Table; a row is its cells, with metadata behind them where there is some. */
export function tablePage(
  names: readonly string[],
  rows: readonly (readonly unknown[] | TableRow)[],
  more: Partial<Page> = {},
): Page {
  return {
    asked: 0,
    resource: pods,
    named: false,
    last: true,
    namespace: 'default',
    table: {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      columnDefinitions: columns(...names),
      rows: rows.map((row) => ('cells' in row ? row : { cells: row })),
    },
    ...more,
  };
}

/** A row with the metadata of its object. */
export function row(cells: readonly unknown[], namespace: string, name: string, more: object = {}): TableRow {
  return { cells, object: { metadata: { namespace, name, ...more } } };
}

/** A page with objects. */
export function objectPage(objects: readonly KubeObject[], more: Partial<Page> = {}): Page {
  return { asked: 0, resource: pods, named: false, last: true, namespace: 'default', objects, ...more };
}

/** An object as it stands in a list: without apiVersion and kind. */
export function object(name: string, more: object = {}, namespace = 'default'): KubeObject {
  const { metadata, ...rest } = more as { metadata?: object };
  return { metadata: { name, namespace, ...metadata }, ...rest };
}
