import { describe, expect, test } from 'vitest';
import type { APIResource } from '../../src/api/kubernetes.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { DISCOVERY_TTL_MS, openRESTMappers } from '../../src/restmapper/restmapper.ts';
import type { DiskCache } from '../../src/system/diskcache.ts';
import { aggregated, attempt, memoryClient, refusal, resource, types } from './memoryserver.ts';

interface MemoryCache extends DiskCache {
  readonly entries: Map<string, unknown>;
  age: number;
}

function memoryCache(entries = new Map<string, unknown>()): MemoryCache {
  const cache: MemoryCache = {
    entries,
    age: 0,
    get: async (key) => (entries.has(key) ? { value: entries.get(key), ageMs: cache.age } : undefined),
    set: async (key, value) => void entries.set(key, JSON.parse(JSON.stringify(value))),
    drop: async (key) => void entries.delete(key),
  };
  return cache;
}

const server = (url: string, serves: { types: readonly APIResource[] } = { types }) =>
  memoryClient((_, path) => aggregated(path, serves.types), url);

test('a server is asked once, however many contexts it has and however often', async () => {
  const client = server('https://a');
  const same = memoryClient(() => expect.unreachable(), 'https://a');
  const mappers = openRESTMappers(undefined);
  const found = await Promise.all([mappers.get(client, attempt), mappers.get(same, attempt)]);
  expect(found[0]).toBe(found[1]);
  expect(await mappers.get(same, attempt, true)).toBe(found[0]);
  expect(client.asked).toEqual(['/api', '/apis']);
});

test('the next run takes it from the cache, for six hours', async () => {
  const cache = memoryCache();
  await openRESTMappers(cache).get(server('https://a'), attempt);
  const later = server('https://a');
  expect((await openRESTMappers(cache).get(later, attempt)).resources).toEqual(types);
  expect(later.asked).toEqual([]);
  cache.age = DISCOVERY_TTL_MS + 1;
  await openRESTMappers(cache).get(later, attempt);
  expect(later.asked).toEqual(['/api', '/apis']);
});

test('fresh asks the server, and then everybody has what it said', async () => {
  const cache = memoryCache();
  await openRESTMappers(cache).get(server('https://a'), attempt);
  const client = server('https://a', { types: [...types, resource('gadgets', 'Gadget', 'x.io/v1')] });
  const mappers = openRESTMappers(cache);
  expect((await mappers.get(client, attempt)).resolve('gadgets')).toEqual([]);
  const [fresh, again] = await Promise.all([mappers.get(client, attempt, true), mappers.get(client, attempt, true)]);
  expect(fresh.resolve('gadgets')).toHaveLength(1);
  expect(again).toBe(fresh);
  expect(await mappers.get(client, attempt)).toBe(fresh);
  expect(client.asked).toEqual(['/api', '/apis']);
});

test('servers of one make share what is kept', async () => {
  const cache = memoryCache();
  const mappers = openRESTMappers(cache);
  await Promise.all([mappers.get(server('https://a'), attempt), mappers.get(server('https://b'), attempt)]);
  expect(cache.entries.size).toBe(3);
  const next = openRESTMappers(cache);
  const a = server('https://a');
  const b = server('https://b');
  expect(await next.get(a, attempt)).toBe(await next.get(b, attempt));
  expect([...a.asked, ...b.asked]).toEqual([]);
});

