import { beforeAll, describe, expect, test } from 'vitest';
import { Ending } from '../../src/commands/verb.ts';
import { ExitCode } from '../../src/errors.ts';
import { refuse, startWorld, type World } from './world.ts';

const world: { a?: World; fleet?: World } = {};
const one = () => world.a!;
const fleet = () => world.fleet!;

beforeAll(async () => {
  world.a = await startWorld({ a: () => undefined });
  world.a.write('pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: from-file, namespace: other}\n');
  world.a.write('path.txt', '{.items[*].metadata.name}');
  world.a.write('columns.txt', 'NAME\n.metadata.name\n');
  world.fleet = await startWorld({
    bad: (path) => (path.startsWith('/api/v1/') ? refuse(403, 'Forbidden', 'pods is forbidden') : undefined),
    few: (path) =>
      path.endsWith('/two') ? refuse(404, 'NotFound', 'pods "two" not found', { name: 'two' }) : undefined,
    good: () => undefined,
  });
});

describe('spellings of kubectl’s flags', () => {
  const inA = 'a /api/v1/namespaces/x/pods?includeObject=None&limit=500';
  const all = 'a /api/v1/pods?includeObject=Metadata&limit=500';
  const objects = 'a /api/v1/namespaces/ctx-a/pods?limit=500';
  const context = 'a /api/v1/namespaces/ctx-a/pods?includeObject=None&limit=500';

  test.each<[string, string]>([
    ['get pods', context],
    ['get pods -n x', inA],
    ['get pods -n=x', inA],
    ['get pods -nx', inA],
    ['get pods --namespace x', inA],
    ['get pods --namespace=x', inA],
    ['get -n x pods', inA],
    ['-n x get pods', inA],
    ['--namespace=x get po', inA],
    ['get pods -n y -n x', inA],
    ['get pods -A', all],
    ['get -A pods', all],
    ['get pods --all-namespaces', all],
    ['get pods --all-namespaces=true', all],
    ['get pods -A=false', context],
    ['get pods -A=false -n x', inA],
    ['get pods -n x -A', all],
    ['get pods -Aowide', all],
    ['get pods -ojson', objects],
    ['get pods -o json', objects],
    ['get pods -o=json', objects],
    ['get pods --output=json', objects],
    ['get pods --output json', objects],
    ['get -o json pods', objects],
    ['get pods -oname', objects],
    ['get pods -o=jsonpath={.kind}', objects],
    ['get pods -o jsonpath-file=path.txt', objects],
    ['get pods -o custom-columns=N:.metadata.name', objects],
    ['get pods -o custom-columns-file=columns.txt', objects],
    ['get pods -v', context],
    ['get -v pods', context],
    ['get pods -v=6', context],
    ['get pods -v6', context],
    ['get pods -v 6', context],
    ['get -v 6 pods', context],
    ['-v 6 get pods', context],
    ['get pods --v=6', context],
    ['get pods -lapp=web', 'a /api/v1/namespaces/ctx-a/pods?includeObject=None&labelSelector=app=web&limit=500'],
    ['get pods -l=app=web', 'a /api/v1/namespaces/ctx-a/pods?includeObject=None&labelSelector=app=web&limit=500'],
    [
      'get pods --selector app=web',
      'a /api/v1/namespaces/ctx-a/pods?includeObject=None&labelSelector=app=web&limit=500',
    ],
    [
      'get pods --field-selector=status.phase=Running',
      'a /api/v1/namespaces/ctx-a/pods?includeObject=None&fieldSelector=status.phase=Running&limit=500',
    ],
    ['get pods --chunk-size 0', 'a /api/v1/namespaces/ctx-a/pods?includeObject=None'],
    ['get pods -Lapp', 'a /api/v1/namespaces/ctx-a/pods?includeObject=Metadata&limit=500'],
    ['get pods --show-labels', 'a /api/v1/namespaces/ctx-a/pods?includeObject=Metadata&limit=500'],
    ['get pods --sort-by=.metadata.name', 'a /api/v1/namespaces/ctx-a/pods?includeObject=Object&limit=500'],
    ['get pods --server-print=false', objects],
    ['get pod one', 'a /api/v1/namespaces/ctx-a/pods/one?includeObject=None'],
    ['get pod/one', 'a /api/v1/namespaces/ctx-a/pods/one?includeObject=None'],
    ['get pod/one --subresource=status', 'a /api/v1/namespaces/ctx-a/pods/one/status?includeObject=None'],
    ['get -f pod.yaml', 'a /api/v1/namespaces/other/pods/from-file?includeObject=None'],
    ['get -fpod.yaml', 'a /api/v1/namespaces/other/pods/from-file?includeObject=None'],
    ['get --raw /version?x=1', 'a /version?x=1'],
    ['get --raw=/version', 'a /version'],
  ])('%s', async (line, request) => {
    const ran = await one().run(line.split(' '));
    expect(ran.asked).toEqual([request]);
    expect(ran.code).toBe(0);
    expect(ran.out).not.toBe('');
  });

  test('several types and names are several requests, in order', async () => {
    expect((await one().run(['get', 'svc,pods', 'x', 'y'])).asked.map((path) => path.replace(/\?.*/, ''))).toEqual([
      'a /api/v1/namespaces/ctx-a/services/x',
      'a /api/v1/namespaces/ctx-a/services/y',
      'a /api/v1/namespaces/ctx-a/pods/x',
      'a /api/v1/namespaces/ctx-a/pods/y',
    ]);
  });

  test('-f -', async () => {
    const stdin = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"piped"}}';
    const { asked } = await one().run(['get', '-f', '-'], { stdin });
    expect(asked).toEqual(['a /api/v1/namespaces/ctx-a/pods/piped?includeObject=None']);
  });

  test('what they print', async () => {
    const out = async (line: string) => (await one().run(line.split(' '))).out;
    expect(await out('get pods')).toBe('NAME   CLUSTER\none    a\ntwo    a\n');
    expect(await out('get pods -owide --no-headers')).toBe('one   a     x\ntwo   a     x\n');
    expect(await out('get pods -oname')).toBe('a:pod/one\na:pod/two\n');
    expect(await out('get pods -oname --clusters=a')).toBe('pod/one\npod/two\n');
    expect(await out('get pods -o=jsonpath={.items[*].metadata.name}')).toBe('one two');
    expect(JSON.parse(await out('get pods -ojson')).summary.total).toBe(1);
  });
});

