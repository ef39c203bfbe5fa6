import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FleetDescription, ServerDescription } from './fleet.ts';
import type { Login, Place, UserName } from './users.ts';

/** A user of the fleet, or a kubeconfig `user` as it stands (`{exec: …}`, `{}` for anonymous). */
export type KubeconfigUser = UserName | Readonly<Record<string, unknown>>;

/** One context. Its cluster entry has the same name; any number of contexts may point at one server. */
export interface ContextRequest {
  readonly name: string;
  /** A server of the fleet, or a URL (then `caOf` or `caOverride` says whom to trust). */
  readonly server: Place | `https://${string}` | `http://${string}`;
  /** Default: the request's `user`. */
  readonly user?: KubeconfigUser;
  readonly namespace?: string;
  /** PEM instead of the server's own CA; null writes none. */
  readonly caOverride?: string | null;
  /** With a URL: the CA of this server (a proxy that passes TLS through, for example). */
  readonly caOf?: Place;
  /** Another port of the same host, as of a proxy in front of the server. */
  readonly port?: number;
  readonly proxyUrl?: string;
  readonly tlsServerName?: string;
  readonly insecure?: boolean;
}

/** What the kubeconfig should hold. */
export interface KubeconfigRequest {
  /** Default: alice. */
  readonly user?: KubeconfigUser;
  /** A context for the hub: true names it `hub`; an object may change anything but the server. */
  readonly hub?: boolean | string | Partial<Omit<ContextRequest, 'server'>>;
  readonly clusters?: readonly ContextRequest[];
  /** Default: the hub's context, else the first one; null writes none. */
  readonly currentContext?: string | null;
  /** Default: a new file below the fleet's folder. */
  readonly path?: string;
}

/** Writes the kubeconfig, readable for us only; resolves to its path. */
export async function writeKubeconfig(fleet: FleetDescription, request: KubeconfigRequest): Promise<string> {
  const path = request.path ?? join(await mkdtemp(join(fleet.dir, 'kubeconfig-')), 'config');
  await writeFile(path, stringify(kubeconfigOf(fleet, request), { lineWidth: 0 }), { mode: 0o600 });
  return path;
}

/** The same as an object. */
export function kubeconfigOf(fleet: FleetDescription, request: KubeconfigRequest): Record<string, unknown> {
  const contexts = [...hubContext(request.hub), ...(request.clusters ?? [])];
  const users = new Map<string, unknown>();
  const userName = (context: ContextRequest): string => {
    const user = findServer(fleet, context.server)?.ownUser ?? context.user ?? request.user ?? 'alice';
    const name = typeof user === 'string' ? user : `${context.name}-user`;
    users.set(name, typeof user === 'string' ? kubeconfigUser(fleet.users[user]) : user);
    return name;
  };
  const current = request.currentContext === undefined ? contexts[0]?.name : request.currentContext;
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: contexts.map((context) => ({ name: context.name, cluster: clusterOf(fleet, context) })),
    contexts: contexts.map((context) => ({
      name: context.name,
      context: {
        cluster: context.name,
        user: userName(context),
        ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
      },
    })),
    users: [...users].map(([name, user]) => ({ name, user })),
    ...(current ? { 'current-context': current } : {}),
  };
}

function hubContext(hub: KubeconfigRequest['hub']): readonly ContextRequest[] {
  if (!hub) return [];
  if (hub === true) return [{ name: 'hub', server: 'hub' }];
  if (typeof hub === 'string') return [{ name: hub, server: 'hub' }];
  return [{ name: 'hub', ...hub, server: 'hub' }];
}

function clusterOf(fleet: FleetDescription, context: ContextRequest): Record<string, unknown> {
  const known = findServer(fleet, context.server);
  const url = new URL(known?.url ?? context.server);
  if (context.port !== undefined) url.port = String(context.port);
  const trusted =
    context.caOverride === undefined ? (known ?? findServer(fleet, context.caOf))?.ca : context.caOverride;
  return {
    server: url.href.replace(/\/$/, ''),
    ...(trusted && !context.insecure ? { 'certificate-authority-data': base64(trusted) } : {}),
    ...(context.insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(context.tlsServerName ? { 'tls-server-name': context.tlsServerName } : {}),
    ...(context.proxyUrl === undefined ? {} : { 'proxy-url': context.proxyUrl }),
  };
}

function findServer(fleet: FleetDescription, name: string | undefined): ServerDescription | undefined {
  return [fleet.hub, ...Object.values(fleet.members)].find((server) => server.name === name);
}

/** A login as a kubeconfig's `user`. */
export function kubeconfigUser(login: Login): Readonly<Record<string, unknown>> {
  return {
    ...(login.clientCertificate ? { 'client-certificate-data': base64(login.clientCertificate) } : {}),
    ...(login.clientKey ? { 'client-key-data': base64(login.clientKey) } : {}),
    ...(login.tokenFile ? { tokenFile: login.tokenFile } : login.token ? { token: login.token } : {}),
  };
}

/** A kubeconfig with one server and its admin. */
export function adminKubeconfig(name: string, server: string, ca: string, login: Login): string {
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(ca) } }],
      users: [{ name: 'admin', user: kubeconfigUser(login) }],
      contexts: [{ name, context: { cluster: name, user: 'admin' } }],
      'current-context': name,
    },
    { lineWidth: 0 },
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
