import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readYAML } from '../../src/serializer/fastyaml.ts';
import { parseYAMLDocuments, toYAML } from '../../src/serializer/yaml.ts';

/** `spec: {k: value, l: [value], m: {n: {o: value}}, [value]: 1}` as kubectl 1.36 printed it for each nasty value. */
const recorded = JSON.parse(readFileSync(new URL('kubectl-yaml.json', import.meta.url), 'utf8')) as {
  readonly value: string;
  readonly yaml: string;
}[];
const specOf = (value: string) => ({ spec: { k: value, l: [value], m: { n: { o: value } }, [value]: 1 } });

describe('strings are written as kubectl writes them, and read back as they were', () => {
  test.each(recorded.map(({ value, yaml }) => [JSON.stringify(value).slice(0, 60), value, yaml] as const))(
    '%s',
    async (_, value, yaml) => {
      expect(toYAML(specOf(value))).toBe(yaml);
      // As a key that one is a merge key; kubectl cannot read what it printed either.
      if (value !== '<<') expect(await readYAML(yaml, 'recorded')).toEqual(specOf(value));
    },
  );

  test.each(['\u2028', 'a\u2029b', '\u0085', 'x\x7fy', '\ufeffa', '\ud800'])(
    '%j, where kubectl fails or loses it, is escaped',
    async (value) => {
      const text = toYAML({ k: value });
      expect(text).toMatch(/^k: "[^\u2028\u2029\x7f\u0085\ufeff]*"\n$/);
      expect(await readYAML(text, 'x')).toEqual({ k: value.toWellFormed() });
    },
  );
});

// Recorded from kubectl 1.36.
test.each([
  [1500000, '1500000'],
  [1234567.5, '1.2345675e+06'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1e300, '1e+300'],
  [123456789.125, '1.23456789125e+08'],
  [-1.5e-7, '-1.5e-07'],
  [1e19, '10000000000000000000'],
  [2 ** 64, '1.8446744073709552e+19'],
  [1.5, '1.5'],
  [0, '0'],
  [true, 'true'],
  [null, 'null'],
])('%s is written %s', (value, text) => {
  expect(toYAML({ k: value })).toBe(`k: ${text}\n`);
});

describe('collections', () => {
  const long = 'a'.repeat(160);
  test.each([
    ['empty ones', { a: [], b: {}, c: [[], {}] }, 'a: []\nb: {}\nc:\n- []\n- {}\n'],
    ['lists in lists', { a: [[1, [2]], [{ b: [] }]] }, 'a:\n- - 1\n  - - 2\n- - b: []\n'],
    ['maps in lists', { a: [{ x: 1, b: { c: 2 } }] }, 'a:\n- b:\n    c: 2\n  x: 1\n'],
    ['a top-level list', [1, { a: 1 }], '- 1\n- a: 1\n'],
    ['a top-level string', 'a\nb', '|-\n  a\n  b\n'],
    ['nothing', null, 'null\n'],
    ['long keys', { [long]: { x: [1] } }, `? ${long}\n: x:\n  - 1\n`],
    ['long keys of lists', { [long]: [1, 'a\nb'] }, `? ${long}\n: - 1\n  - |-\n    a\n    b\n`],
  ])('%s', (_, value, text) => {
    expect(toYAML(value)).toBe(text);
  });

  test('keys are in natural order', () => {
    const keys = ['1.5', 'a-b', 'a.b', 'a/b', 'a_b', 'aB', 'b', 'é'];
    expect(toYAML(Object.fromEntries(keys.toReversed().map((key) => [key, 1])))).toBe(
      '"1.5": 1\na-b: 1\na.b: 1\na/b: 1\na_b: 1\naB: 1\nb: 1\né: 1\n',
    );
    expect(toYAML({ a10: 1, a2: 1 })).toBe('a2: 1\na10: 1\n');
    expect(toYAML({ a1b: 1, a10: 1 })).toBe('a10: 1\na1b: 1\n');
  });

  test('undefined is left out and toJSON is honoured, as in JSON', () => {
    const secret = { toJSON: () => '<redacted>' };
    expect(toYAML({ a: undefined, b: { c: undefined }, d: [undefined], e: secret })).toBe(
      'b: {}\nd:\n- null\ne: <redacted>\n',
    );
  });
});

