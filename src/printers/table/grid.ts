import { escapeCell } from '../../streams/escape.ts';

/** A small boxed table: `clusters show`, the end of `setup`. Its cost is quadratic, so never for what grows with the fleet. */
export interface Grid {
  readonly head?: readonly string[];
  /** Cells are escaped here, each line of them on its own. */
  readonly rows: readonly (readonly string[])[];
  /** The terminal's width in cells, undefined for no limit: the last column is wrapped to fit. */
  readonly columns?: number | undefined;
  /** Boxes of ASCII characters. */
  readonly ascii?: boolean;
}

/** Draws the table, a line break at its end. */
export async function drawGrid({ head, rows, columns, ascii = false }: Grid): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const cells = rows.map((row) => row.map(escapeLines));
  const last = Math.max(0, (rows[0]?.length ?? 1) - 1);
  const widths = Array.from({ length: last }, (_, at) => widest([...(head ? [head] : []), ...cells], at) + 2);
  const left = columns === undefined ? undefined : columns - widths.reduce((sum, width) => sum + width + 1, 2);
  const table = new Table({
    ...(head && { head: [...head] }),
    style: { head: [], border: [] },
    ...(ascii && { chars: ASCII }),
    ...(left !== undefined && left < widest(cells, last) + 2
      ? { colWidths: [...widths.map(() => null), Math.max(left, 20)], wordWrap: true, wrapOnWordBoundary: false }
      : {}),
  });
  table.push(...cells.map((row) => [...row]));
  return `${table.toString()}\n`;
}

const ASCII = {
  ...{ top: '-', 'top-mid': '+', 'top-left': '+', 'top-right': '+' },
  ...{ bottom: '-', 'bottom-mid': '+', 'bottom-left': '+', 'bottom-right': '+' },
  ...{ left: '|', 'left-mid': '+', mid: '-', 'mid-mid': '+', right: '|', 'right-mid': '+', middle: '|' },
} as const;

function escapeLines(text: string): string {
  return text.split('\n').map(escapeCell).join('\n');
}

function widest(rows: readonly (readonly string[])[], at: number): number {
  return Math.max(0, ...rows.flatMap((row) => (row[at] ?? '').split('\n').map(({ length }) => length)));
}
