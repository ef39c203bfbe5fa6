import { expect, test } from 'vitest';
import { drawGrid } from '../../src/printers/table/grid.ts';

test('a box of rows, with nothing of theirs that a terminal would obey', async () => {
  const rows = [
    ['Name', 'a\x1b[2Jb'],
    ['Labels', 'x=1\ny=2'],
  ];
  expect(await drawGrid({ rows, ascii: true })).toBe(`+--------+---------+
| Name   | a^[[2Jb |
+--------+---------+
| Labels | x=1     |
|        | y=2     |
+--------+---------+
`);
});

test('the last column is wrapped where the terminal ends', async () => {
  const text = await drawGrid({ head: ['A', 'B'], rows: [['a', 'x'.repeat(100)]], columns: 40 });
  for (const line of text.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  expect(text.replaceAll(/[^x]/g, '')).toHaveLength(100);
});
