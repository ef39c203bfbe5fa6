import type { KubeConfig } from '@kubernetes/client-node';
import type { AuditReader } from './audit.ts';
import type { KubeconfigRequest } from './kubeconfig.ts';
import type { CA } from './pki.ts';
import type { Login, Place, UserName } from './users.ts';

/** What a test fleet can be made of. */
export type FleetKind = 'envtest' | 'external' | 'kind';

/** The three members: A and B of the newest version, C of an older one (where there is one). */
export type MemberName = 'A' | 'B' | 'C';

/** One API server as data, so that it can be handed to the test processes. */
export interface ServerDescription {
  readonly name: Place;
  readonly url: string;
  /** PEM of the CA that signed the serving certificate; every server has its own. "" = the system's roots. */
  readonly ca: string;
  /** `gitVersion`, as in `v1.36.3`. */
  readonly version: string;
  /** Path of a kubeconfig with one context (named as the server) for a system:masters user. */
  readonly adminKubeconfig: string;
  /** JSON lines; absent where the fleet keeps no audit log. */
  readonly auditLog?: string;
  /** The kubeconfig `user` that is the only one here, whoever is asked for (external). */
  readonly ownUser?: Readonly<Record<string, unknown>>;
  /** The process, where it is ours. */
  readonly pid?: number;
}

/** One API server. */
export interface Server extends ServerDescription {
  /** A new client-node KubeConfig of the admin (client-node is imported at the first call, which takes 0.3 s). */
  admin(): Promise<KubeConfig>;
}

/** A whole fleet as data. */
export interface FleetDescription {
  readonly kind: FleetKind;
  readonly dir: string;
  readonly kubectl: string;
  readonly kwok?: string;
  readonly hub: ServerDescription;
  readonly members: Readonly<Record<MemberName, ServerDescription>>;
  /** How each user logs in; on an external fleet all are the kubeconfig's own user. */
  readonly users: Readonly<Record<UserName, Login>>;
  /** Signs client certificates that all servers take; absent on external fleets. */
  readonly clientCA?: CA;
}

/** Control planes to test against; one interface for all kinds. */
export interface Fleet {
  readonly kind: FleetKind;
  readonly hub: Server;
  readonly members: Readonly<Record<MemberName, Server>>;
  /** Path of a real kubectl. */
  readonly kubectl: string;
  /** The temp folder of this run, removed by `stop`. */
  readonly dir: string;
  readonly users: Readonly<Record<UserName, Login>>;
  readonly description: FleetDescription;
  /** Writes a kubeconfig (0600) for any number of contexts over the same servers; resolves to its path. */
  kubeconfig(request: KubeconfigRequest): Promise<string>;
  /** Who did what on a server, oldest first; only finished requests. */
  readonly audit: AuditReader;
  /** Ends what this process started; for a fleet that was only attached to, nothing. */
  stop(): Promise<void>;
}

/** What openers may be told. */
export interface OpenOptions {
  /** Lines for the person who waits (building, starting). */
  readonly onProgress?: (line: string) => void;
}

/** Starts (or connects to) a fleet of the wanted kind. Each kind is imported only when it is asked for. */
export async function openFleet(
  kind: string = process.env['FLEET'] || 'envtest',
  options: OpenOptions = {},
): Promise<Fleet> {
  switch (kind) {
    case 'envtest':
      return (await import('./envtest.ts')).openEnvtest(options);
    case 'external':
      return (await import('./external.ts')).openExternal();
    case 'kind':
      return (await import('./kind.ts')).openKind(options);
    case 'simulated':
      // Read-only and of any size, so it has an interface of its own; tests open it themselves.
      throw new Error(
        'FLEET=simulated: try it by hand with node test/fleet/simulated/serve.ts; tests call openSimulated of test/fleet/simulated/fleet.ts',
      );
    default:
      throw new Error(`FLEET=${kind}: not one of envtest, external, kind`);
  }
}
