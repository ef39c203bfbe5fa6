import { randomBytes } from 'node:crypto';

/** The places that a user has rights on. */
export type Place = 'hub' | 'A' | 'B' | 'C';

/**
 * `all`: system:masters. `read`: get, list and watch of everything but secrets (on the hub: of ClusterProfiles). `{namespace}`: the same, in
 * that namespace only. `none`: known to the server, allowed nothing (403). `unknown`: not known to the server (401).
 */
export type Rights = 'all' | 'read' | 'none' | 'unknown' | { readonly namespace: string };

/** A person of the test fleet: how they log in (to all servers alike) and what they may do where. */
export interface FleetUser {
  readonly name: string;
  readonly login: 'certificate' | 'token' | 'tokenFile';
  readonly groups: readonly string[];
  /** The certificate's time is over. */
  readonly expired?: true;
  readonly may: Readonly<Record<Place, Rights>>;
}

/** The names of the test users. */
export type UserName = 'admin' | 'alice' | 'bob' | 'carol' | 'dave' | 'expired' | 'nobody';

const nowhere = { hub: 'none', A: 'none', B: 'none', C: 'none' } as const;

/** Everybody, as data: RBAC objects, token files and certificates are made from this. */
export const USERS: Readonly<Record<UserName, FleetUser>> = {
  admin: {
    name: 'admin',
    login: 'certificate',
    groups: ['system:masters'],
    may: { hub: 'all', A: 'all', B: 'all', C: 'all' },
  },
  /** The usual user: lists the hub, reads all members. */
  alice: {
    name: 'alice',
    login: 'certificate',
    groups: ['platform'],
    may: { hub: 'read', A: 'read', B: 'read', C: 'read' },
  },
  /** Different rights per member, none on the hub. */
  bob: { name: 'bob', login: 'token', groups: ['team-b'], may: { ...nowhere, A: 'read', B: { namespace: 'team-b' } } },
  /** May list ClusterProfiles in one namespace only, which makes a list over all namespaces a 403. */
  carol: { name: 'carol', login: 'token', groups: [], may: { ...nowhere, hub: { namespace: 'fleet' } } },
  /** As alice, with a token file. */
  dave: {
    name: 'dave',
    login: 'tokenFile',
    groups: ['platform'],
    may: { hub: 'read', A: 'read', B: 'read', C: 'read' },
  },
  /** alice's name and group in a certificate that ended an hour ago. */
  expired: {
    name: 'alice',
    login: 'certificate',
    groups: ['platform'],
    expired: true,
    may: { hub: 'unknown', A: 'unknown', B: 'unknown', C: 'unknown' },
  },
  /** A token that no server knows. */
  nobody: {
    name: 'nobody',
    login: 'token',
    groups: [],
    may: { hub: 'unknown', A: 'unknown', B: 'unknown', C: 'unknown' },
  },
};

/** How one user logs in to a running fleet: PEM texts or a token, new for every run. */
export interface Login {
  readonly name: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

/** A token that cannot be mistaken for anything else when it turns up in an output. */
export function newToken(user: string): string {
  return `${user}-${randomBytes(16).toString('hex')}`;
}

/** The `--token-auth-file` for everybody who logs in with a token that servers know. */
export function tokenAuthFile(logins: Readonly<Record<string, Login>>): string {
  return Object.entries(USERS)
    .filter(([, user]) => user.login !== 'certificate' && user.may.hub !== 'unknown')
    .map(([name, user]) => `${logins[name]?.token},${user.name},uid-${user.name},"${user.groups.join(',')}"\n`)
    .join('');
}
