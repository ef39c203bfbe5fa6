import { describe, expect, test } from 'vitest';
import type { Page } from '../../src/api/page.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { type Handler, noSuchObject, noSuchPath, refusal, resource, types } from '../restmapper/memoryserver.ts';
import { asked, errorOf, get, manifest, read, shown, table } from './session.ts';

/** A Table with the path of the request as its only row. */
const echo: Handler = (_, path) => table([path]);
const pods = '/api/v1/namespaces/team-a/pods';

describe('where a request goes', () => {
  test.each([
    [['pods'], {}, [`${pods}?includeObject=None&limit=500`]],
    [['po'], { allNamespaces: true, projection: 'Metadata' }, ['/api/v1/pods?includeObject=Metadata&limit=500']],
    [['ns'], {}, ['/api/v1/namespaces?includeObject=None&limit=500']],
    [['deploy.apps'], { chunkSize: 0 }, ['/apis/apps/v1/namespaces/team-a/deployments?includeObject=None']],
    [
      ['pods'],
      { labelSelector: 'app=web', fieldSelector: 'status.phase=Running', projection: 'Objects', chunkSize: 1 },
      [`${pods}?labelSelector=app=web&fieldSelector=status.phase=Running&limit=1`],
    ],
    [['pods/a', 'pods/b'], {}, [`${pods}/a?includeObject=None`, `${pods}/b?includeObject=None`]],
    [['pods/a'], { subresource: 'status', projection: 'Objects' }, [`${pods}/a/status`]],
    [['ns/x'], { allNamespaces: true, projection: 'Objects' }, ['/api/v1/namespaces/x']],
  ] as const)('%j %j', async (words, more, paths) => {
    expect((await read(get(asked(...words), more), echo)).client.asked).toEqual(paths);
  });

  test('a manifest fixes the namespace of its object, except of a cluster-scoped one', async () => {
    const { client } = await read(
      get([manifest('v1', 'Pod', 'a', 'other'), manifest('v1', 'Pod', 'a'), manifest('v1', 'Namespace', 'n', 'other')]),
      echo,
    );
    expect(client.asked.map((path) => path.replace(/\?.*/, ''))).toEqual([
      '/api/v1/namespaces/other/pods/a',
      `${pods}/a`,
      '/api/v1/namespaces/n',
    ]);
  });

  test.each([
    ['None', 'pods', /as=Table;v=v1/],
    ['Object', 'pods/a', /as=Table;v=v1/],
    ['Objects', 'pods', /^application\/json$/],
    ['Names', 'pods', /as=PartialObjectMetadataList/],
    ['Names', 'pods/a', /as=PartialObjectMetadata;/],
  ] as const)('%s of %s', async (projection, word, accept) => {
    expect((await read(get(asked(word), { projection }), echo)).client.accepted[0]).toMatch(accept);
  });
});

describe('several types', () => {
  test('one after the other, in the order asked', async () => {
    const reading = await read(get(asked('svc', 'pods')), echo);
    expect(shown(reading)).toEqual([`services.v1: /api/v1/namespaces/team-a/services`, `pods.v1: ${pods}`]);
    expect(reading.pages.map((page) => (page as Page).asked)).toEqual([0, 1]);
    expect(reading.outcome).toEqual({ kind: 'answered' });
  });

  test('a category is those of its types that can be listed', async () => {
    const reading = await read(get(asked('all')), echo);
    expect(reading.pages.map((page) => (page as Page).resource.name)).toEqual(['pods', 'services', 'deployments']);
    expect(reading.pages.every((page) => (page as Page).asked === 0)).toBe(true);
  });

  test('named objects of one type that follow each other are one block', async () => {
    const reading = await read(get(asked('pod/a', 'po/b', 'svc/c', 'pods/d')), echo);
    expect(reading.pages.map((page) => (page as Page).asked)).toEqual([0, 0, 2, 3]);
  });

  test('a refusal of one does not stop the others; the cluster has failed all the same', async () => {
    const reading = await read(get(asked('pods', 'cm', 'svc')), (_, path) => {
      if (path.endsWith('configmaps')) throw refusal(403, 'Forbidden');
      return echo(_, path);
    });
    expect(shown(reading).map((line) => line.split('.')[0])).toEqual(['pods', 'services']);
    expect(errorOf(reading)).toMatchObject({ type: 'Forbidden', code: 403 });
  });

  test.each([
    [503, 'ServerError', 2],
    [401, 'Unauthorized', 1],
    [429, 'TooManyRequests', 1],
  ] as const)('%i (%s) of the first: %i requests', async (code, type, requests) => {
    const reading = await read(get(asked('pods', 'svc')), (_, path) => {
      if (path.endsWith('pods')) throw refusal(code, type);
      return echo(_, path);
    });
    expect(errorOf(reading).type).toBe(type);
    expect(reading.client.asked).toHaveLength(requests);
  });

  test('a dead connection ends it', async () => {
    const reading = await read(get(asked('pods', 'svc')), () => {
      throw new ClusterFailure({ type: 'ConnectionReset', message: 'gone', retriable: true });
    });
    expect(errorOf(reading).type).toBe('ConnectionReset');
    expect(reading.client.asked).toHaveLength(1);
  });
});

