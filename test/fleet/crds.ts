import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig, V1CustomResourceDefinition } from '@kubernetes/client-node';

/** Creates the CRD of test/fleet/manifests/<name>.yaml and waits until the server serves it; one that is there already is left alone. */
export async function installCrd(admin: KubeConfig, name: string): Promise<void> {
  const { ApiextensionsV1Api, loadYaml } = await import('@kubernetes/client-node');
  const api = admin.makeApiClient(ApiextensionsV1Api);
  const text = await readFile(join(import.meta.dirname, 'manifests', `${name}.yaml`), 'utf8');
  // Not a plain YAML parser: client-node's models spell `x-kubernetes-…` with underscores and drop what is spelt otherwise.
  const body = loadYaml<V1CustomResourceDefinition>(text);
  await unlessThere(api.createCustomResourceDefinition({ body }));
  const deadline = performance.now() + 20_000;
  for (;;) {
    const crd = await api.readCustomResourceDefinition({ name: body.metadata!.name! });
    if (crd.status?.conditions?.some((at) => at.type === 'Established' && at.status === 'True')) return;
    if (performance.now() > deadline) throw new Error(`the CRD ${body.metadata!.name} is not established after 20 s`);
    await sleep(25);
  }
}

/** Awaits a create; an object that exists already (409) is as good, anything else is thrown on. */
export async function unlessThere<T>(created: Promise<T>): Promise<T | undefined> {
  try {
    return await created;
  } catch (error) {
    if ((error as { code?: number }).code === 409) return undefined;
    throw error;
  }
}

/** Tries a create again while the server answers 404: a new CRD's endpoints appear a moment after it is established. */
export async function onceServed<T>(create: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      return await create();
    } catch (error) {
      if ((error as { code?: number }).code !== 404 || performance.now() > deadline) throw error;
      await sleep(25);
    }
  }
}
