import { describe, expect, test } from 'vitest';
import { CommandError, UsageError } from '../../../src/errors.ts';
import { parseCustomColumns, parseCustomColumnsFile } from '../../../src/printers/rowmakers/customcolumns.ts';

const pod = {
  metadata: { name: 'web-0', labels: { 'app.kubernetes.io/name': 'web' }, deletionTimestamp: null },
  spec: {
    containers: [
      { name: 'a', image: 'nginx:1', ports: [{ containerPort: 80 }] },
      { name: 'b', image: 'redis' },
    ],
  },
  status: { restarts: 3, ready: true, load: 0.00001, map: { b: 1, a: ['x', null] } },
};

test.each([
  ['NAME:.metadata.name', ['web-0']],
  ['NAME:metadata.name', ['web-0']],
  ['NAME:{.metadata.name}', ['web-0']],
  ['NAME:{metadata.name}', ['web-0']],
  ['IMAGES:.spec.containers[*].image', ['nginx:1,redis']],
  ['L:.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
  ['FIRST:.spec.containers[0].image,RESTARTS:.status.restarts,READY:.status.ready', ['nginx:1', '3', 'true']],
  ['IMG:.spec.containers[?(@.name=="b")].image', ['redis']],
  ['X:.nope', ['<none>']],
  ['X:', ['<none>']],
  ['NULL:.metadata.deletionTimestamp', ['<nil>']],
  ['MAP:.status.map', ['map[a:[x <nil>] b:1]']],
  ['LIST:.spec.containers[*].ports', ['[map[containerPort:80]]']],
  ['LOAD:.status.load', ['1e-05']],
  ['A B:.metadata.name', ['web-0']],
  [':.metadata.name', ['web-0']],
])('%s', (spec, row) => {
  expect(parseCustomColumns(spec).row(pod)).toEqual(row);
});

test('headers are taken as written', () => {
  expect(parseCustomColumns('Name:.metadata.name,A B:.x,:.y').headers).toEqual(['Name', 'A B', '']);
});

describe('a template file', () => {
  test('two lines, separated by any blanks', () => {
    const columns = parseCustomColumnsFile(
      'NAME          IMAGE\r\n\t{.metadata.name} spec.containers[0].image\r\nignored\n',
    );
    expect(columns.headers).toEqual(['NAME', 'IMAGE']);
    expect(columns.row(pod)).toEqual(['web-0', 'nginx:1']);
  });

  const format = 'Expected format is one line of space separated headers, one line of space separated column specs.';
  test.each([
    ['', `invalid template, missing header line. ${format}`],
    ['NAME', `invalid template, missing spec line. ${format}`],
    ['NAME\n', `invalid template, missing spec line. ${format}`],
    ['NAME\n\n', "number of headers (1) and field specifications (0) don't match"],
    ['A B\n.x', "number of headers (2) and field specifications (1) don't match"],
  ])('%j is refused', (text, message) => {
    expect(() => parseCustomColumnsFile(text)).toThrow(new UsageError(message));
  });
});

test.each([
  ['', 'custom-columns format specified but no custom columns given'],
  ['NAME', 'unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>'],
  ['NAME:.a,', 'unexpected custom-columns spec: , expected <header>:<json-path-expr>'],
  // A comma always ends a column, as in kubectl.
  ["N:.a['x','y']", "unexpected custom-columns spec: 'y'], expected <header>:<json-path-expr>"],
  ['N:.a[', 'unterminated array'],
  ['N:.a[x]', 'invalid array index x'],
  [
    'N:{.a',
    "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
  ],
])('%j is refused', (spec, message) => {
  expect(() => parseCustomColumns(spec)).toThrow(UsageError);
  expect(() => parseCustomColumns(spec)).toThrow(message);
});

test('an error names the column', () => {
  const thrown = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return error;
    }
  };
  expect(thrown(() => parseCustomColumns('OK:.a,BAD:.a['))).toEqual(
    new UsageError('unterminated array', { more: ['in the column BAD:.a['] }),
  );
  expect(thrown(() => parseCustomColumns('N:.a[5]').row({ a: [1] }))).toEqual(
    new CommandError('array index out of bounds: index 5, length 1', { more: ['in the column N:{.a[5]}'] }),
  );
});
