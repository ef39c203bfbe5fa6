import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm } from 'node:fs/promises';
import { createServer as createHTTPS } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Fleet, MemberName } from '../fleet/fleet.ts';
import { issue, makeCA } from '../fleet/pki.ts';
import { createProfiles, type ProfileRequest } from '../fleet/profiles.ts';
import { type Home, newHome } from './home.ts';
import { type Ended, program, start } from './run.ts';

/** Programs that a hub might want to run; each writes down that it ran, with its arguments and environment, and logs in as dave. */
const CANARIES = ['aws', 'sh', 'kubelogin', 'gke-gcloud-auth-plugin', 'curl', 'plugin'];

/** A home without any mapping, behind a hub that says what the test wants. */
export interface EvilHome extends Home {
  /** What the canaries wrote, one line for each run: `NAME ARG…`. */
  ran(): Promise<readonly string[]>;
  /** The environment of the last run. */
  environment(): Promise<Readonly<Record<string, string>>>;
  /** Writes (or replaces) profiles on the hub. */
  profiles(profiles: readonly ProfileRequest[]): Promise<void>;
  /** Runs a command at a pseudo terminal; `talk` is what is asked and what is typed. */
  atTerminal(
    talk: readonly (readonly [string, string])[],
    args: readonly string[],
  ): Promise<{ readonly shown: string; readonly code: number | null }>;
  readonly namespace: string;
  readonly knownFile: string;
}

/** What an evil home is made of. */
export interface EvilRequest {
  readonly namespace: string;
  readonly profiles: readonly ProfileRequest[];
  /** Below `access`, over a policy that lets the test's own addresses through. */
  readonly access?: Readonly<Record<string, unknown>>;
  /** Below `access.endpoints`. */
  readonly endpoints?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** The provider file. */
  readonly providers?: readonly object[];
}

