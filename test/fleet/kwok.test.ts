import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CoreV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachFleet } from './attach.ts';
import { unlessThere } from './crds.ts';
import { type Kwok, startKwok } from './kwok.ts';

const run = promisify(execFile);
const fleet = attachFleet();

describe.skipIf(!fleet?.description.kwok)('a member with a kubelet', () => {
  const namespace = 'kwok-test';
  let kwok: Kwok;
  const api = async () => (await fleet!.members.A.admin()).makeApiClient(CoreV1Api);
  const kubectl = async (...args: string[]) =>
    (await run(fleet!.kubectl, ['--kubeconfig', fleet!.members.A.adminKubeconfig, '-n', namespace, ...args])).stdout;

  beforeAll(async () => {
    kwok = await startKwok(fleet!, 'A');
    const core = await api();
    await unlessThere(core.createNamespace({ body: { metadata: { name: namespace } } }));
    const spec = { nodeName: kwok.node, containers: [{ name: 'main', image: 'example.com/main:1' }] };
    await core.createNamespacedPod({ namespace, body: { metadata: { name: 'living' }, spec } });
  });

  afterAll(async () => {
    const core = await api();
    await core.deleteNamespacedPod({ namespace, name: 'living', gracePeriodSeconds: 0 }).catch(() => {});
    // The namespace stays: nobody runs here who would finish its deletion.
    await kwok?.stop();
  });

  it('runs pods, with logs and exec through the API server', async () => {
    await kubectl('wait', 'pod/living', '--for=condition=Ready', '--timeout=20s');
    kwok.log('hello from the pod');
    expect(await kubectl('logs', 'living')).toBe('hello from the pod\n');
    expect(await kubectl('exec', 'living', '--', 'echo', 'inside')).toBe('inside\n');
  });
});
