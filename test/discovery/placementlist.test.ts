import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../src/api/cluster.ts';
import type { RESTClient } from '../../src/client/restclient.ts';
import { bareCluster } from '../../src/discovery/inventory.ts';
import { askMemberIdentity } from '../../src/discovery/memberidentity.ts';
import { parsePlacementRef } from '../../src/discovery/placement.ts';
import { askPlacement } from '../../src/discovery/placementlist.ts';
import { ClusterFailure } from '../../src/errors.ts';

const attempt = { signal: new AbortController().signal, offClock: <T>(work: Promise<T>) => work, established() {} };
type Answers = Readonly<Record<string, unknown>>;

/** A server that answers by path; a list of answers is given one after another, a number is a status. */
function server(answers: Answers): { readonly client: RESTClient; readonly asked: string[] } {
  const asked: string[] = [];
  const queues = new Map(
    Object.entries(answers).map(([path, answer]) => [path, Array.isArray(answer) ? [...answer] : [answer]]),
  );
  const answer = (path: string) => {
    asked.push(path);
    const queue = queues.get(path) ?? [404];
    const next = queue.length > 1 ? queue.shift() : queue[0];
    if (typeof next === 'number')
      throw new ClusterFailure({ type: 'NotFound', message: 'no', code: next, retriable: false });
    return next;
  };
  const respond = async ({ path }: { path: string }) => ({
    status: 200,
    headers: {},
    body: Buffer.from(JSON.stringify(answer(path))),
  });
  const client = {
    server: 'https://hub',
    do: respond,
    json: async (request: { path: string }) => answer(request.path),
  };
  return { client: client as unknown as RESTClient, asked };
}

const cluster = (namespace: string, name: string, more: Partial<Cluster> = {}): Cluster => ({
  ...bareCluster(name, 'hub'),
  ref: { namespace, name },
  ...more,
});
const slice = (name: string, refs: readonly object[], labels: object = {}) => ({
  metadata: { name, namespace: 's', labels },
  decisions: refs.map((ref) => ({ clusterProfileRef: ref })),
});
const path = '/apis/multicluster.x-k8s.io/v1alpha1/namespaces/s/placementdecisions';
const ocm = '/apis/cluster.open-cluster-management.io/v1beta1/namespaces/s/placementdecisions';
const waits: number[] = [];
const clock = { sleep: async (ms: number) => void waits.push(ms) } as never;
const ask = (answers: Answers, clusters: readonly Cluster[] = [cluster('s', 'a'), cluster('t', 'b')]) =>
  askPlacement(parsePlacementRef('s/app', 'default'), clusters, { client: server(answers).client, attempt, clock });

describe('asking the hub for a placement', () => {
  test('refs in their order, with the namespace of the decision where they have none', async () => {
    const list = { items: [slice('app', [{ name: 'b', namespace: 't' }, { name: 'a' }, { name: 'gone' }])] };
    expect(await ask({ [path]: list })).toEqual({
      clusters: ['t/b', 's/a'],
      missing: ['s/gone'],
      warnings: ['W-PLACEMENT-MISSING'],
    });
  });

  test('a decision that is being written is looked at once more', async () => {
    const revision = (value: string, index: string, ref: string) =>
      slice(`d${index}`, [{ name: ref }], {
        'multicluster.x-k8s.io/placement-key': 'app',
        'multicluster.x-k8s.io/decision-key': 'k',
        'multicluster.x-k8s.io/decision-index': index,
        'multicluster.x-k8s.io/decision-revision': value,
      });
    const mixed = { items: [revision('7', '0', 'a'), revision('8', '1', 'a')] };
    const done = { items: [revision('8', '0', 'a')] };
    expect(await ask({ [path]: [mixed, done] })).toMatchObject({ clusters: ['s/a'] });
    expect(waits).toEqual([1000]);
    await expect(ask({ [path]: mixed })).rejects.toThrow(
      'placement "app" is being updated (revisions 7, 8); try again',
    );
  });

  test("Open Cluster Management's decisions, by ManagedCluster name", async () => {
    const decision = (name: string, placement: string, names: readonly string[]) => ({
      metadata: { name, namespace: 's', labels: { 'cluster.open-cluster-management.io/placement': placement } },
      status: { decisions: names.map((clusterName) => ({ clusterName })) },
    });
    const labels = { 'open-cluster-management.io/cluster-name': 'managed' };
    const clusters = [cluster('other', 'x', { labels }), cluster('s', 'y', { labels })];
    const list = { items: [decision('app-1', 'app', ['managed', '', 'gone']), decision('z', 'else', ['x'])] };
    for (const answers of [{ [ocm]: list }, { [path]: { items: [] }, [ocm]: list }])
      expect(await ask(answers, clusters)).toMatchObject({ clusters: ['s/y'], missing: ['s/gone'] });
  });

  test.each([
    [
      {},
      'no PlacementDecision in namespace "s" is named "app" or carries the label multicluster.x-k8s.io/placement-key=app',
    ],
    [{ [path]: { items: [slice('app', [])] } }, 'placement "app" selects no clusters'],
    [{ [path]: 403 }, 'cannot read PlacementDecisions from the hub: no'],
  ])('%j', async (answers, message) => {
    await expect(ask(answers)).rejects.toMatchObject({ exitCode: 1, message });
  });

  test.each(['', 'a/b/c', '/a', 'a/'])('"%s" is no placement', (text) => {
    expect(() => parsePlacementRef(text, 'n')).toThrow('is not a name or NAMESPACE/NAME');
  });
});

describe('asking a member who it is', () => {
  const id = 'cluster.clusterset.k8s.io';
  const property = `/apis/about.k8s.io/v1beta1/clusterproperties/${id}`;
  const older = `/apis/about.k8s.io/v1alpha1/clusterproperties/${id}`;
  const namespace = '/api/v1/namespaces/kube-system';
  test.each<readonly [string, Answers, object]>([
    ['its ClusterProperty', { [property]: { spec: { value: 'x' } } }, { properties: { [id]: 'x' } }],
    ['the older version', { [older]: { spec: { value: 'y' } } }, { properties: { [id]: 'y' } }],
    ['kube-system', { [property]: 403, [namespace]: { metadata: { uid: 'u' } } }, { kubeSystemUID: 'u' }],
    ['nothing', { [namespace]: 403 }, {}],
  ])('%s', async (_, answers, expected) => {
    expect(await askMemberIdentity(server(answers).client, attempt)).toEqual({ properties: undefined, ...expected });
  });

  test('a member that does not answer at all is a failure', async () => {
    await expect(askMemberIdentity(server({ [property]: 503 }).client, attempt)).rejects.toThrow('no');
  });
});
