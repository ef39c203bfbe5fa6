import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../src/api/cluster.ts';
import { UsageError } from '../../src/errors.ts';
import {
  type ClusterSelection,
  parseClusterPatterns,
  selectClusters,
  unknownClusters,
} from '../../src/selection/clusters.ts';
import { parseLabelSelector } from '../../src/selection/labels.ts';
import { context, profile } from './inventory.ts';

const fleet: readonly Cluster[] = [
  profile('fleet', 'prod-us', { labels: { env: 'prod', region: 'us' } }),
  profile('fleet', 'prod-eu', { labels: { env: 'prod' }, properties: { region: 'eu', env: 'ignored' } }),
  profile('fleet', 'dev-1', { labels: { env: 'dev' }, health: { status: 'False' } }),
  profile('fleet', 'dev-2', { labels: { env: 'dev' } }),
  profile('fleet', 'staging'),
];

interface Asked extends Partial<Omit<ClusterSelection, 'include' | 'exclude' | 'selector'>> {
  readonly include?: string;
  readonly exclude?: string;
  readonly selector?: string;
}
const select = (asked: Asked, clusters = fleet) =>
  selectClusters(clusters, {
    groups: [],
    groupDefinitions: { prod: ['prod-*'], mixed: ['dev-1', 'prod-eu'], gone: ['gone', 'gone-*'], none: [] },
    ...asked,
    include: parseClusterPatterns(asked.include === undefined ? [] : [asked.include], '--clusters'),
    exclude: parseClusterPatterns(asked.exclude === undefined ? [] : [asked.exclude], '--exclude'),
    ...(asked.selector === undefined ? {} : { selector: parseLabelSelector(asked.selector) }),
  } as ClusterSelection);
const names = (asked: Asked, clusters = fleet) => select(asked, clusters).selected.map(({ name }) => name);

describe('which clusters', () => {
  test.each<[string, Asked, string[]]>([
    ['all, by name', {}, ['dev-1', 'dev-2', 'prod-eu', 'prod-us', 'staging']],
    ['a name', { include: 'staging' }, ['staging']],
    ['a comma list', { include: 'staging, dev-1' }, ['dev-1', 'staging']],
    ['a pattern', { include: 'prod-*' }, ['prod-eu', 'prod-us']],
    ['a name and a pattern that overlap', { include: 'prod-eu,prod-*' }, ['prod-eu', 'prod-us']],
    ['exclude alone', { exclude: 'dev-*' }, ['prod-eu', 'prod-us', 'staging']],
    ['exclude wins', { include: 'prod-eu,dev-*', exclude: 'dev-1,prod-eu' }, ['dev-2']],
    ['a label', { selector: 'env=prod' }, ['prod-eu', 'prod-us']],
    ['a property', { selector: 'region=eu' }, ['prod-eu']],
    ['a label hides a property', { selector: 'env=ignored' }, []],
    ['names and labels together', { include: '*-1,prod-*', selector: 'env!=prod' }, ['dev-1']],
    ['a group', { groups: ['prod'] }, ['prod-eu', 'prod-us']],
    ['two groups', { groups: ['prod', 'mixed'] }, ['dev-1', 'prod-eu', 'prod-us']],
    ['a group and names add up', { groups: ['prod'], include: 'staging' }, ['prod-eu', 'prod-us', 'staging']],
    ['a group and exclude', { groups: ['prod'], exclude: '*-us' }, ['prod-eu']],
    ['an empty group is nothing, not everything', { groups: ['none'] }, []],
    ['nothing matches', { include: 'x*' }, []],
  ])('%s', (_, asked, expected) => {
    expect(names(asked)).toEqual(expected);
  });

  test('the same name in two namespaces', () => {
    const clusters = [
      profile('team-b', 'prod', { name: 'team-b/prod' }),
      profile('team-a', 'prod', { name: 'team-a/prod' }),
      profile('team-a', 'prod-2', { displayName: 'prod' }),
    ];
    expect(names({ include: 'prod' }, clusters)).toEqual(['team-a/prod', 'team-b/prod']);
    expect([...select({ include: 'prod' }, clusters).literals].sort()).toEqual(['team-a/prod', 'team-b/prod']);
    expect(names({ include: 'team-a/prod' }, clusters)).toEqual(['team-a/prod']);
    expect(names({ include: 'team-a/*' }, clusters)).toEqual(['prod-2', 'team-a/prod']);
    expect(names({ exclude: 'team-b/prod' }, clusters)).toEqual(['prod-2', 'team-a/prod']);
  });

  test('a display name never selects', () => {
    const clusters = [
      profile('team-a', 'prod'),
      profile('team-b', 'prod-2', { displayName: 'zzz' }),
      profile('team-b', 'dev', { displayName: 'prod-look-alike' }),
    ];
    expect(names({ include: 'prod*' }, clusters)).toEqual(['prod', 'prod-2']);
  });

  test('the inventory is left as it was', () => {
    const clusters = Object.freeze([...fleet]);
    expect(names({}, clusters)).toHaveLength(5);
    expect(clusters[0]?.name).toBe('prod-us');
  });
});

