import { expect, test } from 'vitest';
import { parseWithPositions } from '../../src/serializer/positions.ts';

const text = `# a comment
apiVersion: v1
"quoted key": 'quoted'
list:
- name: a   # one
  on: yes
-
- {flow: [1, 2]}
empty:
block: |
  text
anchor: &x word
alias: *x
nested:
  deep:
    er: 1
`;

test.each([
  [['apiVersion'], '2:13', '2:1'],
  [['quoted key'], '3:15', '3:1'],
  [['list'], '5:1', '4:1'],
  [['list', 0], '5:3', '5:3'],
  [['list', 0, 'name'], '5:9', '5:3'],
  [['list', 0, 'true'], '6:7', '6:3'],
  [['list', 2, 'flow', 1], '8:14', '8:14'],
  [['empty'], '9:1', '9:1'],
  [['anchor'], '12:12', '12:1'],
  [['alias'], '13:8', '13:1'],
  [['nested', 'deep', 'er'], '16:9', '16:5'],
  [['nested', 'deep', 'gone', 'further'], '16:5', '15:3'],
  [[], '2:1', '2:1'],
  [['nothing'], '2:1', '2:1'],
] as const)('%j stands at %s, its key at %s', async (path, value, key) => {
  const document = await parseWithPositions(text, 'f');
  const shown = ({ line, column }: { readonly line: number; readonly column: number }) => `${line}:${column}`;
  expect([shown(document.at(path)), shown(document.keyAt(path))]).toEqual([value, key]);
});

test.each([
  [['list', 0, 'true'], 'yes'],
  [['quoted key'], 'quoted'],
  [['empty'], ''],
  [['list'], undefined],
  [['alias'], undefined],
  [['gone', 'further'], undefined],
] as const)('%j is written %j', async (path, written) => {
  expect((await parseWithPositions(text, 'f')).textAt(path)).toBe(written);
});

test('the value is that of the dialect', async () => {
  expect((await parseWithPositions(text, 'f')).value).toMatchObject({
    list: [{ name: 'a', true: true }, null, { flow: [1, 2] }],
  });
});

test.each(['', '# only\n', '---\n'])('%j has no value, and places all the same', async (empty) => {
  const document = await parseWithPositions(empty, 'f');
  expect(document.value).toBeUndefined();
  expect(document.at(['a'])).toMatchObject({ line: 1 });
});

test('a byte order mark and windows line ends do not shift', async () => {
  const document = await parseWithPositions('\ufeffa: 1\r\nb: 2\r\n', 'f');
  expect(document.at(['b'])).toEqual({ line: 2, column: 4 });
});

test.each([
  ['a: 1\na: 2\n', /^f:2:1: duplicate/],
  ['a:\n  b: 1\n  b: 2\n', /^f:3:3: duplicate/],
  ['a: [1\n', /^f:\d+:\d+: /],
  ['a: 1\n---\nb: 1\n', /^f:2:1: expected one YAML document, found 2$/],
])('%j is refused', async (broken, message) => {
  await expect(parseWithPositions(broken, 'f')).rejects.toThrow(message);
});
