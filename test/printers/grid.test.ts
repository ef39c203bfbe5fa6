import { expect, test } from 'vitest';
import { drawGrid } from '../../src/printers/table/grid.ts';
import { displayWidth } from '../../src/streams/width.ts';

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

test('wide characters count as the cells they take', async () => {
  const text = await drawGrid({ rows: [['名前名前', '一'.repeat(40)]], columns: 40, ascii: true });
  for (const line of text.trimEnd().split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  expect(text.replaceAll(/[^一]/gu, '')).toHaveLength(40);
});