describe('-v', () => {
  const told = async (...argv: readonly string[]) => (await one().run(['get', ...argv])).err;

  test.each([
    ['-v=6', 'pods'],
    ['-v6', 'pods'],
    ['-v', '6', 'pods'],
    ['pods', '-v', '6'],
    ['--v=6', 'pods'],
  ])('%j %j %j tells the requests', async (...argv) => {
    expect((await told(...argv)).filter((line) => / GET https:.* 200 /.test(line))).not.toEqual([]);
  });

  test.each([['-v', 'pods'], ['pods', '-v'], ['pods'], ['pods', '-v=0']])('%j %j does not', async (...argv) => {
    expect(await told(...argv)).toEqual([]);
  });

  test('bare, it tells each failure', async () => {
    const { err } = await fleet().run(['get', 'pods', '-v']);
    expect(err[0]).toMatch(
      /^bad: Forbidden: pods is forbidden \(ask with: kubectl mc auth can-i list pods -n ctx-bad --clusters='bad'\) \(\d+\.\ds\)$/,
    );
  });

  test.each(['-v=11', '-v=x', '-v=-1'])('%s', async (flag) => {
    const { code, err } = await one().run(['get', 'pods', flag]);
    expect([code, err.length]).toEqual(flag === '-v=x' ? [2, 1] : [0, expect.any(Number)]);
  });

  test('no token is told at any level', async () => {
    const { err } = await one().run(['get', 'pods', '-v=9', '--log-level=trace']);
    expect(err.join('\n')).not.toContain('secret-a');
    expect(err.join('\n')).toMatch(/authorization/i);
  });
});

