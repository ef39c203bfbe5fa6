import { load, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { failed, lacks, never, refused, unhealthy, unmapped } from '../aggregator/entries.ts';
import { deployments, type Given, type Options, object, objectPage, print, services } from './print.ts';

const hostile = 'a"b\\c\x00\x1b[31m\u2028\u202e</script>\n- x: y #';
const fleet: Readonly<Record<string, Given>> = {
  b: {
    ref: { namespace: 'fleet', name: 'profile-b' },
    pages: [
      objectPage([object('y'), object('x', { metadata: { managedFields: [{ manager: 'm' }] } })], { last: false }),
      objectPage([object('a', { data: { [hostile]: hostile, yes: 'no', n: '1e3', empty: '', multi: 'l1\nl2\n' } })]),
    ],
  },
  a: {
    outcome: failed('Timeout', { reason: 'request', message: hostile, hint: 'wait' }),
    pages: [objectPage([object('lost')])],
  },
  c: {},
  d: { outcome: lacks('gone') },
  e: { outcome: unmapped },
};

interface Document {
  readonly clusters: readonly { cluster: string; success: boolean; items: { metadata: { name: string } }[] }[];
  readonly summary: unknown;
}

const json = async (given: typeof fleet, options: Options = {}) =>
  JSON.parse((await print('json', given, options)).text) as Document;
const yaml = async (given: typeof fleet, options: Options = {}) => load((await print('yaml', given, options)).text);

describe('-o json and -o yaml', () => {
  test('one entry for every cluster, whatever happened', async () => {
    const { summary } = await print('json', fleet);
    expect(await json(fleet)).toEqual({
      apiVersion: 'kubectl-mc.k8s.io/v1alpha1',
      kind: 'MultiClusterResult',
      clusters: [
        {
          cluster: 'a',
          success: false,
          error: { type: 'Timeout', reason: 'request', message: hostile, hint: 'wait', retriable: false },
          items: [],
        },
        {
          cluster: 'b',
          clusterRef: { namespace: 'fleet', name: 'profile-b' },
          success: true,
          items: [
            {
              apiVersion: 'v1',
              kind: 'Pod',
              metadata: { name: 'a', namespace: 'default' },
              data: { [hostile]: hostile, yes: 'no', n: '1e3', empty: '', multi: 'l1\nl2\n' },
            },
            { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 'default' } },
            { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'y', namespace: 'default' } },
          ],
        },
        { cluster: 'c', success: true, items: [] },
        { cluster: 'd', success: true, notFound: ['pods/gone'], items: [] },
        { cluster: 'e', success: false, skipped: { reason: expect.stringContaining('kubeconfig') }, items: [] },
      ],
      summary,
    });
  });

  const cases: readonly [string, typeof fleet, Options][] = [
    ['a fleet', fleet, {}],
    ['no clusters', {}, {}],
    ['nobody answers', { a: { outcome: refused }, b: { outcome: never } }, {}],
    ['all are skipped', { a: { outcome: unmapped }, b: { outcome: unhealthy } }, {}],
    ['one with nothing', { a: {} }, {}],
    ['--show-managed-fields', fleet, { showManagedFields: true }],
    ['--flat', fleet, { flat: true }],
    ['--flat of nothing', {}, { flat: true }],
    ['--flat --sort-by', fleet, { flat: true, sortBy: '.metadata.name' }],
    ['--sort-by', fleet, { sortBy: '.metadata.name' }],
    ['a cluster with a strange name', { 'é: - "x"\n': fleet['b']!, __proto__x: {}, '': {} }, {}],
  ];

  test.each(cases)('are the same document: %s', async (_, given, options) => {
    const document = await json(given, options);
    expect(await yaml(given, options)).toEqual(document);
  });

  test('kubectl’s indentation and a newline at the end', async () => {
    expect((await print('json', { a: { pages: [objectPage([{ metadata: { name: 'x' } }])] } })).text).toBe(`{
    "apiVersion": "kubectl-mc.k8s.io/v1alpha1",
    "kind": "MultiClusterResult",
    "clusters": [
        {
            "cluster": "a",
            "success": true,
            "items": [
                {
                    "apiVersion": "v1",
                    "kind": "Pod",
                    "metadata": {
                        "name": "x"
                    }
                }
            ]
        }
    ],
    "summary": {
        "total": 1,
        "successful": 1,
        "failed": 0,
        "skipped": 0,
        "notAttempted": 0,
        "noAccess": 0,
        "unhealthy": 0,
        "notFound": 0,
        "errors": {}
    }
}
`);
    expect((await print('yaml', { a: { pages: [objectPage([{ metadata: { name: 'x' } }])] } })).text).toMatch(
      /^apiVersion: kubectl-mc.k8s.io\/v1alpha1\nkind: MultiClusterResult\nclusters:\n- cluster: a\n {2}success: true\n {2}items:\n {2}- apiVersion: v1\n {4}kind: Pod\n {4}metadata:\n {6}name: x\nsummary:\n {2}errors: \{\}\n/,
    );
  });

  test('the document grows cluster by cluster', async () => {
    const { text } = await print('json', { a: fleet['b']!, b: fleet['a']!, c: {} });
    expect(text.match(/"cluster": /g)).toHaveLength(3);
  });

  test('--flat is one List, each object with its cluster', async () => {
    const list = (await json(fleet, { flat: true })) as unknown as {
      kind: string;
      items: { metadata: { name: string; annotations: unknown } }[];
    };
    expect(list.kind).toBe('List');
    expect(list.items.map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual(
      // What a failed cluster gave before is there, as in a table.
      [
        ['lost', { 'kubectl-mc.k8s.io/cluster': 'a' }],
        ['a', { 'kubectl-mc.k8s.io/cluster': 'b' }],
        ['x', { 'kubectl-mc.k8s.io/cluster': 'b' }],
        ['y', { 'kubectl-mc.k8s.io/cluster': 'b' }],
      ],
    );
  });

  test('order within a cluster: list by list, by namespace and name; named objects as asked', async () => {
    const lists = [
      objectPage([object('b'), object('a', {}, 'z')], { resource: services }),
      objectPage([object('d')], { asked: 1 }),
      objectPage([object('c')], { asked: 1 }),
    ];
    const names = async (pages: Given['pages']) =>
      (await json({ c: { pages: pages! } })).clusters[0]?.items.map(({ metadata }) => metadata.name);
    expect(await names(lists)).toEqual(['b', 'a', 'c', 'd']);
    const named = ['z', 'a', 'm'].map((name) => objectPage([object(name)], { named: true }));
    expect(await names(named)).toEqual(['z', 'a', 'm']);
  });

  test('the number of printed objects', async () => {
    expect((await print('json', fleet)).count).toBe(3);
    expect((await print('yaml', { a: {} })).count).toBe(0);
  });
});

