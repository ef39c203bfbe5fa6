import { CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, describe, expect, it } from 'vitest';
import { attachFleet } from './attach.ts';
import { createProfiles, deleteProfiles, profileOf } from './profiles.ts';

const fleet = attachFleet();
const namespace = 'profiles-test';
const TYPE = { group: 'multicluster.x-k8s.io', version: 'v1alpha1', plural: 'clusterprofiles', namespace };

describe.skipIf(!fleet)('ClusterProfiles on the hub', () => {
  const api = async () => (await fleet!.hub.admin()).makeApiClient(CustomObjectsApi);
  const read = async (name: string) => (await api()).getNamespacedCustomObject({ ...TYPE, name });
  const refusal = async (body: unknown) =>
    (await api()).createNamespacedCustomObject({ ...TYPE, body }).then(
      () => 'stored',
      (error: { body: unknown }) => String(error.body),
    );

  afterAll(() => deleteProfiles(fleet!, [{ name: 'one', namespace }]));

  it('stores spec and status, and replaces them', async () => {
    const one = { name: 'one', namespace, displayName: 'The One', version: 'v1.36.3', labels: { env: 'prod' } };
    await createProfiles(fleet!, [{ ...one, conditions: { ControlPlaneHealthy: 'True' } }]);
    expect(await read('one')).toMatchObject({
      metadata: { labels: { env: 'prod', 'x-k8s.io/cluster-manager': 'fleet-test' } },
      spec: { clusterManager: { name: 'fleet-test' }, displayName: 'The One' },
      status: { version: { kubernetes: 'v1.36.3' }, conditions: [{ type: 'ControlPlaneHealthy', status: 'True' }] },
    });
    await createProfiles(fleet!, [
      {
        ...one,
        conditions: { ControlPlaneHealthy: { status: 'False', reason: 'Down', message: 'no answer' } },
        properties: { 'cloud.region': 'eu-central-1' },
        accessProviders: [{ name: 'kubeconfig', cluster: { server: 'https://one.example.com' } }],
      },
    ]);
    expect(await read('one')).toMatchObject({
      status: {
        conditions: [{ status: 'False', reason: 'Down' }],
        properties: [{ name: 'cloud.region', value: 'eu-central-1' }],
        accessProviders: [{ name: 'kubeconfig', cluster: { server: 'https://one.example.com' } }],
      },
    });
  });

  it.each([
    ['no spec', { ...profileOf({ name: 'bad', namespace }), spec: undefined }, 'spec: Required value'],
    ['no manager', { ...profileOf({ name: 'bad', namespace }), spec: {} }, 'spec.clusterManager: Required value'],
    [
      'no manager name',
      { ...profileOf({ name: 'bad', namespace }), spec: { clusterManager: {} } },
      'spec.clusterManager.name: Required value',
    ],
  ])('refuses a profile with %s', async (_, body, message) => {
    expect(await refusal(body)).toContain(message);
  });

  it('refuses another manager for a stored profile', async () => {
    const changed = createProfiles(fleet!, [{ name: 'one', namespace, manager: 'somebody-else' }]);
    await expect(changed).rejects.toThrow('ClusterManager is immutable');
  });

  it('drops fields that the API does not have', async () => {
    const body = profileOf({ name: 'pruned', namespace });
    expect(await refusal({ ...body, spec: { ...body.spec, clusterName: 'x' } })).toBe('stored');
    expect(JSON.stringify(await read('pruned'))).not.toContain('clusterName');
    await deleteProfiles(fleet!, [{ name: 'pruned', namespace }]);
    await expect(read('pruned')).rejects.toThrow();
  });

  it('takes a status only through the status subresource', async () => {
    const body = profileOf({ name: 'bare', namespace });
    expect(await refusal({ ...body, status: { version: { kubernetes: 'v1' } } })).toBe('stored');
    expect(await read('bare')).not.toHaveProperty('status');
    await deleteProfiles(fleet!, [{ name: 'bare', namespace }]);
  });
});
