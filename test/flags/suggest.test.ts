import { expect, test } from 'vitest';
import { didYouMean, editDistance, someOf, suggest } from '../../src/flags/suggest.ts';

test.each<[string, string, number]>([
  ['', '', 0],
  ['', 'abc', 3],
  ['get', 'get', 0],
  ['gte', 'get', 1],
  ['pdos', 'pods', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j: %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test.each<[string, string[], string | undefined]>([
  ['gte', ['get', 'set', 'delete'], 'get'],
  ['gt', ['delete', 'get'], 'get'],
  ['cluster', ['clusters', 'version'], 'clusters'],
  ['Prod', ['dev', 'prod'], 'prod'],
  ['prod', ['prod-eu-1', 'dev'], 'prod-eu-1'],
  ['prod-eu', ['prod-us', 'prod-eu-1'], 'prod-eu-1'],
  ['prod-eu', ['prod-e', 'prod-eu-1'], 'prod-e'],
  ['get', ['wait', 'version'], undefined],
  ['x', ['y'], 'y'],
  ['zzzzzz', ['get', 'describe'], undefined],
  ['get', [], undefined],
])('%s among %j', (word, candidates, expected) => {
  expect(suggest(word, candidates)).toBe(expected);
});

test('equally close ones do not depend on the order', () => {
  expect(suggest('bat', ['cat', 'bar'])).toBe('bar');
  expect(suggest('bat', ['bar', 'cat'])).toBe('bar');
});

test('the line for an error', () => {
  expect(didYouMean('gte', ['get'])).toEqual(['did you mean "get"?']);
  expect(didYouMean('zzzzzz', ['get'])).toEqual([]);
});

test('names for an error, at most twenty', () => {
  const names = Array.from({ length: 23 }, (_, at) => `c-${at + 10}`);
  expect(someOf(['b', 'a'])).toBe('a, b');
  expect(someOf([])).toBe('none');
  expect(someOf(names.toReversed())).toBe(`${names.slice(0, 20).join(', ')} and 3 more`);
});