describe('-o jsonl', () => {
  test('one line each', async () => {
    const { lines } = await print('jsonl', fleet);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { cluster: 'a', item: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lost', namespace: 'default' } } },
      { cluster: 'a', error: expect.objectContaining({ type: 'Timeout', message: hostile }) },
      { cluster: 'b', item: expect.objectContaining({ metadata: { name: 'a', namespace: 'default' } }) },
      { cluster: 'b', item: expect.objectContaining({ metadata: { name: 'x', namespace: 'default' } }) },
      { cluster: 'b', item: expect.objectContaining({ metadata: { name: 'y', namespace: 'default' } }) },
      { cluster: 'e', skipped: { reason: expect.any(String) } },
    ]);
    expect((await print('jsonl', { a: {} })).text).toBe('');
  });
});

describe('-o name', () => {
  const given = {
    b: { pages: [objectPage([object('y')], { resource: deployments })] },
    a: { pages: [objectPage([object('x')]), objectPage([object('w')], { asked: 1, resource: services })] },
  };

  test('with the cluster in front', async () => {
    expect((await print('name', given)).lines).toEqual(['a:pod/x', 'a:service/w', 'b:deployment.apps/y']);
  });

  test('as kubectl where one cluster was named', async () => {
    expect((await print('name', { a: given.a }, { singleCluster: true })).lines).toEqual(['pod/x', 'service/w']);
  });

  test('--sort-by over the fleet', async () => {
    expect((await print('name', given, { sortBy: '.metadata.name' })).lines).toEqual([
      'a:service/w',
      'a:pod/x',
      'b:deployment.apps/y',
    ]);
  });

  test('no line of another’s making', async () => {
    const { text } = await print('name', { 'a\nb': { pages: [objectPage([object('x\n\x1b[2Jy')])] } });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toContain('\x1b');
  });
});

describe('-o jsonpath', () => {
  const list = (...names: readonly string[]) => ({ pages: [objectPage(names.map((name) => object(name)))] });
  const named = (...names: readonly string[]) => ({
    pages: names.map((name) => objectPage([object(name)], { named: true })),
  });

  test('once per cluster, on a List, with a newline where there are several', async () => {
    const path = 'jsonpath={.kind} {.items[*].metadata.name}';
    expect((await print(path, { b: list('y', 'x'), a: list('z') })).text).toBe('List z\nList x y\n');
    expect((await print(path, { a: list('z') })).text).toBe('List z');
    expect((await print(path, { a: list('z'), b: { outcome: refused } })).text).toBe('List z\n');
  });

  test('nothing found is an empty List', async () => {
    expect((await print('jsonpath={.items}', { a: {}, b: list() })).text).toBe('[]\n[]\n');
  });

  test('on the object itself where one was named', async () => {
    expect((await print('jsonpath={.metadata.name}', { a: named('x') })).text).toBe('x');
    expect((await print('jsonpath={.items[*].metadata.name}', { a: named('y', 'x') })).text).toBe('y x');
    const one = { ...named('x'), outcome: lacks('y') };
    expect((await print('jsonpath={.items[*].metadata.name}', { a: one })).text).toBe('x');
  });

  test('a cluster that lacks the named object, or failed, says nothing', async () => {
    const given = { a: named('x'), b: { outcome: lacks('x') }, c: { outcome: refused }, d: { outcome: unmapped } };
    expect((await print('jsonpath={.metadata.name}', given)).text).toBe('x\n');
  });

  test('objects know their cluster', async () => {
    const path = "jsonpath={.items[0].metadata.annotations['kubectl-mc\\.k8s\\.io/cluster']}";
    expect((await print(path, { a: list('x'), b: list('y') })).text).toBe('a\nb\n');
  });

  test('--sort-by within each cluster', async () => {
    const path = 'jsonpath={.items[*].metadata.name}';
    expect((await print(path, { a: list('b', 'c', 'a') }, { sortBy: '.metadata.name' })).text).toBe('a b c');
  });

  test('a template that does not fit is an error in kubectl’s words', async () => {
    const wrong = print('jsonpath={.items[3].x}', { a: list('x') });
    await expect(wrong).rejects.toThrow(CommandError);
    await expect(wrong).rejects.toThrow(
      'error executing jsonpath "{.items[3].x}": Error executing template: array index out of bounds: index 3, length 1',
    );
    const missing = print('jsonpath={.items[0].x}', { a: list('x') }, { allowMissingTemplateKeys: false });
    await expect(missing).rejects.toThrow('x is not found');
  });
});

test('YAML of many clusters is one document', async () => {
  expect(loadAll((await print('yaml', fleet)).text)).toHaveLength(1);
});
