import { escapeCell } from '../../streams/escape.ts';
import { displayWidth } from '../../streams/width.ts';

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
  });
  // cli-table3 would cut wide characters off where it wraps.
  const room = left === undefined ? Number.POSITIVE_INFINITY : Math.max(left, 20) - 2;
  table.push(...cells.map((row) => row.map((text, at) => (at === last ? wrapped(text, room) : text))));
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

/** A text in lines of at most `room` cells. */
function wrapped(text: string, room: number): string {
  if (text.split('\n').every((line) => displayWidth(line) <= room)) return text;
  let lines = '';
  let line = '';
  for (const sign of text) {
    if (sign === '\n' || displayWidth(line + sign) > room) {
      lines += `${line}\n`;
      line = '';
    }
    if (sign !== '\n') line += sign;
  }
  return lines + line;
}

function widest(rows: readonly (readonly string[])[], at: number): number {
  return Math.max(0, ...rows.flatMap((row) => (row[at] ?? '').split('\n').map(displayWidth)));
}