describe('how a run ends', () => {
  test('some answered', async () => {
    const { code, out, err } = await fleet().run(['get', 'pods']);
    expect(code).toBe(3);
    expect(out.split('\n')[0]).toBe('NAMESPACE   NAME   CLUSTER');
    expect(err).toEqual(['Forbidden: bad', 'Warning: Failed to query 1/3 clusters. Run with -v for details.']);
    expect((await fleet().run(['get', 'pods', '--allow-partial'])).code).toBe(0);
  });

  test('an object that some lack', async () => {
    const { code, err } = await fleet().run(['get', 'pod', 'two', '--exclude=bad']);
    expect(err).toEqual(['note: pods/two not found on 1 of 2 clusters: few']);
    expect(code).toBe(0);
    const nowhere = await fleet().run(['get', 'pod', 'two', '--clusters=few']);
    expect(nowhere).toMatchObject({ code: 1, out: '', err: ['Error from server (NotFound): pods "two" not found'] });
    const ignored = await fleet().run(['get', 'pod', 'two', '--clusters=few', '--ignore-not-found']);
    expect(ignored).toMatchObject({ code: 0, out: '', err: [] });
  });

  test('a type that nobody serves', async () => {
    const { code, out, err } = await fleet().run(['get', 'pdos']);
    expect([code, out, err]).toEqual([1, '', [`error: the server doesn't have a resource type "pdos"`]]);
  });

  test('the same refusal everywhere is said once', async () => {
    expect((await fleet().run(['get', 'pods', '--clusters=bad'])).err).toEqual([
      'Error from server (Forbidden): pods is forbidden',
      'Warning: Failed to query 1/1 clusters. Run with -v for details.',
    ]);
  });

  test('a document is whole whatever happened', async () => {
    const { code, out } = await fleet().run(['get', 'pods', '-ojson']);
    const { clusters, summary } = JSON.parse(out);
    expect(code).toBe(3);
    expect(clusters.map(({ success }: { success: boolean }) => success)).toEqual([false, true, true]);
    expect(summary).toMatchObject({ total: 3, successful: 2, failed: 1, errors: { bad: 'Forbidden' } });
  });

  test('fail-fast', async () => {
    const { code, err, asked } = await fleet().run(['get', 'pods', '--fail-fast', '--concurrency=1']);
    expect(code).toBe(1);
    expect(err).toEqual([
      'Forbidden: bad',
      'NotAttempted: few, good',
      'stopped after the first failure: bad',
      'Warning: Failed to query 3/3 clusters. Run with -v for details.',
    ]);
    expect(asked).toHaveLength(1);
  });

  test('a template that does not fit one cluster is that cluster’s failure', async () => {
    const argv = ['get', 'pod', 'one', 'two', '--exclude=bad', '-o', 'jsonpath={.items[1].metadata.name}'];
    const { code, out, err } = await fleet().run(argv);
    expect([code, out]).toEqual([3, 'two\n']);
    expect(err).toEqual(['Invalid: few', 'Warning: Failed to query 1/2 clusters. Run with -v for details.']);
    const everywhere = await fleet().run(['get', 'pods', '--exclude=bad', '-o', 'custom-columns=X:.metadata.name[5]']);
    expect(everywhere.code).toBe(1);
    expect(everywhere.err[0]).toMatch(/^error: .*X:/);
  });

  test('ended by a signal: what is in is printed, the rest is named', async () => {
    const signal = AbortSignal.abort(new Ending('ended by SIGINT', ExitCode.interrupt));
    const { code, out } = await fleet().run(['get', 'pods', '-ojson'], { signal });
    expect(code).toBe(130);
    if (out !== '') expect(JSON.parse(out).summary).toMatchObject({ total: 3, notAttempted: 3 });
  });

  test('nothing there', async () => {
    const empty = await startWorld({
      a: (path) => (path.startsWith('/api/v1/') ? { kind: 'Table', rows: [] } : undefined),
    });
    const told = async (...argv: readonly string[]) => (await empty.run(['get', ...argv])).err;
    expect(await told('pods')).toEqual(['No resources found in ctx-a namespace.']);
    expect(await told('pods', '-A')).toEqual(['No resources found']);
    expect(await told('ns')).toEqual(['No resources found']);
    expect(await told('pods', '-oname')).toEqual([]);
    expect(await told('pods', '--ignore-not-found')).toEqual([]);
  });
});
