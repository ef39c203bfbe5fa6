import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries, progressLine } from '../../hack/envtest/build.ts';
import { startApiserver } from './apiserver.ts';
import { fleetOf, serverOf } from './attached.ts';
import type { Child } from './child.ts';
import { startEtcd } from './etcd.ts';
import type { Fleet, FleetDescription, OpenOptions } from './fleet.ts';
import { type CA, issue, makeCA } from './pki.ts';
import { freePorts } from './ports.ts';
import { seedHub, seedMember } from './seed.ts';
import { sweep } from './sweep.ts';
import { type Login, newToken, type Place, tokenAuthFile, USERS, type UserName } from './users.ts';

const PLACES: readonly Place[] = ['hub', 'A', 'B', 'C'];
const GRACE_MS = 3_000;

/** Starts real control planes: one etcd, a hub and three members, C of the older version; users, rights and objects included. */
export async function openEnvtest(options: OpenOptions = {}): Promise<Fleet> {
  const report = options.onProgress ?? (() => {});
  const binaries = await ensureBinaries({ onProgress: (progress) => report(progressLine(progress)) });
  sweep();
  const dir = mkdtempSync(join(tmpdir(), 'kmc-fleet-'));
  writeFileSync(join(dir, 'owner'), String(process.pid));
  const children: Child[] = [];
  const stop = stopper(dir, children);
  try {
    const [clientCA, [etcdPort, ...ports]] = await Promise.all([
      makeCA('fleet client CA'),
      freePorts(PLACES.length + 1),
    ]);
    const users = await makeLogins(clientCA, dir);
    const etcd = await startEtcd(binaries.etcd, dir, etcdPort!);
    children.push(etcd.child);
    const started = await Promise.all(
      PLACES.map((name, index) =>
        startApiserver({
          name,
          dir,
          program: (name === 'C' ? binaries.apiserverOld : undefined) ?? binaries.apiserver,
          port: ports[index]!,
          etcd: etcd.url,
          clientCA,
          tokenAuthFile: tokenAuthFile(users),
          admin: users.admin,
        }),
      ),
    );
    children.push(...started.map((server) => server.child));
    const servers = await Promise.all(
      started.map(async (server) => {
        const ready = await server.ready();
        await (ready.name === 'hub' ? seedHub(serverOf(ready)) : seedMember(serverOf(ready)));
        return ready;
      }),
    );
    const description: FleetDescription = {
      kind: 'envtest',
      dir,
      kubectl: binaries.kubectl,
      ...(binaries.kwok ? { kwok: binaries.kwok } : {}),
      hub: servers[0]!,
      members: { A: servers[1]!, B: servers[2]!, C: servers[3]! },
      users,
      clientCA,
    };
    return fleetOf(description, stop);
  } catch (error) {
    await stop({ keep: true });
    throw new Error(`${(error as Error).message}; logs are kept in ${dir}`, { cause: error });
  }
}

/** Certificates and tokens for everybody, new for each fleet; files (0600) where a login is a file. */
export async function makeLogins(clientCA: CA, dir: string): Promise<Readonly<Record<UserName, Login>>> {
  const logins = Object.entries(USERS).map(async ([key, user]): Promise<[string, Login]> => {
    if (user.login === 'certificate') {
      const past = user.expired ? { notAfter: new Date(Date.now() - 3_600_000) } : {};
      const { cert, key: clientKey } = await issue(clientCA, { cn: user.name, o: user.groups, ...past });
      return [key, { name: user.name, clientCertificate: cert, clientKey }];
    }
    const token = newToken(user.name);
    if (user.login === 'token') return [key, { name: user.name, token }];
    const tokenFile = join(dir, `${user.name}.token`);
    await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    return [key, { name: user.name, token, tokenFile }];
  });
  return Object.fromEntries(await Promise.all(logins)) as Record<UserName, Login>;
}

/** Ends API servers, then etcd, then removes the folder; once, however often it is called. */
function stopper(dir: string, children: readonly Child[]): (options?: { readonly keep?: boolean }) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const all = async (keep: boolean) => {
    const etcd = children.filter((child) => child.name === 'etcd');
    await Promise.all(children.filter((child) => child.name !== 'etcd').map((child) => child.stop(GRACE_MS)));
    await Promise.all(etcd.map((child) => child.stop(GRACE_MS)));
    if (!keep) await rm(dir, { recursive: true, force: true });
  };
  return (options) => {
    stopping ??= all(options?.keep ?? false);
    return stopping;
  };
}
