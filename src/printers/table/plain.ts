import { displayWidth } from '../../streams/width.ts';
import { alignRow } from './aligner.ts';

/** A small table of cells that are escaped already, aligned as kubectl aligns its own. */
export function plainTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headers.map((header, at) =>
    Math.max(displayWidth(header), ...rows.map((row) => displayWidth(row[at] ?? ''))),
  );
  return `${[headers, ...rows].map((row) => alignRow(row, widths)).join('\n')}\n`;
}
