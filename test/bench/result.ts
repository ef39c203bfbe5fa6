/** What a bench run has to say, for people and for programs. */

/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** Empty where the row only informs. */
  readonly bound: string;
  /** Absent where the row only informs. */
  readonly ok?: boolean;
}

/** A row that informs. */
export function info(what: string, measured: string): Row {
  return { what, measured, bound: '' };
}

/** A row with a bound, which the value must stay below (or at). */
export function atMost(what: string, value: number, bound: number, unit: Unit): Row {
  return { what, measured: unit(value), bound: `≤ ${unit(bound)}`, ok: value <= bound };
}

type Unit = (value: number) => string;

/** `0.31 s` of milliseconds. */
export const seconds: Unit = (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
/** `121 MB`. */
export const megabytes: Unit = (value) => `${Math.round(value)} MB`;
/** `1.42×`. */
export const times: Unit = (value) => `${value.toFixed(2)}×`;

/** Lines of aligned columns. */
export function table(rows: readonly Row[]): string {
  const verdict = ({ ok }: Row) => (ok === undefined ? '' : ok ? 'PASS' : 'FAIL');
  const cells = [
    ['WHAT', 'MEASURED', 'BOUND', ''],
    ...rows.map((row) => [row.what, row.measured, row.bound, verdict(row)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  return cells
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