describe('what is not there', () => {
  test('objects: the others are read, and each name is told', async () => {
    const reading = await read(get(asked('pods/a', 'pods/b', 'deploy/c')), (_, path) => {
      if (path.endsWith('b')) throw noSuchObject('pods', 'b');
      if (path.endsWith('c')) throw noSuchObject('deployments.apps', 'c');
      return echo(_, path);
    });
    expect(shown(reading)).toEqual([`pods.v1: ${pods}/a`]);
    expect(reading.outcome).toEqual({
      kind: 'answered',
      notFound: [
        { resource: 'pods', name: 'b', word: 'pods', message: 'pods "b" not found' },
        { resource: 'deployments.apps', name: 'c', word: 'deploy', message: 'deployments.apps "c" not found' },
      ],
    });
    expect(reading.discoveries).toBe(1);
  });

  test('a page of a named object is whole, whatever becomes of the next one', async () => {
    const { pages } = await read(get(asked('pods/a', 'pods/b')), (_, path) => {
      if (path.endsWith('b')) throw noSuchObject('pods', 'b');
      return echo(_, path);
    });
    expect(pages).toMatchObject([{ named: true, last: true }]);
  });

  test('types: by the word that was asked, after the server itself was asked once', async () => {
    const reading = await read(
      get([...asked('pdos', 'pods', 'gadgets.example.com'), manifest('x.io/v1', 'Foo', 'f')]),
      echo,
      {
        kept: types,
      },
    );
    expect(shown(reading)).toEqual([`pods.v1: ${pods}`]);
    expect(reading.outcome).toEqual({
      kind: 'answered',
      missingKind: ['pdos', 'gadgets.example.com', 'x.io/v1, Kind=Foo'],
    });
    expect(reading.discoveries).toBe(1);
  });

  test('nothing that was asked is served: nothing is sent', async () => {
    const reading = await read(get(asked('pdos', 'pdos')), echo);
    expect(reading.outcome).toEqual({ kind: 'answered', missingKind: ['pdos'] });
    expect(reading.client.asked).toEqual([]);
  });

  test('the subresource: the server’s own error', async () => {
    const reading = await read(get(asked('pods/a'), { subresource: 'scale' }), () => {
      throw noSuchPath();
    });
    expect(errorOf(reading)).toMatchObject({ type: 'NotFound', code: 404 });
  });
});

describe('a type that the cache knows and the server does not', () => {
  const widgets = (version: string) => resource('widgets', 'Widget', `example.com/${version}`);
  const only =
    (version: string): Handler =>
    (_, path) => {
      if (!path.includes(`/${version}/`)) throw noSuchPath();
      return table([version]);
    };

  test('is served in another version meanwhile', async () => {
    const reading = await read(
      get(asked('pods', 'widgets', 'svc')),
      (request, path) => (path.startsWith('/apis') ? only('v1')(request, path) : table(['x'])),
      { kept: [...types.slice(0, 4), widgets('v1beta1')], serves: [...types.slice(0, 4), widgets('v1')] },
    );
    expect(shown(reading)).toEqual(['pods.v1: x', 'widgets.v1: v1', 'services.v1: x']);
    expect(reading.discoveries).toBe(1);
    expect(reading.outcome).toEqual({ kind: 'answered' });
  });

  test('a named object of it, too', async () => {
    const reading = await read(
      get(asked('wd/a', 'wd/b').map((one) => ({ ...one, word: 'widgets' }) as typeof one)),
      only('v2'),
      {
        kept: [widgets('v1')],
        serves: [widgets('v2')],
      },
    );
    expect(shown(reading)).toEqual(['widgets.v2: v2', 'widgets.v2: v2']);
    expect(reading.discoveries).toBe(2);
  });

  test('is gone', async () => {
    const reading = await read(
      get(asked('widgets', 'pods')),
      (_, path) => {
        if (path.startsWith('/apis')) throw noSuchPath();
        return table(['x']);
      },
      { kept: types, serves: types.slice(0, 4) },
    );
    expect(reading.outcome).toEqual({ kind: 'answered', missingKind: ['widgets'] });
    expect(shown(reading)).toEqual(['pods.v1: x']);
  });

  test('is said to be there by the server itself, and is not', async () => {
    const reading = await read(
      get(asked('widgets')),
      () => {
        throw noSuchPath();
      },
      { kept: [widgets('v1')], serves: [widgets('v1')] },
    );
    expect(reading.outcome).toEqual({ kind: 'answered', missingKind: ['widgets'] });
    expect(reading.client.asked).toHaveLength(1);
  });

  test('in a category is passed over: the category itself is there', async () => {
    const reading = await read(get(asked('all')), (_, path) => {
      if (path.includes('deployments')) throw noSuchPath();
      return table(['x']);
    });
    expect(reading.outcome).toEqual({ kind: 'answered' });
    expect(shown(reading)).toEqual(['pods.v1: x', 'services.v1: x']);
  });

  test('is new on the server', async () => {
    const reading = await read(get(asked('widgets')), only('v1'), { kept: types.slice(0, 4), serves: types });
    expect(shown(reading)).toEqual(['widgets.v1: v1']);
  });
});

