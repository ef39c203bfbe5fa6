import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { abc, newHome } from './home.ts';
import { type Ended, path } from './run.ts';

const fleet = attachFleet();

interface Report {
  readonly kind: string;
  readonly contexts: readonly {
    readonly context: string;
    readonly file: string;
    readonly mappedBy: readonly string[];
  }[];
  readonly clusters: readonly { readonly cluster: string; readonly state: string; readonly version?: string }[];
  readonly consistency?: readonly {
    readonly cluster: string;
    readonly version: string;
    readonly crds: { readonly has: readonly string[]; readonly lacks: readonly string[] };
  }[];
  readonly findings: readonly {
    readonly severity: string;
    readonly code: string;
    readonly what: string;
    readonly where: string;
    readonly fix: string;
  }[];
}

const reportOf = ({ stdout }: Ended) => JSON.parse(stdout) as Report;

describe.skipIf(!fleet)('doctor', () => {
  beforeAll(ensureBuilt);

  it('finds nothing worse than hints in a sound fleet, and shows no secret', async () => {
    const home = await newHome(fleet!, { hub: 'doctor-sound', clusters: abc, user: 'dave' });
    const files = [home.kubeconfig, home.mappingFile, home.configFile];
    const before = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const ran = await home.mc(['doctor']);
    expect(ran.stdout).toMatch(/Findings: 0 errors/);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^a +hub +ctx-a +v1\./m);
    const json = await home.mc(['doctor', '-o', 'json']);
    const report = reportOf(json);
    expect(report.kind).toBe('DoctorReport');
    expect(report.contexts.find(({ context }) => context === 'ctx-a')).toMatchObject({
      file: home.kubeconfig,
      mappedBy: ['a'],
    });
    expect(report.clusters.map(({ cluster, state }) => `${cluster} ${state}`)).toEqual([
      'a answered',
      'b answered',
      'c answered',
    ]);
    for (const { token, clientKey } of Object.values(fleet!.users))
      for (const secret of [token, clientKey])
        if (secret) expect(ran.stdout + ran.stderr + json.stdout + json.stderr).not.toContain(secret);
    expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(before);
  });

  it('names what is wrong, each with its way out', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'gke-gcloud-auth-plugin',
      interactiveMode: 'Never',
    };
    const home = await newHome(fleet!, {
      hub: 'doctor-wrong',
      clusters: [
        { name: 'a', server: 'A', mapping: { context: 'ctx-aa' } },
        { name: 'b', server: 'B', context: { user: { exec } } },
        { name: 'c', server: 'C', context: { user: 'nobody' } },
        { name: 'd', server: 'C', mapping: false },
      ],
    });
    await chmod(home.kubeconfig, 0o644);
    // Without the programs of this machine, whatever it has.
    const ran = await home.mc(['doctor', '-o', 'json'], { env: { PATH: path.split(':')[0] ?? '' } });
    expect(ran.code).toBe(1);
    const { findings } = reportOf(ran);
    const found = (code: string) => findings.find((finding) => finding.code === code);
    expect(found('mapping-context-missing')).toMatchObject({
      severity: 'error',
      fix: expect.stringContaining('--context ctx-a'),
    });
    expect(found('tool-missing')).toMatchObject({
      severity: 'error',
      fix: 'gcloud components install gke-gcloud-auth-plugin',
    });
    expect(found('cluster-Unauthorized')).toMatchObject({ severity: 'error', where: 'cluster c' });
    expect(found('no-access')).toMatchObject({ severity: 'hint', where: 'clusters d', fix: 'kubectl mc setup' });
    expect(found('readable-by-others')).toMatchObject({ where: home.kubeconfig, fix: `chmod 600 ${home.kubeconfig}` });
    expect(findings.filter(({ fix, where, what }) => !fix || !where || !what)).toEqual([]);
  });

  it('--consistency lists what differs, cluster by cluster', async () => {
    const home = await newHome(fleet!, { hub: 'doctor-consistency', clusters: abc });
    const ran = await home.mc(['doctor', '--consistency', '-o', 'json']);
    const report = reportOf(ran);
    const byName = new Map(report.consistency?.map((one) => [one.cluster, one]));
    expect([...byName.keys()]).toEqual(['a', 'b', 'c']);
    // C is older and has no widgets.
    expect(byName.get('a')?.crds.has.join()).toContain('widgets.example.com (');
    expect(byName.get('c')?.crds.lacks.join()).toContain('widgets.example.com (');
    expect(report.findings.find(({ code }) => code === 'crds-differ')).toMatchObject({ severity: 'hint' });
    if (fleet!.members.A.version !== fleet!.members.C.version)
      expect(report.findings.find(({ code }) => code === 'versions-differ')?.where).toContain(': c');
    expect(ran.code).toBe(0);
    const text = await home.mc(['doctor', '--consistency']);
    expect(text.stdout).toMatch(/^Consistency\na {2}v1\.[\s\S]*\n {4}\+ widgets\.example\.com/m);
  });

  it('says that the hub lacks the ClusterProfile API, and that members need nothing', async () => {
    const home = await newHome(fleet!, { clusters: abc });
    const ran = await home.mc(['doctor', '--hub-context=ctx-a', '-o', 'json']);
    expect(ran.code).toBe(1);
    expect(reportOf(ran).findings.find(({ code }) => code === 'hub-without-api')).toMatchObject({
      severity: 'error',
      fix: expect.stringContaining('install the ClusterProfile CRD on the hub'),
    });
    const without = await home.mc(['doctor', '-o', 'json']);
    expect(without.code).toBe(0);
    expect(reportOf(without).findings.map(({ code }) => code)).toContain('no-hub');
  });

  it('works when everything is broken', async () => {
    const home = await newHome(fleet!, { clusters: abc });
    for (const file of [home.kubeconfig, home.mappingFile, home.configFile]) await writeFile(file, 'a: [\n');
    await writeFile(join(home.dir, '.kube', 'kuberc'), '{');
    const ran = await home.mc(['doctor']);
    expect(ran.code).toBe(1);
    for (const code of ['config', 'mapping', 'kubeconfig', 'kuberc'])
      expect(ran.stdout).toContain(`✗ ${code}-unusable: `);
    const homeless = await home.mc(['doctor'], { env: { HOME: '', KUBECONFIG: '' } });
    expect([homeless.code, /- no-home: /.test(homeless.stdout)]).toEqual([1, true]);
  });
});