describe('a cache entry that is not as we write it', () => {
  const broken: readonly [string, unknown][] = [
    ['text', 'x'],
    ['null', null],
    ['an object', {}],
    ['short rows', [['', 'v1', 'pods']]],
    ['numbers', [[1, 'v1', 'pods', 'pod', 'Pod', true, [], [], [], []]]],
    ['verbs that are no list', [['', 'v1', 'pods', 'pod', 'Pod', true, 'list', [], [], []]]],
    ['verbs that are no words', [['', 'v1', 'pods', 'pod', 'Pod', true, [1], [], [], []]]],
    ['a scope that is no boolean', [['', 'v1', 'pods', 'pod', 'Pod', 'yes', [], [], [], []]]],
  ];
  test.each(broken)('%s is ignored and written anew', async (_, value) => {
    const cache = memoryCache();
    await openRESTMappers(cache).get(server('https://a'), attempt);
    const good = new Map(cache.entries);
    for (const key of cache.entries.keys()) cache.entries.set(key, value);
    const client = server('https://a');
    expect((await openRESTMappers(cache).get(client, attempt)).resources).toEqual(types);
    expect(client.asked).toEqual(['/api', '/apis']);
    expect(cache.entries).toEqual(good);
  });

  test.each(broken)('%s in the shared part alone, too', async (_, value) => {
    const cache = memoryCache();
    await openRESTMappers(cache).get(server('https://a'), attempt);
    const good = new Map(cache.entries);
    for (const key of cache.entries.keys()) if (key.startsWith('api-types/')) cache.entries.set(key, value);
    const client = server('https://a');
    expect((await openRESTMappers(cache).get(client, attempt)).resources).toEqual(types);
    expect(cache.entries).toEqual(good);
  });
});

describe('a failure', () => {
  test('of the first is not the failure of the others: one of them asks for all', async () => {
    const mappers = openRESTMappers(undefined);
    const denied = memoryClient(() => {
      throw refusal(403, 'Forbidden');
    }, 'https://a');
    const others = [server('https://a'), server('https://a'), server('https://a')];
    const first = mappers.get(denied, attempt);
    const rest = others.map((client) => mappers.get(client, attempt));
    await expect(first).rejects.toMatchObject({ error: { type: 'Forbidden' } });
    const found = await Promise.all(rest);
    expect(new Set(found).size).toBe(1);
    expect(others.flatMap(({ asked }) => asked)).toEqual(['/api', '/apis']);
  });

  test('of everybody is everybody’s own', async () => {
    const mappers = openRESTMappers(memoryCache());
    const codes = [401, 403, 500];
    const clients = codes.map((code) =>
      memoryClient(() => {
        throw refusal(code, 'ServerError');
      }, 'https://a'),
    );
    const results = await Promise.allSettled(clients.map((client) => mappers.get(client, attempt)));
    expect(results.map((result) => result.status === 'rejected' && result.reason.error.code)).toEqual(codes);
  });

  test('is not kept: the next one asks again', async () => {
    const mappers = openRESTMappers(undefined);
    const state = { down: true };
    const client = memoryClient((_, path) => {
      if (state.down) throw refusal(503, 'ServerError');
      return aggregated(path, types);
    });
    await expect(mappers.get(client, attempt)).rejects.toThrow();
    state.down = false;
    expect((await mappers.get(client, attempt)).resources).toEqual(types);
  });
});

describe('a server that nobody reaches', () => {
  const dead = (type: 'ConnectionRefused' | 'Unauthorized' | 'TLS') => () => {
    throw new ClusterFailure({
      type,
      message: type,
      retriable: false,
      ...(type === 'Unauthorized' ? { code: 401 } : {}),
    });
  };

  test('is asked once for all contexts of it, and tells them all', async () => {
    const clients = Array.from({ length: 10 }, () => memoryClient(dead('ConnectionRefused'), 'https://a'));
    const mappers = openRESTMappers(undefined);
    const ends = await Promise.allSettled(clients.map((client) => mappers.get(client, attempt)));
    expect(ends.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    expect(clients.flatMap(({ asked }) => asked)).toHaveLength(2);
  });

  test.each(['Unauthorized', 'TLS'] as const)('%s is its own context’s', async (type) => {
    const refused = memoryClient(dead(type), 'https://a');
    const mappers = openRESTMappers(undefined);
    const ends = await Promise.allSettled([mappers.get(refused, attempt), mappers.get(server('https://a'), attempt)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

test('two clusters behind one URL keep their own types', async () => {
  const mappers = openRESTMappers(undefined);
  const gadgets = [...types, resource('gadgets', 'Gadget', 'x.io/v1')];
  const one = { ...server('https://proxy'), key: 'one' };
  const two = { ...server('https://proxy', { types: gadgets }), key: 'two' };
  const [first, second] = await Promise.all([mappers.get(one, attempt), mappers.get(two, attempt)]);
  expect([first.resolve('gadgets').length, second.resolve('gadgets').length]).toEqual([0, 1]);
});
