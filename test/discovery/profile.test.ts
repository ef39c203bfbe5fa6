import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { keyOf, normalizeProfile } from '../../src/discovery/profile.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly given: { readonly clusterProfile: object };
  readonly expect: object;
}
const vectors = (load(readFileSync(new URL('vectors.yaml', import.meta.url), 'utf8')) as Vector[]).filter(
  ({ kind }) => kind === 'profile.normalize',
);

test.each(vectors)('$id', ({ given, expect: expected }) => {
  const {
    displayName,
    manager,
    memberId,
    health,
    joined,
    version,
    access,
    clusterSet,
    clusterId,
    hints,
    warnings,
    ...rest
  } = normalizeProfile(given.clusterProfile);
  expect({
    key: keyOf(rest),
    ...{ displayName, manager, memberId, joined, version, hints, warnings },
    health: health.status,
    accessProviders: access.map(({ name }) => name),
    ...(clusterSet && { clusterSet }),
    ...(clusterId && { clusterId }),
  }).toEqual(expected);
});

describe('tolerance', () => {
  test.each([[undefined], [null], [7], ['x'], [[]], [{ metadata: 1, spec: [], status: 'x' }]])(
    '%j is no error',
    (object) => {
      expect(normalizeProfile(object)).toMatchObject({ name: '', namespace: 'default', health: { status: 'Unknown' } });
    },
  );

  test('wrong inner shapes are passed over', () => {
    const status = {
      properties: [null, { name: 1, value: 'x' }, { name: 'a', value: 'b' }],
      conditions: 'x',
      accessProviders: [{}, 3],
    };
    expect(normalizeProfile({ metadata: { name: 'c', labels: { a: 1 } }, status })).toMatchObject({
      properties: { a: 'b' },
      labels: {},
      access: [],
    });
  });

  test('a property called __proto__ is a property', () => {
    const { properties } = normalizeProfile({ status: { properties: [{ name: '__proto__', value: 'x' }] } });
    expect(Object.hasOwn(properties, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
  });

  test('values are cut at the limits of the CRD; an address too long stays too long', () => {
    const long = 'x'.repeat(5000);
    const read = normalizeProfile({
      metadata: { name: long },
      spec: { displayName: long },
      status: {
        properties: [{ name: 'p', value: long }],
        accessProviders: [
          { name: long, cluster: { server: `https://${long}` } },
          ...Array.from({ length: 100 }, (_, index) => ({ name: `p${index}` })),
        ],
      },
    });
    expect(read.name).toHaveLength(253);
    expect(read.displayName).toHaveLength(1024);
    expect(read.properties['p']).toHaveLength(1024);
    expect(read.access).toHaveLength(64);
    expect(read.access[0]?.cluster.server).toHaveLength(2049);
  });
});

test('credentialProviders count in v1alpha1 only, and accessProviders win by name', () => {
  const status = {
    accessProviders: [{ name: 'a', cluster: { server: 'https://new' } }],
    credentialProviders: [
      { name: 'a', cluster: { server: 'https://old' } },
      { name: 'b', cluster: { server: 'https://b' } },
    ],
  };
  expect(normalizeProfile({ status }, 'v1alpha1').access).toEqual([
    { name: 'a', cluster: { server: 'https://new' } },
    { name: 'b', cluster: { server: 'https://b' }, deprecated: true },
  ]);
  expect(normalizeProfile({ status }, 'v1alpha2').access).toHaveLength(1);
});

test('health says where it comes from', () => {
  const conditions = [{ type: 'ControlPlaneHealthy', status: 'False', reason: 'Down', message: 'no heartbeat' }];
  expect(normalizeProfile({ status: { conditions } }).health).toEqual({
    status: 'False',
    condition: 'ControlPlaneHealthy',
    reason: 'Down',
    message: 'no heartbeat',
  });
});
