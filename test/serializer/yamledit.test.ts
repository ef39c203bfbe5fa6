import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/serializer/yamlchange.ts';
import { editYAML } from '../../src/serializer/yamledit.ts';

const edit = async (text: string, ...changes: readonly Change[]) =>
  changes.reduce((open, change) => open.apply(change), await editYAML(text, 'f.yaml')).text;

const set = (path: Change['path'], value: unknown): Change => ({ kind: 'set', path, value });
const append = (path: Change['path'], ...values: unknown[]): Change => ({ kind: 'append', path, values });
const remove = (...path: Change['path']): Change => ({ kind: 'remove', path });

const mapping = `# ours
kind: ClusterMapping
clusters:
# production
- name:   a      # the first
  context: 'ctx a'
  labels: {tier: gold,  env: prod}

# staging, ask Eve
- name: b
  description: |
    two
    lines
  # an old context of b

# the last
-   name: c
    protected:   yes
# the end
`;

describe('what a change is not about keeps every byte', () => {
  const cases: readonly (readonly [string, string, readonly Change[], string, string])[] = [
    ['a value', mapping, [set(['clusters', 0, 'context'], 'x')], "context: 'ctx a'", 'context: x'],
    ['a value before a comment', mapping, [set(['clusters', 0, 'name'], 'yes')], 'a      #', '"yes"      #'],
    ['a block text', mapping, [set(['clusters', 1, 'description'], 'one')], '|\n    two\n    lines\n', 'one\n'],
    [
      'a key of an entry',
      mapping,
      [set(['clusters', 0, 'color'], 'red')],
      'env: prod}\n',
      'env: prod}\n  color: red\n',
    ],
    [
      'a key behind a block text',
      mapping,
      [set(['clusters', 1, 'color'], 'red')],
      '    lines\n',
      '    lines\n  color: red\n',
    ],
    [
      'a nested key',
      mapping,
      [set(['clusters', 2, 'cloud', 'project'], 'p')],
      'protected:   yes\n',
      'protected:   yes\n    cloud:\n      project: p\n',
    ],
    [
      'a key in flow notation',
      mapping,
      [set(['clusters', 0, 'labels', 'x'], 'on')],
      '{tier: gold,  env: prod}',
      '{tier: gold, env: prod, x: on}',
    ],
    [
      'a new entry',
      mapping,
      [append(['clusters'], { name: 'd', labels: { a: 'b' } }, { name: 'e' })],
      'protected:   yes\n',
      'protected:   yes\n- name: d\n  labels:\n    a: b\n- name: e\n',
    ],
    [
      'the first entry gone',
      mapping,
      [remove('clusters', 0)],
      "- name:   a      # the first\n  context: 'ctx a'\n  labels: {tier: gold,  env: prod}\n",
      '',
    ],
    [
      'an entry gone with what was said about it',
      mapping,
      [remove('clusters', 1)],
      '# staging, ask Eve\n- name: b\n  description: |\n    two\n    lines\n  # an old context of b\n',
      '',
    ],
    ['the last entry gone', mapping, [remove('clusters', 2)], '# the last\n-   name: c\n    protected:   yes\n', ''],
    ['a key gone', mapping, [remove('clusters', 0, 'context')], "  context: 'ctx a'\n", ''],
    ['a top key', mapping, [set(['hubContext'], 'h')], 'protected:   yes\n', 'protected:   yes\nhubContext: h\n'],
  ];
  test.each(cases)('%s', async (_, text, changes, from, to) => {
    expect(text.split(from)).toHaveLength(2);
    expect(await edit(text, ...changes)).toBe(text.replace(from, () => to));
  });
});

test.each<readonly [string, string, readonly Change[], string]>([
  ['an empty file', '', [set(['a', 'b'], 1)], 'a:\n  b: 1\n'],
  ['nothing but a comment', '# c\n', [append(['l'], 'x')], '# c\nl:\n- x\n'],
  ['no line break at the end', 'a: 1', [set(['b'], 2)], 'a: 1\nb: 2'],
  ['an empty list', 'l: []\nz: 1\n', [append(['l'], { a: 1 })], 'l:\n- a: 1\nz: 1\n'],
  ['a key without a value', 'l: # why\nz: 1\n', [append(['l'], 'x')], 'l: # why\n- x\nz: 1\n'],
  ['a key without a value gets one', 'a: # why\n', [set(['a'], 1)], 'a: 1 # why\n'],
  ['a list in flow notation', 'l: [a]\n', [append(['l'], 'b')], 'l: [a, b]\n'],
  ['a list becomes another', 'l: # c\n  - a\n  - b\nz: 1\n', [set(['l'], ['c'])], 'l:\n- c\nz: 1\n'],
  ['a scalar becomes a list', 'l: a # c\n', [set(['l'], ['c'])], 'l: # c\n- c\n'],
  ['the only entry', 'l:\n- a\n', [remove('l', 0)], 'l:\n'],
  ['nothing to remove', 'a: 1\n', [remove('b')], 'a: 1\n'],
  ['an indented list', 'l:\n  - a\n', [append(['l'], 'b')], 'l:\n  - a\n  - b\n'],
  [
    'JSON',
    '{\n    "l": [],\n    "a": 1\n}\n',
    [append(['l'], 'x')],
    '{\n    "l": [\n        "x"\n    ],\n    "a": 1\n}\n',
  ],
  ['Windows', 'a: 1\r\nb: 2\r\n', [set(['a'], 3)], 'a: 3\r\nb: 2\r\n'],
])('%s', async (_, text, changes, expected) => {
  expect(await edit(text, ...changes)).toBe(expected);
});

test('exotic notation is written anew, comments included', async () => {
  const text = '# c\n? a\n: - x\n? b\n: &n {y: 1}\nz: *n\n';
  const after = await edit(text, append(['a'], 'w'), set(['q'], true));
  expect(after).toContain('# c');
  expect((await editYAML(after, 'f')).value).toEqual({ a: ['x', 'w'], b: { y: 1 }, z: { y: 1 }, q: true });
});

test('no YAML, and no place to put it', async () => {
  await expect(editYAML('a: [', 'f.yaml')).rejects.toThrow(/^f\.yaml:\d+:\d+: /);
  await expect(edit('a: 1\n', set(['a', 'b'], 1))).rejects.toThrow('cannot edit a.b in f.yaml; change it by hand');
});
