import { describe, expect, test } from 'vitest';
import { failed, lacks, unmapped } from '../aggregator/entries.ts';
import { deployments, nodes, object, objectPage, print, row, services, tablePage } from './print.ts';

describe('columns', () => {
  test('are those of the first cluster by name, then what the others have more, by name', async () => {
    const { lines, count } = await print('', {
      b: { pages: [tablePage(['Name', 'Zone', 'Age'], [['two', 'eu', '1d']])] },
      a: { pages: [tablePage(['Name', 'Ready', 'Age'], [['one', '1/1', '5m']])] },
    });
    expect(lines).toEqual([
      'NAME   CLUSTER   READY    AGE   ZONE',
      'one    a         1/1      5m    <none>',
      'two    b         <none>   1d    eu',
    ]);
    expect(count).toBe(2);
  });

  test('of one name in one table stay two', async () => {
    const { lines } = await print('', {
      a: { pages: [tablePage(['Name', 'Value', 'Value'], [['x', '1', '2']])] },
      b: { pages: [tablePage(['Name', 'Value', 'Value#2'], [['y', '3', '4']])] },
    });
    expect(lines).toEqual([
      'NAME   CLUSTER   VALUE   VALUE    VALUE#2',
      'x      a         1       2        <none>',
      'y      b         3       <none>   4',
    ]);
  });

  test('-o wide shows those of lower priority in their place', async () => {
    const fleet = { a: { pages: [tablePage(['Name', '*Node', 'Age'], [['x', 'n1', '1d']])] } };
    expect((await print('', fleet)).lines[0]).toBe('NAME   CLUSTER   AGE');
    expect((await print('wide', fleet)).lines).toEqual(['NAME   CLUSTER   NODE   AGE', 'x      a         n1     1d']);
  });

  test('of labels and -L follow the server’s own', async () => {
    const page = tablePage(
      ['Name'],
      [row(['x'], 'default', 'x', { labels: { 'k8s.io/app': 'web', b: '2' } }), row(['y'], 'default', 'y')],
    );
    const { lines } = await print('', { a: { pages: [page] } }, { labelColumns: ['k8s.io/app'], showLabels: true });
    expect(lines).toEqual([
      'NAME   CLUSTER   APP   LABELS',
      'x      a         web   b=2,k8s.io/app=web',
      'y      a               <none>',
    ]);
  });

  test('cells are shown as Go shows them', async () => {
    const cells = ['x', 3, 1.5, true, null, ['a', 1], { b: 1, a: 'x' }, 1e21];
    const names = ['Name', 'I', 'F', 'B', 'N', 'L', 'M', 'E'];
    const { lines } = await print('', { a: { pages: [tablePage(names, [cells, ['short']])] } });
    expect(lines[1]).toBe('x       a         3     1.5   true         [a 1]   map[a:x b:1]   1e+21');
    expect(lines[2]?.trimEnd()).toBe('short   a');
  });
});

describe('CLUSTER', () => {
  const named = [tablePage(['Name', 'Age'], [['x', '1d']])];
  const events = [tablePage(['Last Seen', 'Type'], [['5m', 'Normal']])];

  test('stands after NAME where NAME comes first', async () => {
    expect((await print('', { a: { pages: named } })).lines[0]).toBe('NAME   CLUSTER   AGE');
    const { lines } = await print('', { a: { pages: named } }, { showNamespace: true });
    expect(lines).toEqual(['NAMESPACE   NAME   CLUSTER   AGE', 'default     x      a         1d']);
  });

  test('else first, after NAMESPACE', async () => {
    expect((await print('', { a: { pages: events } })).lines[0]).toBe('CLUSTER   LAST SEEN   TYPE');
    const { lines } = await print('', { a: { pages: events } }, { showNamespace: true });
    expect(lines[0]).toBe('NAMESPACE   CLUSTER   LAST SEEN   TYPE');
  });

  test('first or not at all, as configured', async () => {
    expect((await print('', { a: { pages: named } }, { clusterColumn: 'first' })).lines[0]).toBe(
      'CLUSTER   NAME   AGE',
    );
    const { lines } = await print('', { a: { pages: named } }, { clusterColumn: 'hidden' });
    expect(lines).toEqual(['NAME   AGE', 'x      1d']);
  });

  test('alone is painted, in the colour of the entry, header and gaps not', async () => {
    const fleet = { a: { color: 'red', pages: named }, long: { color: 'no-such', pages: named }, z: { pages: named } };
    const { lines } = await print('', fleet, { colour: true });
    expect(lines).toEqual([
      'NAME   CLUSTER   AGE',
      'x      \x1b[31ma\x1b[39m         1d',
      'x      long      1d',
      'x      z         1d',
    ]);
    expect((await print('', fleet)).text).not.toContain('\x1b');
  });

  test('painted as the last column', async () => {
    const fleet = { a: { color: 'red', pages: [tablePage(['Name'], [['x']])] } };
    expect((await print('', fleet, { colour: true })).lines[1]).toBe('x      \x1b[31ma\x1b[39m');
  });
});

