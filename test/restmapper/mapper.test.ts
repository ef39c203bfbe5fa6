import { describe, expect, test } from 'vitest';
import { createRESTMapper, resourcePath } from '../../src/restmapper/mapper.ts';
import { resource, types } from './memoryserver.ts';

const mapper = createRESTMapper(types);
const found = (word: string) => mapper.resolve(word).map((r) => `${r.name}.${r.version}.${r.group}`);

test.each([
  ['pods', 'pods.v1.'],
  ['pod', 'pods.v1.'],
  ['po', 'pods.v1.'],
  ['Pod', 'pods.v1.'],
  ['PODS', 'pods.v1.'],
  ['pods.', 'pods.v1.'],
  ['pods.v1.', 'pods.v1.'],
  ['svc', 'services.v1.'],
  ['deploy.apps', 'deployments.v1.apps'],
  ['deployment.v1.apps', 'deployments.v1.apps'],
  ['Deployment.apps', 'deployments.v1.apps'],
  ['deploy.app', 'deployments.v1.apps'],
  ['widgets', 'widgets.v1.example.com'],
  ['widgets.example.com', 'widgets.v1.example.com'],
  ['widgets.v1.example.com', 'widgets.v1.example.com'],
  ['widgets.v1beta1.example.com', 'widgets.v1beta1.example.com'],
  ['wd.example', 'widgets.v1.example.com'],
  ['widgets.other', 'widgets.v2.other.example.com'],
  ['widgets.v2.other.example.com', 'widgets.v2.other.example.com'],
  ['events', 'events.v1.events.k8s.io'],
])('%s is %s', (word, wanted) => {
  expect(found(word)).toEqual([wanted]);
});

test.each([
  'pdos',
  'pods.apps',
  'pods.v2.',
  'widgets.v9.example.com',
  'all.apps',
  '',
  '.',
  'pods.v1.apps',
  'constructor',
])('%j is nothing', (word) => {
  expect(found(word)).toEqual([]);
});

test('a category is its types in the order of discovery, each in its preferred version', () => {
  const versions = [resource('gadgets', 'Gadget', 'x.io/v2', { categories: ['all'] })];
  const old = [resource('gadgets', 'Gadget', 'x.io/v1', { categories: ['all'] })];
  const all = createRESTMapper([...types, ...versions, ...old]).resolve('all');
  expect(all.map((r) => `${r.name}.${r.version}`)).toEqual([
    'pods.v1',
    'services.v1',
    'bindings.v1',
    'deployments.v1',
    'gadgets.v2',
  ]);
});

test('a plural wins over a short name, a short name over a kind', () => {
  const clash = createRESTMapper([
    resource('things', 'Po', 'x.io/v1'),
    resource('others', 'Other', 'y.io/v1', { shortNames: ['po', 'things'] }),
  ]);
  expect(clash.resolve('things')[0]?.group).toBe('x.io');
  expect(clash.resolve('po')[0]?.name).toBe('things');
});

describe('the type of an object', () => {
  test.each([
    ['v1', 'Pod', 'pods'],
    ['apps/v1', 'Deployment', 'deployments'],
    ['example.com/v1beta1', 'Widget', 'widgets'],
  ])('%s %s', (apiVersion, kind, name) => {
    expect(mapper.forKind(apiVersion, kind)?.name).toBe(name);
  });

  test.each([
    ['v2', 'Pod'],
    ['v1', 'pod'],
    ['apps/v2', 'Deployment'],
    ['example/v1', 'Widget'],
    ['v1', 'Nothing'],
  ])('%s %s is not served', (apiVersion, kind) => {
    expect(mapper.forKind(apiVersion, kind)).toBeUndefined();
  });
});

test.each([
  [['pods', 'Pod', 'v1'], 'ns', undefined, undefined, '/api/v1/namespaces/ns/pods'],
  [['pods', 'Pod', 'v1'], '', undefined, undefined, '/api/v1/pods'],
  [['pods', 'Pod', 'v1'], 'ns', 'a/b', 'status', '/api/v1/namespaces/ns/pods/a%2Fb/status'],
  [['deployments', 'Deployment', 'apps/v1'], 'n s', 'x', undefined, '/apis/apps/v1/namespaces/n%20s/deployments/x'],
] as const)('the path of %j in %j', ([name, kind, groupVersion], namespace, object, sub, path) => {
  expect(resourcePath(resource(name, kind, groupVersion), namespace, object, sub)).toBe(path);
});

test('a cluster-scoped type has no namespace in its path', () => {
  const nodes = resource('nodes', 'Node', 'v1', { namespaced: false });
  expect(resourcePath(nodes, 'ns', 'n1')).toBe('/api/v1/nodes/n1');
});
