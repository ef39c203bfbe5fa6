import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fleetOf } from './attached.ts';
import type { Fleet, ServerDescription } from './fleet.ts';
import { type Login, type Place, USERS, type UserName } from './users.ts';

const run = promisify(execFile);

interface Named<K extends string> {
  readonly name: string;
  readonly [key: string]: unknown;
  readonly value?: K;
}
interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts: readonly (Named<'context'> & {
    readonly context: { readonly cluster: string; readonly user: string };
  })[];
  readonly clusters: readonly (Named<'cluster'> & {
    readonly cluster: Readonly<Record<string, unknown>> & { readonly server: string };
  })[];
  readonly users: readonly (Named<'user'> & { readonly user: Readonly<Record<string, unknown>> })[];
}

/**
 * Somebody's own clusters (`FLEET=external KUBECONFIG=…`): FLEET_HUB, else the current context, is the hub; FLEET_MEMBERS (a,b,c), else the other
 * contexts, are A, B and C, taken again from the start where there are fewer. Limits: every user is the context's own; no audit log; nothing is
 * created but what a test or createProfiles creates itself (with the ClusterProfile CRD, which stays); cluster settings other than server and CA
 * (tls-server-name, proxy-url, insecure-skip-tls-verify) are in `adminKubeconfig` only.
 */
export async function openExternal(env: NodeJS.ProcessEnv = process.env): Promise<Fleet> {
  if (!env['KUBECONFIG'])
    throw new Error('FLEET=external: KUBECONFIG is not set; it names the clusters to test against');
  const kubectl = findKubectl(env);
  const view = await run(kubectl, ['config', 'view', '--raw', '--flatten', '-o', 'json'], { env, maxBuffer: 1 << 26 });
  const config = JSON.parse(view.stdout) as Kubeconfig;
  const chosen = choose(config, env);
  const dir = mkdtempSync(join(tmpdir(), 'kmc-external-'));
  const describe = async (place: Place) => describeServer(config, place, chosen[place], dir, kubectl);
  try {
    const [hub, A, B, C] = await Promise.all([describe('hub'), describe('A'), describe('B'), describe('C')]);
    const users = Object.fromEntries(Object.keys(USERS).map((name) => [name, { name }])) as Record<UserName, Login>;
    const description = { kind: 'external' as const, dir, kubectl, hub, members: { A, B, C }, users };
    return fleetOf(description, () => rm(dir, { recursive: true, force: true }));
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

function choose(config: Kubeconfig, env: NodeJS.ProcessEnv): Readonly<Record<Place, string>> {
  const names = config.contexts?.map((context) => context.name) ?? [];
  const hub = env['FLEET_HUB'] || config['current-context'] || names[0];
  if (!hub) throw new Error(`FLEET=external: there is no context in ${env['KUBECONFIG']}`);
  const others = names.filter((name) => name !== hub);
  const listed = env['FLEET_MEMBERS']?.split(',').filter(Boolean) ?? (others.length > 0 ? others : [hub]);
  const unknown = [hub, ...listed].find((name) => !names.includes(name));
  if (unknown)
    throw new Error(
      `FLEET=external: there is no context ${unknown} in ${env['KUBECONFIG']}; there are ${names.join(', ')}`,
    );
  const member = (index: number) => listed[index % listed.length]!;
  return { hub, A: member(0), B: member(1), C: member(2) };
}

async function describeServer(
  config: Kubeconfig,
  name: Place,
  contextName: string,
  dir: string,
  kubectl: string,
): Promise<ServerDescription> {
  const { context } = config.contexts.find((entry) => entry.name === contextName)!;
  const cluster = config.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  const user = config.users?.find((entry) => entry.name === context.user)?.user ?? {};
  if (!cluster)
    throw new Error(`FLEET=external: context ${contextName} names the cluster ${context.cluster}, which is not there`);
  const adminKubeconfig = join(dir, `${name}.kubeconfig`);
  const own = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name: 'admin', user }],
    contexts: [{ name, context: { cluster: name, user: 'admin' } }],
    'current-context': name,
  };
  await writeFile(adminKubeconfig, JSON.stringify(own), { mode: 0o600 });
  const version = await run(kubectl, [
    '--kubeconfig',
    adminKubeconfig,
    '--request-timeout=10s',
    'get',
    '--raw',
    '/version',
  ]).catch((error: { stderr?: string }) => {
    throw new Error(
      `FLEET=external: context ${contextName} does not answer: ${error.stderr?.trim().split('\n').at(-1)}`,
    );
  });
  const ca = cluster['certificate-authority-data'];
  return {
    name,
    url: cluster.server.replace(/\/$/, ''),
    ca: typeof ca === 'string' ? Buffer.from(ca, 'base64').toString() : '',
    version: (JSON.parse(version.stdout) as { gitVersion: string }).gitVersion,
    adminKubeconfig,
    ownUser: user,
  };
}

function findKubectl(env: NodeJS.ProcessEnv): string {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'kubectl');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one, then.
    }
  }
  throw new Error('FLEET=external: kubectl is not on PATH');
}