describe('what was not found', () => {
  test('names and patterns are told apart', () => {
    const result = select({ include: 'staging,prd,x-*,gone', exclude: 'dev-9,zz*' });
    expect(result).toMatchObject({ unknownIncludes: ['prd', 'gone'], unknownExcludes: ['dev-9'] });
  });

  test('a member of a group that is gone is not unknown', () => {
    expect(select({ groups: ['gone'] })).toMatchObject({ selected: [], unknownIncludes: [] });
  });

  test('a known name that something else filters out is not unknown', () => {
    const result = select({ include: 'dev-1', exclude: 'dev-*', selector: 'env=prod' });
    expect(result).toMatchObject({ selected: [], unknownIncludes: [], unknownExcludes: [] });
  });

  test('an unknown group', () => {
    expect(() => select({ groups: ['prdo'] })).toThrow(
      expect.objectContaining({
        message: "group 'prdo' not found in the mapping file",
        exitCode: 2,
        more: ['Available groups: gone, mixed, none, prod', 'did you mean "prod"?'],
      }),
    );
    expect(() => select({ groups: ['toString'], groupDefinitions: {} })).toThrow(
      expect.objectContaining({ more: ['Available groups: none'] }),
    );
  });

  test('the error for unknown clusters', () => {
    expect(unknownClusters(['stagin'], fleet)).toMatchObject({
      message: "Cluster 'stagin' not found in the inventory",
      exitCode: 2,
      more: ['Available clusters: dev-1, dev-2, prod-eu, prod-us, staging', 'did you mean "staging"?'],
    });
    expect(unknownClusters(['Prod', 'zzzzzz'], [context('b'), context('prod')])).toMatchObject({
      message: "Contexts 'Prod', 'zzzzzz' not found in kubeconfig",
      more: ['Available contexts: b, prod', 'did you mean "prod"?'],
    });
    const many = Array.from({ length: 25 }, (_, at) => profile('fleet', `c-${at + 10}`));
    expect(unknownClusters(['zzzzzz'], many).more).toEqual([
      `Available clusters: ${many
        .slice(0, 20)
        .map(({ name }) => name)
        .join(', ')} and 5 more`,
    ]);
    expect(unknownClusters(['x'], [context('a'), context('b')]).message).toBe("Context 'x' not found in kubeconfig");
  });
});

test('only what the user spelled out counts as named literally', () => {
  expect(select({ include: 'dev-1,prod-*', groups: ['mixed'] }).literals).toEqual(new Set(['dev-1']));
  expect(select({ include: 'dev-1', exclude: 'dev-*' }).literals).toEqual(new Set());
  expect(select({}).literals).toEqual(new Set());
});

describe('patterns', () => {
  test('blanks and empty places do not count', () => {
    expect(parseClusterPatterns([' a , ,b', 'a,c,'], '--clusters').map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(parseClusterPatterns([], '--clusters')).toEqual([]);
  });

  test.each([[['']], [[' , ']], [['', '']]])('%j is not "all"', (texts) => {
    expect(() => parseClusterPatterns(texts, '--clusters')).toThrow(
      new UsageError('--clusters needs at least one name or pattern'),
    );
  });
});
