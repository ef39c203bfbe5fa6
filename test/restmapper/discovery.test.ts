import { describe, expect, test } from 'vitest';
import { discoverResources } from '../../src/restmapper/discovery.ts';
import { aggregated, attempt, type Handler, memoryClient, noSuchPath, refusal, types } from './memoryserver.ts';

const discover = async (handler: Handler) => {
  const client = memoryClient(handler);
  const found = await discoverResources(client, attempt);
  return { client, found, names: found.map((r) => `${r.name}.${r.version}.${r.group}`) };
};

test('an aggregated server is asked twice', async () => {
  const { client, found } = await discover((_, path) => aggregated(path, types));
  expect(client.asked).toEqual(['/api', '/apis']);
  expect(found).toEqual(types);
  expect(client.accepted[0]).toBe(
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json',
  );
});

describe('a server older than 1.26', () => {
  const list = (resources: readonly object[]) => ({ kind: 'APIResourceList', groupVersion: 'x', resources });
  const old: Handler = (_, path) => {
    switch (path) {
      case '/api':
        return { kind: 'APIVersions', versions: ['v1'] };
      case '/apis':
        return {
          kind: 'APIGroupList',
          apiVersion: 'v1',
          groups: [
            {
              name: 'example.com',
              versions: [{ version: 'v1beta1' }, { version: 'v1' }],
              preferredVersion: { version: 'v1' },
            },
            { name: 'metrics.k8s.io', versions: [{ version: 'v1beta1' }] },
          ],
        };
      case '/api/v1':
        return list([
          {
            name: 'pods',
            singularName: '',
            namespaced: true,
            kind: 'Pod',
            verbs: ['list'],
            shortNames: ['po'],
            categories: ['all'],
          },
          { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
          { name: 'nodes', singularName: 'node', namespaced: false, kind: 'Node' },
        ]);
      case '/apis/metrics.k8s.io/v1beta1':
        throw refusal(503, 'ServerError');
      default:
        return list([{ name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget', verbs: ['list'] }]);
    }
  };

  test('is asked once more per group version; the preferred version comes first; a dead aggregated API is left out', async () => {
    const { found, names, client } = await discover(old);
    expect(names).toEqual(['pods.v1.', 'nodes.v1.', 'widgets.v1.example.com', 'widgets.v1beta1.example.com']);
    expect(found[0]).toEqual({
      group: '',
      version: 'v1',
      name: 'pods',
      singular: 'pod',
      kind: 'Pod',
      namespaced: true,
      verbs: ['list'],
      shortNames: ['po'],
      categories: ['all'],
      subresources: ['log'],
    });
    expect(client.asked).toHaveLength(6);
  });

  test('a refused login is not an empty group', async () => {
    await expect(
      discover((request, path) => {
        if (path.startsWith('/apis/')) throw refusal(401, 'Unauthorized');
        return old(request, path);
      }),
    ).rejects.toMatchObject({ error: { type: 'Unauthorized' } });
  });
});

test('a server without one of the roots has the other', async () => {
  const { names } = await discover((_, path) => {
    if (path === '/apis') throw noSuchPath();
    return aggregated(path, types);
  });
  expect(names).toContain('pods.v1.');
});

test.each([null, [], 'hello', {}, { message: 'log in first' }, { items: {} }])(
  '%j is not an API server',
  async (body) => {
    await expect(discover(() => body)).rejects.toMatchObject({
      error: { type: 'InvalidResponse', message: expect.stringMatching(/^the server's answer to \/apis? is not/) },
    });
  },
);

test('a refusal is the cluster’s own error', async () => {
  await expect(
    discover(() => {
      throw refusal(403, 'Forbidden');
    }),
  ).rejects.toMatchObject({ error: { type: 'Forbidden' } });
});

test('parts that say nothing are passed over', async () => {
  const { found } = await discover((_, path) =>
    path === '/api'
      ? {
          kind: 'APIGroupDiscoveryList',
          items: [{ versions: [{ version: 'v1', resources: [{ resource: 'x' }] }] }, {}],
        }
      : { kind: 'APIGroupList', groups: [{ name: 'empty' }] },
  );
  expect(found).toEqual([
    {
      group: '',
      version: 'v1',
      name: 'x',
      singular: '',
      kind: '',
      namespaced: false,
      verbs: [],
      shortNames: [],
      categories: [],
      subresources: [],
    },
  ]);
});