/** Makes the home, the canaries on its PATH, and the profiles in their own namespace of the hub. */
export async function evilHome(fleet: Fleet, request: EvilRequest): Promise<EvilHome> {
  const { namespace, profiles, access, endpoints, providers } = request;
  const home = await newHome(fleet, {
    clusters: [],
    hub: namespace,
    config: {
      ...request.config,
      access: { ...access, endpoints: { allowLoopback: true, ...endpoints } },
      discovery: { cacheTTL: 0, ...(request.config?.['discovery'] as object) },
    },
  });
  await createProfiles(fleet, placed(profiles, namespace));
  const token = (await readFile(fleet.users.dave.tokenFile ?? '', 'utf8')).trim();
  const answer = `{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"${token}"}}`;
  for (const name of CANARIES) {
    const script = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> "${home.dir}/ran"\nenv > "${home.dir}/environment"\necho '${answer}'\n`;
    await chmod(await home.write(join('bin', name), script), 0o755);
  }
  if (providers) await home.write('.kube/kubectl-mc-providers.json', JSON.stringify({ providers }));
  const env = { ...home.env, PATH: `${join(home.dir, 'bin')}:${home.env['PATH']}` };
  const text = (name: string) => readFile(join(home.dir, name), 'utf8').catch(() => '');
  return {
    ...home,
    env,
    namespace,
    knownFile: join(home.dir, '.kube', 'kubectl-mc-known-clusters.yaml'),
    start: (args, options) => home.start(args, { ...options, env: { ...env, ...options?.env } }),
    mc: (args, options) => home.mc(args, { ...options, env: { ...env, ...options?.env } }),
    ran: async () => (await text('ran')).split('\n').filter(Boolean),
    environment: async () =>
      Object.fromEntries(
        (await text('environment'))
          .split('\n')
          .map((line) => [line.split('=', 1)[0] ?? '', line.replace(/^[^=]*=/, '')]),
      ),
    profiles: (more) => createProfiles(fleet, placed(more, namespace)),
    async atTerminal(talk, args) {
      // The interpreter itself: what stands in front of it may put folders of its own before the canaries'.
      const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
        encoding: 'utf8',
      }).stdout.trim();
      const terminal = join(import.meta.dirname, 'plugins', 'terminal.py');
      const { stdout, stderr } = await start(python, [terminal, JSON.stringify(talk), program, ...args], {
        env: { ...env, TERM: 'xterm' },
        cwd: home.dir,
      }).ended;
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout);
    },
  };
}

/** Takes all profiles of these namespaces off the hub, which other tests use as well. */
export async function removeProfiles(fleet: Fleet, namespaces: readonly string[]): Promise<void> {
  const { CustomObjectsApi } = await import('@kubernetes/client-node');
  const api = (await fleet.hub.admin()).makeApiClient(CustomObjectsApi);
  const type = { group: 'multicluster.x-k8s.io', version: 'v1alpha1', plural: 'clusterprofiles' };
  for (const namespace of namespaces) await api.deleteCollectionNamespacedCustomObject({ ...type, namespace });
}

/** Forgets what ran. */
export async function silence(home: EvilHome): Promise<void> {
  await rm(join(home.dir, 'ran'), { force: true });
}

function placed(profiles: readonly ProfileRequest[], namespace: string): readonly ProfileRequest[] {
  return profiles.map((profile) => ({ namespace, ...profile }));
}

/** An access provider entry of a profile for a member of the fleet, or for any address. */
export function offer(
  fleet: Fleet,
  name: string,
  where: MemberName | { readonly server: string; readonly ca?: string },
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const { server, ca } =
    typeof where === 'string' ? { server: fleet.members[where].url, ca: fleet.members[where].ca } : where;
  const data = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return { name, cluster: { server, ...data, ...more } };
}

/** The properties with which a hub asks for a command. */
export function hint(command: string, args?: string, more: Readonly<Record<string, string>> = {}) {
  return { 'auth.exec.command': command, ...(args && { 'auth.exec.args': args }), ...more };
}

/** Somewhere that nothing of the user may reach; it counts connections, and answers with a redirect where it is asked to. */
export interface Sink {
  readonly server: string;
  readonly port: number;
  /** PEM of the CA that its certificate is from. */
  readonly ca: string;
  connections(): number;
  /** Authorization headers that it was sent. */
  heard(): readonly string[];
  close(): Promise<void>;
}

/** Opens a sink with TLS; `redirectTo` is where it sends everybody. */
export async function openSink(redirectTo?: string): Promise<Sink> {
  const ca = await makeCA('sink CA');
  const { cert, key } = await issue(ca, { cn: 'sink', sans: ['127.0.0.1'] });
  const heard: string[] = [];
  const state = { connections: 0 };
  const server = createHTTPS({ cert, key }, (request, response) => {
    heard.push(request.headers.authorization ?? '');
    response.writeHead(redirectTo === undefined ? 200 : 302, redirectTo === undefined ? {} : { location: redirectTo });
    response.end('{}');
  });
  server.on('connection', () => (state.connections += 1));
  const port = await listening(server);
  return {
    server: `https://127.0.0.1:${port}`,
    port,
    ca: ca.cert,
    connections: () => state.connections,
    heard: () => heard,
    close: () => closed(server),
  };
}

/** A sink that speaks nothing: for proxies. */
export async function openMute(): Promise<Sink> {
  const state = { connections: 0 };
  const server = createServer((socket) => {
    state.connections += 1;
    socket.on('error', () => {});
  });
  const port = await listening(server);
  return {
    ...{ server: `http://127.0.0.1:${port}`, port, ca: '' },
    connections: () => state.connections,
    heard: () => [],
    close: () => closed(server),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server & { closeAllConnections?: () => void }): Promise<void> {
  server.closeAllConnections?.();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Characters that other people's text may not bring onto a terminal. */
const UNSAFE =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/u;

/** Whether an output is free of them. */
export function isClean({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): boolean {
  return !UNSAFE.test(stdout) && !UNSAFE.test(stderr);
}