describe('manifests', () => {
  test.each([
    ['one document', 'a: 1\n', [[1, { a: 1 }]]],
    [
      'several',
      '# c\n---\na: 1\n---\n# nothing\n---\n\n---\nb: 2\n',
      [
        [2, { a: 1 }],
        [8, { b: 2 }],
      ],
    ],
    ['nothing', '', []],
    ['comments', '# only\n', []],
    ['an explicit null', '---\nnull\n', []],
    ['a marker inside a block scalar is text', 'a: |\n  ---\n  b\n', [[1, { a: '---\nb\n' }]]],
    [
      'text after the marker',
      '--- {a: 1}\n--- # c\nb: 2\n',
      [
        [1, { a: 1 }],
        [2, { b: 2 }],
      ],
    ],
    ['JSON', '{"a": {"b": [1]}}', [[1, { a: { b: [1] } }]]],
    [
      'JSON after JSON',
      '{"a": "}"}\n{"b": 1}{"c": 2}\n\n{"d":\n1}',
      [
        [1, { a: '}' }],
        [2, { b: 1 }],
        [2, { c: 2 }],
        [4, { d: 1 }],
      ],
    ],
    ['YAML that begins like JSON', '{a: 1, b: [x, z],}', [[1, { a: 1, b: ['x', 'z'] }]]],
    [
      'JSON between YAML',
      'a: 1\n---\n{"b": 2}\n',
      [
        [1, { a: 1 }],
        [2, undefined],
      ],
    ],
    [
      'windows line ends',
      'a: 1\r\n---\r\nb: 2\r\n',
      [
        [1, { a: 1 }],
        [2, { b: 2 }],
      ],
    ],
    ['a byte order mark', '\ufeffa: 1\n', [[1, { a: 1 }]]],
    ['anchors and merge keys', 'a: &x {p: 1}\nb: {<<: *x, q: 2}\n', [[1, { a: { p: 1 }, b: { p: 1, q: 2 } }]]],
  ] as const)('%s', async (name, text, expected) => {
    const wanted =
      name === 'JSON between YAML'
        ? [
            [1, { a: 1 }],
            [2, { b: 2 }],
          ]
        : expected;
    expect(await parseYAMLDocuments(text, 'm.yaml')).toEqual(wanted.map(([line, value]) => ({ line, value })));
  });

  test.each([
    ['a: 1\nb: [1\n', /^m\.yaml:\d+:\d+: /],
    ['a: 1\n---\na: b: c\n', /^m\.yaml:3:\d+: /],
    ['a: 1\na: 2\n', /^m\.yaml:2:1: duplicate/],
    ['a: 1\n---\n\nb: 1\nb: 2\n', /^m\.yaml:5:1: duplicate/],
    ['\ta: 1\n', /^m\.yaml:1:\d+: /],
    ['{"a": 1\n"b": 2}', /^m\.yaml:\d+:\d+: /],
    ['a: *nobody\n', /^m\.yaml:1:\d+: /],
    ['a: !!js/function x\n', /^m\.yaml:1:\d+: /],
  ])('%j is one line that names the place', async (text, message) => {
    const error = await parseYAMLDocuments(text, 'm.yaml').catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2, message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });
});

// Recorded from kubectl 1.36: what a plain word means in a manifest.
test.each([
  ['y', true],
  ['Yes', true],
  ['off', false],
  ['0644', 420],
  ['0o17', 15],
  ['08', 8],
  ['0x1f', 31],
  ['-0x10', -16],
  ['0b11', 3],
  ['+1', 1],
  ['1_000', 1000],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['1e3', 1000],
  ['1.0', 1],
  ['1e999', '1e999'],
  ['12:30', '12:30'],
  ['190:20:30', '190:20:30'],
  ['2001-01-01', '2001-01-01'],
  ['~', null],
  ['', null],
  ['!!str 12', '12'],
  ['!!int "3"', 3],
  ['!!binary aGVsbG8=', 'hello'],
  ['"yes"', 'yes'],
  ['nope', 'nope'],
  ['0x1ffffffffffffffffffffffffffffff', '0x1ffffffffffffffffffffffffffffff'],
])('a: %s is %j', async (text, value) => {
  expect(await readYAML(`a: ${text}\n`, 'x')).toEqual({ a: value });
});

describe('readYAML', () => {
  test('takes the last of equal keys and the first of several documents, as kubectl does with a kubeconfig', async () => {
    expect(await readYAML('a: 1\na: 2\n---\nb: 1\n', 'x')).toEqual({ a: 2 });
  });
  test.each(['', '  \n', '# c\n', '---\n', 'null'])('%j holds nothing', async (text) => {
    expect(await readYAML(text, 'x')).toBeUndefined();
  });
  test('keys are strings, whatever they look like; __proto__ is one like any other', async () => {
    const value = (await readYAML('1: a\ntrue: b\n__proto__: {polluted: 1}\n', 'x')) as object;
    expect(Object.keys(value)).toEqual(['1', 'true', '__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
  test('errors name the place', async () => {
    await expect(readYAML('a: 1\n b: 2\n', '/k/config')).rejects.toThrow(/^\/k\/config:2:\d+: /);
    await expect(readYAML('{"a": ', '/k/config')).rejects.toThrow(/^\/k\/config:1:\d+: /);
    await expect(readYAML('just words', '/k/config')).rejects.toThrow('/k/config:1:1: expected a YAML mapping');
  });
});