describe('NAMESPACE', () => {
  test('is not shown for a cluster-scoped type', async () => {
    const page = tablePage(['Name'], [row(['n1'], '', 'n1')], { resource: nodes, namespace: '' });
    const { lines } = await print('', { a: { pages: [page] } }, { showNamespace: true, allNamespaces: true });
    expect(lines).toEqual(['NAME   CLUSTER', 'n1     a']);
  });

  test('is the request’s where rows have no metadata', async () => {
    const fleet = {
      a: { pages: [tablePage(['Name'], [['x']], { namespace: 'team-a' })] },
      b: { pages: [tablePage(['Name'], [['x']], { namespace: 'team-b' })] },
    };
    expect((await print('', fleet, { showNamespace: true })).lines).toEqual([
      'NAMESPACE   NAME   CLUSTER',
      'team-a      x      a',
      'team-b      x      b',
    ]);
  });
});

describe('order', () => {
  const all = { allNamespaces: true, showNamespace: true } as const;

  test('a list of all namespaces comes by namespace and name, across its pages', async () => {
    const rows = ['a-b/x', 'a/y', 'a/x', 'a0/z'].map((key) => {
      const [namespace = '', name = ''] = key.split('/');
      return row([name], namespace, name);
    });
    const pages = [tablePage(['Name'], rows.slice(0, 3), { last: false }), tablePage(['Name'], rows.slice(3))];
    expect((await print('', { c: { pages } }, all)).lines).toEqual([
      'NAMESPACE   NAME   CLUSTER',
      'a           x      c',
      'a           y      c',
      'a-b         x      c',
      'a0          z      c',
    ]);
  });

  test('objects asked by name stand as asked', async () => {
    const pages = ['z', 'a'].map((name) => tablePage(['Name'], [row([name], 'd', name)], { named: true }));
    const { lines } = await print('', { c: { pages } });
    expect(lines).toEqual(['NAME   CLUSTER', 'z      c', 'a      c']);
  });

  const sortedBy = async (values: readonly unknown[]) => {
    const half = Math.ceil(values.length / 2);
    const page = (some: readonly unknown[]) => [
      tablePage(
        ['Name'],
        some.map((value) => row([String(value)], 'd', 'x', value === undefined ? {} : { key: value })),
      ),
    ];
    const fleet = { a: { pages: page(values.slice(0, half)) }, b: { pages: page(values.slice(half)) } };
    const { lines } = await print('', fleet, { sortBy: '.metadata.key', noHeaders: true });
    return lines.map((line) => line.split(' ')[0]);
  };

  test.each<[string, readonly unknown[], readonly string[]]>([
    ['numbers', [10, 9, 1], ['1', '9', '10']],
    ['quantities', ['1Gi', '500Mi', '2', '1500m', '1k'], ['1500m', '2', '1k', '500Mi', '1Gi']],
    [
      'dates',
      ['2026-02-01T00:00:00Z', '2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z'],
      ['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    ],
    ['words, as kubectl does', ['pod2', 'pod10', 'Pod1'], ['Pod1', 'pod10', 'pod2']],
    ['booleans', [true, false], ['false', 'true']],
    ['what is missing first', ['b', undefined, 'a'], ['undefined', 'a', 'b']],
  ])('--sort-by over the fleet: %s', async (_, values, wanted) => {
    expect(await sortedBy(values)).toEqual(wanted);
  });

  test('equal keys keep the order of clusters', async () => {
    const page = [tablePage(['Name'], [row(['x'], 'd', 'x', { key: 1 })])];
    const { lines } = await print(
      '',
      { b: { pages: page }, a: { pages: page } },
      { sortBy: 'metadata.key', noHeaders: true },
    );
    expect(lines).toEqual(['x     a', 'x     b']);
  });
});

describe('several types', () => {
  test('one block each, with the kind in front of the names', async () => {
    const fleet = {
      a: {
        pages: [
          tablePage(['Name', 'Age'], [['web', '1d']], { asked: 0, resource: services }),
          tablePage(['Name', 'Ready'], [['web', '1/1']], { asked: 1, resource: deployments }),
        ],
      },
      b: { pages: [tablePage(['Name', 'Ready'], [['api', '2/2']], { asked: 1, resource: deployments })] },
    };
    expect((await print('', fleet)).text).toBe(
      [
        'NAME          CLUSTER   AGE',
        'service/web   a         1d',
        '',
        'NAME                  CLUSTER   READY',
        'deployment.apps/web   a         1/1',
        'deployment.apps/api   b         2/2',
        '',
      ].join('\n'),
    );
    expect((await print('', fleet, { noHeaders: true })).text).not.toContain('\n\n');
  });

  test('one without rows is no block, and still makes two', async () => {
    const pages = [
      tablePage(['Name'], [], { asked: 0 }),
      tablePage(['Name'], [['web']], { asked: 1, resource: services }),
    ];
    expect((await print('', { a: { pages } })).lines).toEqual(['NAME          CLUSTER', 'service/web   a']);
  });

  test('versions of one type are one block: the fleet may be half upgraded', async () => {
    const old = { ...deployments, version: 'v1beta1' };
    const fleet = {
      a: { pages: [tablePage(['Name'], [['x']], { resource: old })] },
      b: { pages: [tablePage(['Name', 'New'], [['y', '1']], { resource: deployments })] },
    };
    expect((await print('', fleet)).lines).toEqual([
      'NAME   CLUSTER   NEW',
      'x      a         <none>',
      'y      b         1',
    ]);
  });
});

describe('widths', () => {
  test('wide characters take two cells, marks none', async () => {
    const pages = [
      tablePage(
        ['Name', 'Note'],
        [
          ['日本', 'x'],
          ['e\u0301', 'y'],
        ],
      ),
    ];
    expect((await print('', { a: { pages } })).lines).toEqual([
      'NAME   CLUSTER   NOTE',
      '日本   a         x',
      'e\u0301      a         y',
    ]);
  });

  test('are those of the rows where there are no headers, and never less than six', async () => {
    const pages = [tablePage(['Name', 'A-long-header', 'X'], [['x', 'y', 'z']])];
    expect((await print('', { a: { pages } }, { noHeaders: true })).lines).toEqual(['x     a     y     z']);
    const short = [tablePage(['Name', 'Up', 'X'], [['x', 'y', 'z']])];
    expect((await print('', { a: { pages: short } })).lines).toEqual([
      'NAME   CLUSTER   UP    X',
      'x      a         y     z',
    ]);
  });

  test('a cluster without rows takes no room', async () => {
    const fleet = {
      a: { pages: [tablePage(['Name', 'Age'], [['x', '1d']])] },
      'a-very-long-name-of-a-cluster': { pages: [tablePage(['Name'], [])] },
      'another-very-long-name': { outcome: failed('DNS') },
    };
    expect((await print('', fleet)).lines).toEqual(['NAME   CLUSTER   AGE', 'x      a         1d']);
  });
});

test('other people’s text does nothing on a terminal', async () => {
  const bad = 'a\x1b[31m\u202eb\nc\td';
  const { text } = await print(
    '',
    {
      'evil\x1b]0;x\x07\nname': {
        pages: [tablePage(['Name', 'X\x1b[2J'], [[bad, '\r\u009b']], { resource: { ...services, kind: 'Ki\x1bnd' } })],
      },
    },
    { showKind: true },
  );
  expect(text.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
  expect(text.split('\n')).toHaveLength(3);
  expect(text).toContain('evil^[]0;x');
});

test('a failed, skipped or empty cluster has no rows; nothing at all prints nothing', async () => {
  const none = { a: { outcome: failed('Timeout') }, b: { outcome: unmapped }, c: { outcome: lacks('x') }, d: {} };
  expect(await print('', none)).toMatchObject({ text: '', count: 0 });
  expect(await print('', { a: { pages: [tablePage(['Name'], [])] } })).toMatchObject({ text: '', count: 0 });
});

test('--server-print=false, and a server that makes no Tables: names and ages', async () => {
  const objects = [object('x', { metadata: { creationTimestamp: '2025-12-31T23:55:00Z' } }), object('y', {})];
  const { lines } = await print('', { a: { pages: [objectPage(objects)] } }, { serverPrint: false });
  expect(lines).toEqual(['NAME   CLUSTER   AGE', 'x      a         5m', 'y      a         <unknown>']);
});

describe('custom columns', () => {
  const spec = 'custom-columns=NAME:.metadata.name,NODE:.spec.nodeName';
  const fleet = {
    b: { pages: [objectPage([object('y', { spec: { nodeName: 'n2' } })])] },
    a: { pages: [objectPage([object('z'), object('x', {}, 'another')])] },
  };

  test('CLUSTER comes first; within a cluster by namespace and name', async () => {
    expect((await print(spec, fleet)).lines).toEqual([
      'CLUSTER   NAME   NODE',
      'a         x      <none>',
      'a         z      <none>',
      'b         y      n2',
    ]);
  });

  test('all types share one table, one list after the other', async () => {
    const pages = [
      objectPage([object('s')], { asked: 0, resource: services }),
      objectPage([object('p')], { asked: 1 }),
      objectPage([object('a')], { asked: 1 }),
    ];
    const { lines } = await print('custom-columns=KIND:.kind,NAME:.metadata.name', { c: { pages } });
    expect(lines).toEqual([
      'CLUSTER   KIND      NAME',
      'c         Service   s',
      'c         Pod       a',
      'c         Pod       p',
    ]);
  });

  test('named objects stand as asked', async () => {
    const pages = ['z', 'a', 'm'].map((name) => objectPage([object(name)], { named: true }));
    const { lines } = await print('custom-columns=N:.metadata.name', { c: { pages } }, { noHeaders: true });
    expect(lines).toEqual(['c     z', 'c     a', 'c     m']);
  });

  test('--sort-by over the fleet', async () => {
    const { lines } = await print(spec, fleet, { sortBy: '.metadata.name', noHeaders: true });
    expect(lines.map((line) => line.split(/ +/)[1])).toEqual(['x', 'y', 'z']);
  });

  test('headers stand even over nothing, unless nobody answered', async () => {
    expect((await print(spec, { a: {} })).lines).toEqual(['CLUSTER   NAME   NODE']);
    expect((await print(spec, { a: {} }, { clusterColumn: 'hidden' })).lines).toEqual(['NAME   NODE']);
    expect((await print(spec, { a: {} }, { noHeaders: true })).text).toBe('');
    expect((await print(spec, { a: { outcome: failed('DNS') } })).text).toBe('');
  });

  test('from a file', async () => {
    const { lines } = await print('custom-columns-file=NAME NODE\n.metadata.name .spec.nodeName\n', fleet);
    expect(lines[0]).toBe('CLUSTER   NAME   NODE');
  });

  test('two columns of one name', async () => {
    const { lines } = await print('custom-columns=A:.metadata.name,A:.metadata.namespace', fleet);
    expect(lines[1]).toBe('a         x     another');
  });
});
