import { describe, expect, test } from 'vitest';
import { CommandError, UsageError } from '../../src/errors.ts';
import { evaluateToText, findFirst, findResults } from '../../src/jsonpath/evaluate.ts';
import { parseJSONPath, relaxed } from '../../src/jsonpath/parse.ts';
import { cases, failing, nodes, unparsable } from './cases.ts';

describe('what kubectl prints', () => {
  test.each(cases)('$template → $text', ({ template, data, text, strict }) => {
    expect(evaluateToText(parseJSONPath(template), data, { allowMissingKeys: !strict })).toBe(text);
  });

  test('the same template can be evaluated again and again', () => {
    const path = parseJSONPath('{range .users[*]}{.name} {end}');
    expect(evaluateToText(path, nodes)).toBe('myself e2e ');
    expect(evaluateToText(path, nodes)).toBe('myself e2e ');
  });

  test('the order of maps is by key', () => {
    expect(evaluateToText(parseJSONPath('{.*}'), { b: 2, a: 1 })).toBe('1 2');
    expect(evaluateToText(parseJSONPath('{..name}'), { z: { name: 'z' }, a: { name: 'a' } })).toBe('a z');
  });

  test('integers that JavaScript cannot hold are printed in full', () => {
    expect(evaluateToText(parseJSONPath('{.n}'), { n: 9007199254740993n })).toBe('9007199254740993');
    expect(evaluateToText(parseJSONPath('{[?(@.n>1)].n}'), [{ n: 9007199254740993n }])).toBe('9007199254740993');
  });

  test('jsonpath-as-json', () => {
    const path = parseJSONPath('{.users[*].user}');
    expect(evaluateToText(path, nodes, { asJSON: true })).toBe(
      '[\n    {},\n    {\n        "password": "secret",\n        "username": "admin"\n    }\n]\n',
    );
    expect(evaluateToText(parseJSONPath('{.nope}'), nodes, { asJSON: true })).toBe('[]\n');
  });
});

describe('errors', () => {
  test.each(failing)('$template: $problem', ({ template, data, problem, strict }) => {
    const run = () => evaluateToText(parseJSONPath(template), data, { allowMissingKeys: !strict });
    expect(run).toThrow(CommandError);
    expect(run).toThrow(`error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${problem}`);
  });

  test.each(Object.entries(unparsable))('%j: %s', (template, problem) => {
    const parse = () => parseJSONPath(template);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(`error parsing jsonpath ${template}, ${problem}`);
  });

  test('nothing but UsageError and CommandError comes out, whatever goes in', () => {
    const alphabet = [
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '?',
      '@',
      '.',
      '..',
      '*',
      'a',
      'range ',
      'end',
      '"',
      "'",
      '\\',
      ':',
      '1',
      '-',
      ',',
      '==',
      '<',
      ' ',
      '\n',
      '💥',
    ];
    let state = 7;
    const next = (bound: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    for (let round = 0; round < 5000; round++) {
      const template = Array.from({ length: next(14) }, () => alphabet[next(alphabet.length)]).join('');
      try {
        evaluateToText(parseJSONPath(template), { a: [1, { a: 'x' }, null], b: {} });
      } catch (error) {
        expect(error, template).toBeInstanceOf(CommandError);
      }
    }
  });

  test('a long template does not exhaust the stack', () => {
    expect(evaluateToText(parseJSONPath(`{.a${'[0]'.repeat(20_000)}}`), { a: null })).toBe('');
    expect(evaluateToText(parseJSONPath('{.a}x'.repeat(20_000)), { a: 1 })).toBe('1x'.repeat(20_000));
  });
});

describe('the relaxed form', () => {
  test.each(['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}'])('%s', (expression) => {
    expect(findResults(relaxed(expression), { metadata: { name: 'x' } })).toEqual([['x']]);
  });

  test.each([
    ['.spec.containers[*].image', { spec: { containers: [{ image: 'a' }, { image: 'b' }] } }, ['a', 'b']],
    ['metadata.labels.app\\.kubernetes\\.io/name', { metadata: { labels: { 'app.kubernetes.io/name': 'x' } } }, ['x']],
    [
      '.status.conditions[?(@.type=="Ready")].status',
      { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
      ['True'],
    ],
    ['..name', { a: { name: 'x' } }, ['x']],
  ])('%s', (expression, data, results) => {
    expect(findResults(relaxed(expression), data)).toEqual([results]);
  });

  test('the empty expression finds nothing', () => {
    expect(findResults(relaxed(''), { a: 1 })).toEqual([]);
  });

  test.each(['{.a', '.a}', '{.a}{.b}', '{}', '.{a}'])('%s is refused', (expression) => {
    expect(() => relaxed(expression)).toThrow(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  });

  test('findFirst gives a sort key or nothing', () => {
    expect(findFirst(relaxed('.a'), { a: null })).toBeNull();
    expect(findFirst(relaxed('.a[*]'), { a: [3, 4] })).toBe(3);
    expect(findFirst(relaxed('.b'), { a: 1 })).toBeUndefined();
    expect(findFirst(relaxed('.a[7]'), { a: [1] })).toBeUndefined();
  });
});
