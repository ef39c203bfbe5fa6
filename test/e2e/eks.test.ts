import { spawnSync } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { findAWS } from '../fleet/extra/awscli.ts';
import { type ExtraServer, startExtra } from '../fleet/extra/server.ts';
import { startTokenWebhook, type TokenWebhook } from '../fleet/extra/tokenwebhook.ts';
import { createProfiles, type ProfileRequest } from '../fleet/profiles.ts';
import { hint, removeProfiles } from './evil.ts';
import { type Home, type HomeCluster, newHome } from './home.ts';
import { resultOf } from './result.ts';

const fleet = attachFleet();
const aws = findAWS();
const key = { id: 'AKIAFLEETFLEETFLEET1', secret: 'fleet/secret+access/key+0123456789abcdef', user: 'eks:gina' };
const NAMESPACES = ['eks-recipe', 'eks-other'];

/** The real `aws eks get-token`, which signs without asking anybody, before a real API server that takes the token as EKS does. */
describe.skipIf(!fleet?.description.clientCA || !aws)('EKS with the real aws', () => {
  const open: { webhook?: TokenWebhook; extra?: ExtraServer } = {};
  beforeAll(async () => {
    await ensureBuilt();
    open.webhook = await startTokenWebhook('production', [key]);
    open.extra = await startExtra(fleet!, { flags: await open.webhook.flags(fleet!.dir), readers: [key.user] });
  });
  afterAll(async () => {
    await open.extra?.close();
    await open.webhook?.close();
    await removeProfiles(fleet!, NAMESPACES);
  });

  const server = () => open.extra!.server;
  /** A home whose `aws` is the real one, behind a line in a file for every run. */
  async function homeWith(clusters: readonly HomeCluster[], more: Partial<Parameters<typeof newHome>[1]> = {}) {
    const env = { AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_EC2_METADATA_DISABLED: 'true' };
    const home = await newHome(fleet!, { clusters, ...more, env: { ...env, ...more.env } });
    const script = `#!/bin/sh\necho "$*" >> "$HOME/aws-runs"\nexec '${aws}' "$@"\n`;
    await chmod(await home.write('bin/aws', script), 0o755);
    const PATH = `${home.dir}/bin:${home.env['PATH']}`;
    return {
      ...home,
      mc: (args, options) => home.mc(args, { ...options, env: { PATH, ...options?.env } }),
    } satisfies Home as Home;
  }
  const runs = async ({ dir }: Home) =>
    (await readFile(`${dir}/aws-runs`, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  /** As `aws eks update-kubeconfig` writes it. */
  const user = (cluster: string, more: object = {}) => ({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'aws',
      args: ['--region', 'eu-central-1', 'eks', 'get-token', '--cluster-name', cluster, '--output', 'json'],
      ...more,
    },
  });
  const on = (name: string, login: object): HomeCluster => ({
    name,
    server: 'A',
    context: {
      server: server().url as `https://${string}`,
      caOverride: server().ca,
      user: login as Record<string, unknown>,
    },
  });
  async function users(work: () => Promise<unknown>): Promise<readonly string[]> {
    const mark = await fleet!.audit.mark(server());
    await work();
    const events = await fleet!.audit.since(mark);
    return [...new Set(events.filter((event) => event.resource === 'namespaces').map((event) => event.user))];
  }
  const told = (texts: { readonly stdout: string; readonly stderr: string }) => {
    for (const secret of [key.secret, ...open.webhook!.tokens()])
      expect(texts.stdout + texts.stderr).not.toContain(secret);
  };

  it('as an exec user: one run for many contexts of a cluster, and the server knows who it is', async () => {
    const home = await homeWith(Array.from({ length: 10 }, (_, at) => on(`c${at}`, user('production'))));
    const seen = await users(async () => {
      const ended = await home.mc(['get', 'ns', 'team-a', '-o', 'json', '-v=9']);
      expect([ended.code, resultOf(ended.stdout).summary.successful]).toEqual([0, 10]);
      told(ended);
    });
    expect(seen).toEqual([key.user]);
    expect(await runs(home)).toEqual(['--region eu-central-1 eks get-token --cluster-name production --output json']);
  });

  it('a token that was made for another cluster, or with another key, is refused; it is asked for again once', async () => {
    const env = [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'of/another+account' }];
    const home = await homeWith([
      on('right', user('production')),
      on('other-cluster', user('staging')),
      on('other-key', user('production', { env })),
    ]);
    const before = open.webhook!.refused().length;
    const { code, stdout } = await home.mc(['get', 'ns', 'team-a', '-o', 'json']);
    const types = Object.fromEntries(resultOf(stdout).clusters.map(({ cluster, error }) => [cluster, error?.type]));
    expect([code, types]).toEqual([
      3,
      { right: undefined, 'other-cluster': 'Unauthorized', 'other-key': 'Unauthorized' },
    ]);
    expect(new Set(open.webhook!.refused().slice(before))).toEqual(
      new Set(['the signature does not hold for this cluster']),
    );
    expect((await runs(home)).length).toBe(5);
  });

  it('without keys, what aws says is on stderr, and the failure is this cluster’s', async () => {
    const home = await homeWith([on('a', user('production')), { name: 'b', server: 'B' }], {
      env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    });
    const { code, stdout, stderr } = await home.mc(['get', 'ns', 'team-a', '-o', 'json']);
    expect([code, resultOf(stdout).summary.errors]).toEqual([3, { a: 'ExecPlugin' }]);
    expect(stderr).toMatch(/\[a\] .*credentials/i);
  });

  describe('by the recipe, because the hub says EKS', () => {
    const profile = (name: string, cluster: string, region = 'eu-central-1'): ProfileRequest => {
      const data = Buffer.from(server().ca).toString('base64');
      return {
        name,
        conditions: { ControlPlaneHealthy: 'True', Joined: 'True' },
        properties: hint('aws', `eks,get-token,--cluster-name,${cluster},--region,${region}`),
        accessProviders: [
          { name: 'kubeconfig', cluster: { server: server().url, 'certificate-authority-data': data } },
        ],
      };
    };
    async function behindHub(namespace: string, profiles: readonly ProfileRequest[], allowed: readonly string[]) {
      const access = { endpoints: { allowLoopback: true, allowedServers: { eks: allowed } } };
      const home = await homeWith([], { hub: namespace, config: { access, discovery: { cacheTTL: 0 } } });
      await createProfiles(
        fleet!,
        profiles.map((one) => ({ ...one, namespace })),
      );
      return home;
    }

    it('a listed address: trusted first, then aws runs once for each cluster, and its tokens are taken', async () => {
      const home = await behindHub(
        'eks-recipe',
        [profile('prod', 'production'), profile('stage', 'staging')],
        [server().url],
      );
      const asked = await home.mc(['get', 'ns', 'team-a', '-o', 'json']);
      expect([asked.code, await runs(home)]).toEqual([1, []]);
      const seen = await users(async () => {
        const ended = await home.mc(['--accept-new-clusters', 'get', 'ns', 'team-a', '-o', 'json', '-v=9']);
        expect([ended.code, resultOf(ended.stdout).summary.errors]).toEqual([3, { stage: 'Unauthorized' }]);
        told(ended);
      });
      expect(seen).toContain(key.user);
      const line = (name: string) => `eks get-token --cluster-name ${name} --region eu-central-1 --output json`;
      expect(new Set(await runs(home))).toEqual(new Set([line('production'), line('staging')]));
    });

    it('an address that nobody listed: aws never runs', async () => {
      const home = await behindHub('eks-other', [profile('prod', 'production')], []);
      const ended = await home.mc(['--accept-new-clusters', 'get', 'ns', '-o', 'json']);
      expect([ended.code, await runs(home)]).toEqual([1, []]);
      expect(resultOf(ended.stdout).clusters[0]?.error).toMatchObject({ reason: 'E-ENDPOINT-RECIPE' });
    });
  });
});

it('says so where there is no aws', () => {
  if (!aws)
    console.error(
      'test/e2e/eks.test.ts: no aws on this machine, so nothing of it ran (Debian: apt-get install awscli)',
    );
  expect(aws === undefined || spawnSync(aws, ['--version']).status === 0).toBe(true);
});
