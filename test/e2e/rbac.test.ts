import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ensureBuilt, root } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { unlessThere } from '../fleet/crds.ts';
import type { Server } from '../fleet/fleet.ts';
import { issue } from '../fleet/pki.ts';
import { abc, type Home, newHome } from './home.ts';
import type { Ended } from './run.ts';

const fleet = attachFleet();
const clientCA = fleet?.description.clientCA;

/** The YAML blocks of docs/rbac.md as they stand, by `Kind name` of their role. */
const documented = new Map<string, readonly KubernetesObject[]>(
  [...readFileSync(join(root, 'docs', 'rbac.md'), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, text = '']) => {
      const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
      return [`${objects[0]?.kind} ${objects[0]?.metadata?.name}`, objects] as const;
    },
  ),
);

const applied: (() => Promise<unknown>)[] = [];

async function apply(server: Server, name: string): Promise<void> {
  const { KubernetesObjectApi } = await import('@kubernetes/client-node');
  const api = KubernetesObjectApi.makeApiClient(await server.admin());
  for (const object of documented.get(name) ?? expect.fail(`no ${name} in docs/rbac.md`)) {
    await unlessThere(api.create(structuredClone(object)));
    applied.push(() => api.delete(structuredClone(object)));
  }
}

/** A person in these groups whom nobody has given anything else. */
async function homeOf(cn: string, o: readonly string[], hub: string): Promise<Home> {
  const { cert, key } = await issue(clientCA!, { cn, o });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
  return await newHome(fleet!, { hub, clusters: abc.map((one) => ({ ...one, name: `rbac-${one.name}` })), user });
}

/** API servers see new bindings a moment later. */
async function until(run: () => Promise<Ended>, fits: (ended: Ended) => boolean): Promise<Ended> {
  for (let tries = 1; ; tries++) {
    const ended = await run();
    if (fits(ended) || tries === 20) return ended;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.skipIf(!clientCA)('the roles of docs/rbac.md', () => {
  beforeAll(ensureBuilt);
  afterAll(async () => {
    for (const undo of applied) await undo();
  });

  test('hub reader, then viewer, member by member', async () => {
    const home = await homeOf('rbac-reader', ['kubectl-mc-readers'], 'rbac-docs');
    const list = () => home.mc(['clusters', 'list', '-o', 'name', '--refresh']);
    const get = () => home.mc(['get', 'pods', '-n', 'default', '-o', 'json']);
    const before = await list();
    expect(before).toMatchObject({ code: 1, stdout: '' });
    expect(before.stderr).toMatch(/forbidden/i);

    await apply(fleet!.hub, 'ClusterRole kubectl-mc-hub-reader');
    const listed = await until(list, ({ code }) => code === 0);
    expect(listed).toMatchObject({ code: 0, stdout: 'rbac-a\nrbac-b\nrbac-c\n' });

    const refused = await get();
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout).summary.errors).toEqual({
      'rbac-a': 'Forbidden',
      'rbac-b': 'Forbidden',
      'rbac-c': 'Forbidden',
    });
    expect(refused.stdout).toContain('User \\"rbac-reader\\" cannot list resource \\"pods\\"');
    // Who somebody is and what they may do needs no role.
    const whoami = await home.mc(['auth', 'whoami', '--clusters=rbac-a']);
    expect(whoami).toMatchObject({ code: 0, stdout: expect.stringContaining('rbac-reader') });
    const canI = await home.mc(['auth', 'can-i', 'list', 'pods', '--clusters=rbac-a']);
    expect([canI.code, /\bno\b/.test(canI.stdout)]).toEqual([1, true]);

    await apply(fleet!.members.A, 'ClusterRole kubectl-mc-viewer');
    const partly = await until(get, ({ code }) => code === 3);
    expect(partly.code).toBe(3);
    expect(JSON.parse(partly.stdout).summary).toMatchObject({
      successful: 1,
      errors: { 'rbac-b': 'Forbidden', 'rbac-c': 'Forbidden' },
    });

    await apply(fleet!.members.B, 'ClusterRole kubectl-mc-viewer');
    await apply(fleet!.members.C, 'ClusterRole kubectl-mc-viewer');
    expect((await until(get, ({ code }) => code === 0)).code).toBe(0);
    expect((await home.mc(['get', 'ns', 'default', '-o', 'name'])).code).toBe(0);
    // No more than that.
    const more = await home.mc(['get', 'nodes']);
    expect(more.code).toBe(1);
    expect(more.stderr).toMatch(/forbidden/i);
  });

  test('one namespace of the hub', async () => {
    const home = await homeOf('rbac-fleet-reader', ['kubectl-mc-fleet-readers'], 'rbac-docs-other');
    const list = () => home.mc(['clusters', 'list', '-o', 'name', '--refresh', '--hub-namespace=fleet']);
    expect((await list()).stderr).toMatch(/forbidden/i);
    await apply(fleet!.hub, 'Role kubectl-mc-hub-reader');
    const listed = await until(list, ({ stderr }) => !/forbidden/i.test(stderr));
    // Whether other tests have put profiles there is their business.
    expect(listed.stderr).not.toMatch(/forbidden/i);
    expect((await home.mc(['clusters', 'list', '--refresh'])).stderr).toMatch(/forbidden/i);
  });

  test('doctor --consistency', async () => {
    const home = await homeOf('rbac-doctor', ['kubectl-mc-doctors'], 'rbac-docs-doctor');
    const doctor = () =>
      home.mc(['doctor', '--consistency', '--source=kubeconfig', '--clusters=ctx-rbac-*', '-o', 'json']);
    const codes = ({ stdout }: Ended) => (JSON.parse(stdout).findings as { code: string }[]).map(({ code }) => code);
    expect(codes(await doctor())).toEqual(expect.arrayContaining(['crds-differ-unknown', 'namespaces-differ-unknown']));
    for (const member of Object.values(fleet!.members)) await apply(member, 'ClusterRole kubectl-mc-doctor');
    const fits = (ended: Ended) => !codes(ended).some((code) => code.endsWith('-unknown'));
    const allowed = await until(doctor, fits);
    expect(codes(allowed).filter((code) => code.endsWith('-unknown'))).toEqual([]);
  });
});
