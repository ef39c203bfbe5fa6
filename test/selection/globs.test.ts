import { describe, expect, test } from 'vitest';
import { isLiteral, matchesCluster, namesLiterally, parseClusterPattern } from '../../src/selection/globs.ts';
import { context, profile } from './inventory.ts';

const arn = 'arn:aws:eks:us-west-2:1:cluster/x';

test.each<[string, string, boolean]>([
  ['prod', 'prod', true],
  ['prod', 'prod-1', false],
  ['prod', 'Prod', false],
  ['Prod-*', 'prod-1', false],
  ['prod-*', 'prod-eu-1', true],
  ['prod-*', 'prod-', true],
  ['*', '', true],
  ['*', '..', true],
  ['*', '.hidden', true],
  ['**', 'a/b', true],
  ['*-eu-*', 'prod-eu-1', true],
  ['prod-?', 'prod-1', true],
  ['prod-?', 'prod-10', false],
  ['prod-[ab]', 'prod-a', true],
  ['prod-[a-c]', 'prod-d', false],
  ['[!p]*', 'dev', true],
  ['[!p]*', 'prod', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  // `/` is an ordinary character.
  ['arn:*', arn, true],
  ['*', arn, true],
  ['*/x', arn, true],
  ['arn:aws:eks:*:cluster?x', arn, true],
  [arn, arn, true],
  ['a/../*', 'a/../b', true],
  ['a//*', 'a/b', false],
  // What means something elsewhere stands for itself here.
  ['!prod', '!prod', true],
  ['!prod*', 'dev', false],
  ['#x*', '#x1', true],
  ['{a,b}*', '{a,b}c', true],
  ['{a,b}*', 'ac', false],
  ['+(a)*', '+(a)b', true],
  ['+(a)*', 'aab', false],
  ['@(a|b)', 'a', false],
  ['a[b', 'a[b', true],
  ['a.c', 'abc', false],
  ['a$', 'a$', true],
  // A name that looks like a pattern can still be asked for.
  ['kind[1]', 'kind[1]', true],
  ['kind[1]', 'kind1', true],
])('%s against %s: %s', (pattern, name, matches) => {
  expect(parseClusterPattern(pattern).matches(name)).toBe(matches);
});

test.each<[string, boolean]>([
  ['prod', true],
  ['team-a/prod', true],
  [arn, true],
  ['!prod', true],
  ['{a}', true],
  ['+(a)', true],
  ['a[b', true],
  ['prod-*', false],
  ['a?', false],
  ['[ab]', false],
  ['a\\*', false],
])('isLiteral(%s) is %s', (pattern, literal) => {
  expect(isLiteral(pattern)).toBe(literal);
  expect(parseClusterPattern(pattern).literal).toBe(literal ? pattern : undefined);
});

describe('which name of a cluster is meant', () => {
  const shared = profile('team-a', 'prod', { name: 'team-a/prod', aliases: ['argocd/prod', 'kueue/production'] });
  const single = profile('team-b', 'dev', { displayName: 'prod-look-alike' });
  const eks = context(arn);
  const both = context('prod');

  test.each<[string, boolean, boolean, boolean, boolean]>([
    ['prod', true, false, false, true],
    ['prod*', true, false, false, true],
    ['team-a/prod', true, false, false, false],
    ['team-*/prod', true, false, false, false],
    ['team-*', false, false, false, false],
    ['*/*', true, true, true, false],
    ['team-b/*', false, true, false, false],
    ['argocd/prod', true, false, false, false],
    ['kueue/*', true, false, false, false],
    ['production', false, false, false, false],
    ['*', true, true, true, true],
    ['arn:aws:eks:us-west-2:1:*', false, false, true, false],
    [arn, false, false, true, false],
  ])('%s', (text, ...expected) => {
    const pattern = parseClusterPattern(text);
    expect([shared, single, eks, both].map((cluster) => matchesCluster(pattern, cluster))).toEqual(expected);
  });

  test('a name spelled out is more than a pattern that matches it', () => {
    expect(namesLiterally(parseClusterPattern('prod'), shared)).toBe(true);
    expect(namesLiterally(parseClusterPattern('kueue/production'), shared)).toBe(true);
    expect(namesLiterally(parseClusterPattern('prod*'), shared)).toBe(false);
    expect(namesLiterally(parseClusterPattern('kind[1]'), context('kind[1]'))).toBe(true);
  });
});
