import type { Packed } from '../../aggregator/strategy.ts';

/** A column of the merged table; `key` tells two columns of one name apart. */
export interface Column {
  readonly key: string;
  readonly header: string;
}

/** Separators inside packed text: cells are escaped, so neither can occur in one. */
export const CELL = '\u001f';
export const ROW = '\u001e';

/** The rows of one page as one string, with what is needed to print them without looking at the page again. */
export interface PackedRows extends Packed {
  readonly asked: number;
  /** `pod` or `deployment.apps`: the prefix of names where several types are printed. */
  readonly kind: string;
  /** The cell that holds the object's name, -1 where none is marked as one. */
  readonly nameAt: number;
  readonly columns: readonly Column[];
  /** Rows joined by ROW, cells by CELL; without the CLUSTER cell, which is the same for all of them. */
  readonly text: string;
  readonly count: number;
  /** Widest cell of each column in terminal cells. */
  readonly widths: readonly number[];
  /** `namespace\u0000name` of each row where rows of a list must be brought into order. */
  readonly order?: readonly string[];
  /** The value of --sort-by for each row. */
  readonly sortKeys?: readonly unknown[];
}

/** Packs rows of cells that are escaped already. */
export function packRows(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  width: (text: string) => number,
): Pick<PackedRows, 'text' | 'count' | 'widths' | 'columns'> {
  const widths = new Array<number>(columns.length).fill(0);
  const lines = new Array<string>(rows.length);
  for (const [at, cells] of rows.entries()) {
    for (let column = 0; column < cells.length; column += 1) {
      const cell = cells[column] as string;
      const wide = width(cell);
      if (wide > (widths[column] as number)) widths[column] = wide;
    }
    lines[at] = cells.join(CELL);
  }
  return { columns, text: lines.join(ROW), count: rows.length, widths };
}
