import { lowerKindOf } from '../../api/kind.ts';
import type { KubeObject, Table, TableColumn } from '../../api/kubernetes.ts';
import type { Page } from '../../api/page.ts';
import { findFirst } from '../../jsonpath/evaluate.ts';
import { escapeCell } from '../../streams/escape.ts';
import { displayWidth } from '../../streams/width.ts';
import { blockOf, type PrintOptions } from '../format.ts';
import { ageText } from './age.ts';
import { cellText } from './cells.ts';
import { type Column, type PackedRows, packRows } from './packed.ts';

/** Packs one page of a server's Table (or of plain objects) with the columns the options ask for, in kubectl's order. */
export function packTablePage(page: Page, options: PrintOptions): PackedRows {
  const table = page.table ?? tableOf(page.objects ?? [], options.now);
  const showNamespace = options.showNamespace && page.resource.namespaced;
  const layout = layoutOf(table.columnDefinitions ?? [], options, showNamespace);
  const rows: string[][] = [];
  const order: string[] = [];
  const sortKeys: unknown[] = [];
  for (const row of table.rows ?? []) {
    const meta = row.object?.metadata;
    const cells: string[] = [];
    if (showNamespace) cells.push(escapeCell(meta?.namespace ?? page.namespace));
    for (const index of layout.shown) cells.push(escapeCell(cellText(row.cells[index])));
    for (const label of options.labelColumns) cells.push(escapeCell(meta?.labels?.[label] ?? ''));
    if (options.showLabels) cells.push(escapeCell(labelsText(meta?.labels)));
    rows.push(cells);
    if (options.sortBy) sortKeys.push(row.object ? findFirst(options.sortBy, row.object) : undefined);
    if (options.allNamespaces && !page.named) order.push(`${meta?.namespace ?? ''}\u0000${meta?.name ?? ''}`);
  }
  return {
    asked: page.asked,
    kind: escapeCell(lowerKindOf(page.resource)),
    nameAt: layout.nameAt,
    block: blockOf(page),
    last: page.last,
    ...packRows(rows, layout.columns, displayWidth),
    ...(order.length > 0 ? { order } : {}),
    ...(options.sortBy ? { sortKeys } : {}),
  };
}

interface Layout {
  readonly columns: readonly Column[];
  /** Indexes into a row's cells, in printed order. */
  readonly shown: readonly number[];
  /** Index of the printed cell that holds the object's name, -1 where no column is marked as one. */
  readonly nameAt: number;
}

function layoutOf(definitions: readonly TableColumn[], options: PrintOptions, showNamespace: boolean): Layout {
  const shown: number[] = [];
  const headers: string[] = [];
  let nameAt = -1;
  if (showNamespace) headers.push('NAMESPACE');
  for (const [index, definition] of definitions.entries()) {
    if (definition.priority > 0 && !options.wide) continue;
    if (definition.format === 'name' && definition.type === 'string' && nameAt < 0) nameAt = headers.length;
    shown.push(index);
    headers.push(escapeCell(definition.name.toUpperCase()));
  }
  for (const label of options.labelColumns)
    headers.push(escapeCell(label.slice(label.lastIndexOf('/') + 1).toUpperCase()));
  if (options.showLabels) headers.push('LABELS');
  return { columns: withKeys(headers), shown, nameAt };
}

/** Columns merge by name; the second one of a name in one table is a column of its own. */
export function withKeys(headers: readonly string[]): readonly Column[] {
  const seen = new Map<string, number>();
  return headers.map((header) => {
    const nth = (seen.get(header) ?? 0) + 1;
    seen.set(header, nth);
    return { header, key: nth === 1 ? header : `${header}\u0000${nth}` };
  });
}

function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const names = Object.keys(labels ?? {}).sort();
  return names.length === 0 ? '<none>' : names.map((name) => `${name}=${labels?.[name]}`).join(',');
}

/** What kubectl prints for objects without server-side columns: NAME and AGE. */
export function tableOf(objects: readonly KubeObject[], now: number): Table {
  const column = (name: string, format: string): TableColumn => ({ name, type: 'string', format, priority: 0 });
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: [column('Name', 'name'), column('Age', '')],
    rows: objects.map((object) => ({
      cells: [object.metadata?.name ?? '', ageText(object.metadata?.creationTimestamp, now)],
      object,
    })),
  };
}