describe('pages', () => {
  const pages: Handler = (request) => {
    const token = request.query?.find(([key]) => key === 'continue')?.[1];
    const [name, next] = { start: ['a', '2'], '2': ['b', '3'], '3': ['c', undefined] }[token ?? 'start'] ?? [];
    return table([name as string], { metadata: next ? { continue: next } : {} });
  };

  test('come one by one; the last one says so', async () => {
    const reading = await read(get(asked('pods'), { chunkSize: 1 }), pages);
    expect(shown(reading)).toEqual(['pods.v1: a', 'pods.v1: b', 'pods.v1: c']);
    expect(reading.pages.map((page) => (page as Page).last)).toEqual([false, false, true]);
  });

  test('a list whose version expired begins again, whole', async () => {
    const reading = await read(get(asked('pods'), { chunkSize: 1 }), (request, path) => {
      if (request.query?.some(([key, value]) => key === 'continue' && value === '3')) throw refusal(410, 'Invalid');
      if (!request.query?.some(([key]) => key === 'limit')) return table(['a', 'b', 'c']);
      return pages(request, path);
    });
    expect(shown(reading)).toEqual(['pods.v1: a', 'pods.v1: b', 'reset', 'pods.v1: a b c']);
    expect(reading.outcome).toEqual({ kind: 'answered' });
  });
});

describe('a server that answers objects instead of a Table', () => {
  const list = {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '9' },
    items: [{ metadata: { name: 'a' } }],
  };

  test('a list, and one with nothing in it', async () => {
    expect(await read(get(asked('pods')), () => list)).toMatchObject({
      pages: [{ objects: list.items, resourceVersion: '9', last: true }],
    });
    expect(await read(get(asked('pods')), () => ({ ...list, items: null }))).toMatchObject({
      pages: [{ objects: [] }],
    });
  });

  test('a named object', async () => {
    const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } };
    expect(await read(get(asked('pods/a')), () => pod)).toMatchObject({ pages: [{ objects: [pod], named: true }] });
  });
});

describe('an answer that is not Kubernetes’', () => {
  test.each<[string, unknown]>([
    ['an empty object', {}],
    ['a message', { message: 'log in first' }],
    ['a list of nothing known', { kind: 'PodList' }],
    ['items that are no list', { kind: 'PodList', items: {} }],
    ['items that are no objects', { kind: 'PodList', items: [null] }],
    ['rows that are no list', table([], { rows: 'x' })],
    ['rows without cells', table([], { rows: [{}] })],
    ['columns without a name', table([], { columnDefinitions: [{}] })],
    ['null', null],
    ['text', 'hello'],
  ])('%s for a list', async (_, body) => {
    expect(errorOf(await read(get(asked('pods')), () => body)).type).toBe('InvalidResponse');
  });

  test.each<[string, unknown]>([
    ['an empty object', {}],
    ['null', null],
    ['a list', []],
    ['no metadata', { kind: 'Pod' }],
    ['a broken Table', { kind: 'Table', rows: 3 }],
  ])('%s for an object', async (_, body) => {
    expect(errorOf(await read(get(asked('pods/a')), () => body))).toMatchObject({
      type: 'InvalidResponse',
      message: "the server's answer is not an object of the type pods",
    });
  });

  test('a Table without columns or rows is an empty one', async () => {
    const reading = await read(get(asked('pods')), () => ({ kind: 'Table', columnDefinitions: null, rows: null }));
    expect(reading.outcome).toEqual({ kind: 'answered' });
  });
});

test('a bug of ours is not taken for a failure of the server', async () => {
  await expect(
    read(get(asked('pods')), () => {
      throw new TypeError('x');
    }),
  ).rejects.toThrow(TypeError);
});
