import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { installCrd, onceServed, unlessThere } from '../fleet/crds.ts';
import { abc, newHome } from './home.ts';

const fleet = attachFleet();
const get = ['get', 'ns', 'kube-system', '-o', 'name'];
const group = 'multicluster.x-k8s.io';

describe.skipIf(!fleet?.description.clientCA)('--placement', () => {
  const namespace = 'placed';
  beforeAll(async () => {
    await ensureBuilt();
    const { CoreV1Api, CustomObjectsApi, RbacAuthorizationV1Api } = await import('@kubernetes/client-node');
    const admin = await fleet!.hub.admin();
    await installCrd(admin, 'placementdecisions');
    await unlessThere(admin.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name: namespace } } }));
    const rbac = admin.makeApiClient(RbacAuthorizationV1Api);
    const metadata = { name: 'placement-reader' };
    const rules = [{ apiGroups: [group], resources: ['placementdecisions'], verbs: ['get', 'list'] }];
    await unlessThere(rbac.createClusterRole({ body: { metadata, rules } }));
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'platform' }];
    await unlessThere(rbac.createClusterRoleBinding({ body: { metadata, roleRef, subjects } }));
    const api = admin.makeApiClient(CustomObjectsApi);
    const decision = (name: string, refs: readonly string[], labels: Record<string, string> = {}) =>
      onceServed(() =>
        unlessThere(
          api.createNamespacedCustomObject({
            ...{ group, version: 'v1alpha1', plural: 'placementdecisions', namespace },
            body: {
              apiVersion: `${group}/v1alpha1`,
              kind: 'PlacementDecision',
              metadata: { name, labels },
              decisions: refs.map((ref) => ({ clusterProfileRef: { name: ref } })),
            },
          }),
        ),
      );
    const label = (index: string) => ({
      [`${group}/decision-key`]: 'key',
      [`${group}/decision-index`]: index,
      [`${group}/placement-key`]: 'sliced',
    });
    await decision('one', ['a', 'gone']);
    await decision('nothing', []);
    await decision('slice-0', ['b'], label('0'));
    await decision('slice-1', ['c'], label('1'));
  });

  test('selects its clusters, together with --clusters and --exclude, and never everything', async () => {
    const home = await newHome(fleet!, { clusters: abc, hub: namespace });
    const run = (...args: string[]) => home.mc([...args, ...get]);
    const one = await run('--placement', 'placed/one');
    expect([one.code, one.stdout]).toEqual([0, 'a:namespace/kube-system\n']);
    expect(one.stderr).toContain(
      'placement "placed/one" names placed/gone, which has no ClusterProfile (W-PLACEMENT-MISSING)',
    );
    const sliced = await run('--placement=sliced', '--placement-namespace=placed');
    expect(sliced.stdout).toBe('b:namespace/kube-system\nc:namespace/kube-system\n');
    const both = await run('--placement=placed/sliced', '--placement=placed/one', '--exclude=c');
    expect(both.stdout).toBe('a:namespace/kube-system\nb:namespace/kube-system\n');
    const expected = await run('--placement=placed/sliced', '--expect-clusters=3');
    expect([expected.code, expected.stdout]).toEqual([1, '']);
    for (const [args, text] of [
      [['--placement=placed/one', '--clusters=b'], 'no clusters match'],
      [['--placement=placed/nothing'], 'placement "nothing" selects no clusters'],
      [
        ['--placement=nope', '--placement-namespace=placed'],
        'no PlacementDecision in namespace "placed" is named "nope"',
      ],
    ] as const) {
      const ended = await run(...args);
      expect([ended.code, ended.stdout, ended.stderr]).toEqual([1, '', expect.stringContaining(text)]);
    }
    const wrong = await run('--placement=a/b/c');
    expect(wrong.code).toBe(2);
  });

  test('without a hub there is nothing to place', async () => {
    const home = await newHome(fleet!, { clusters: abc });
    const ended = await home.mc(['--placement=x', ...get]);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('--placement needs a hub')]);
  });
});

describe.skipIf(!fleet?.description.clientCA)('access.verifyIdentity', () => {
  const id = 'cluster.clusterset.k8s.io';
  beforeAll(async () => {
    await ensureBuilt();
    const { CustomObjectsApi } = await import('@kubernetes/client-node');
    const admin = await fleet!.members.B.admin();
    await installCrd(admin, 'clusterproperties');
    await onceServed(() =>
      unlessThere(
        admin.makeApiClient(CustomObjectsApi).createClusterCustomObject({
          ...{ group: 'about.k8s.io', version: 'v1beta1', plural: 'clusterproperties' },
          body: {
            apiVersion: 'about.k8s.io/v1beta1',
            kind: 'ClusterProperty',
            metadata: { name: id },
            spec: { value: 'b-1' },
          },
        }),
      ),
    );
  });

  test('a cluster that answers with another id is sent nothing else', async () => {
    const property = (value: string) => ({ profile: { properties: { [id]: value } } });
    const home = await newHome(fleet!, {
      clusters: [
        { name: 'right', server: 'B', ...property('b-1') },
        { name: 'wrong', server: 'B', ...property('another') },
        { name: 'silent', server: 'A', ...property('whatever') },
        { name: 'unknown', server: 'B' },
      ],
      hub: 'identity',
      // Who may not read ClusterProperties cannot tell.
      user: 'admin',
      config: { access: { verifyIdentity: true } },
    });
    const ended = await home.mc(['get', 'ns', 'kube-system', '-o', 'json']);
    const clusters = JSON.parse(ended.stdout).clusters as {
      cluster: string;
      error?: { reason: string; message: string };
    }[];
    expect(clusters.map(({ cluster, error }) => [cluster, error?.reason])).toEqual([
      ['right', undefined],
      ['silent', undefined],
      ['unknown', undefined],
      ['wrong', 'E-IDENTITY-MISMATCH'],
    ]);
    expect(clusters[3]?.error?.message).toBe(
      'the hub says id another, context "ctx-wrong" answers b-1; the mapping may point at another cluster',
    );
    expect(ended.code).toBe(3);
  });
});
