import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBinaries } from '../../../hack/envtest/build.ts';
import { startApiserver } from '../apiserver.ts';
import { serverOf } from '../attached.ts';
import type { Child } from '../child.ts';
import { unlessThere } from '../crds.ts';
import { startEtcd } from '../etcd.ts';
import type { Fleet, Server } from '../fleet.ts';
import { freePorts } from '../ports.ts';
import { seedRights } from '../seed.ts';
import { tokenAuthFile } from '../users.ts';

/** An API server beside the fleet's, for one test file. */
export interface ExtraServer {
  readonly server: Server;
  close(): Promise<void>;
}

/** What it has that a member of the fleet has not. */
export interface ExtraRequest {
  /** Flags of the API server. */
  readonly flags: readonly string[];
  /** Users besides the fleet's own that may read what alice may, as the server calls them. */
  readonly readers?: readonly string[];
}

/**
 * Starts an API server with an etcd of its own, which knows the fleet's users and has its namespaces, and stands in for member A
 * (its audit log and its certificate say so). Close it before the fleet is stopped.
 */
export async function startExtra(fleet: Fleet, { flags, readers = [] }: ExtraRequest): Promise<ExtraServer> {
  const { clientCA } = fleet.description;
  if (!clientCA) throw new Error('only beside a fleet whose certificates are ours');
  const [binaries, dir, [etcdPort, port]] = await Promise.all([
    ensureBinaries(),
    mkdtemp(join(fleet.dir, 'extra-')),
    freePorts(2),
  ]);
  const children: Child[] = [];
  const close = async () => {
    for (const child of children.toReversed()) await child.stop(3_000);
  };
  try {
    const etcd = await startEtcd(binaries.etcd, dir, etcdPort!);
    children.push(etcd.child);
    const started = await startApiserver({
      name: 'A',
      dir,
      program: binaries.apiserver,
      port: port!,
      etcd: etcd.url,
      clientCA,
      tokenAuthFile: tokenAuthFile(fleet.users),
      admin: fleet.users.admin,
      flags,
    });
    children.push(started.child);
    const server = serverOf(await started.ready());
    await seedRights(server);
    await mayRead(server, readers);
    return { server, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function mayRead(server: Server, readers: readonly string[]): Promise<void> {
  const { RbacAuthorizationV1Api } = await import('@kubernetes/client-node');
  const api = (await server.admin()).makeApiClient(RbacAuthorizationV1Api);
  const apiGroup = 'rbac.authorization.k8s.io';
  const body = {
    metadata: { name: 'extra-readers' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'fleet-reader' },
    subjects: readers.map((name) => ({ kind: 'User', name, apiGroup })),
  };
  await unlessThere(api.createClusterRoleBinding({ body }));
}
