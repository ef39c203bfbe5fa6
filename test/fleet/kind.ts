import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartedTestContainer } from 'testcontainers';
import { stringify } from 'yaml';
import { ensureBinaries, progressLine } from '../../hack/envtest/build.ts';
import { fleetOf, serverOf } from './attached.ts';
import { makeLogins } from './envtest.ts';
import type { Fleet, OpenOptions, ServerDescription } from './fleet.ts';
import { adminKubeconfig } from './kubeconfig.ts';
import { type CA, makeCA } from './pki.ts';
import { adminGet } from './probe.ts';
import { seedHub, seedRights } from './seed.ts';
import { type Login, type Place, tokenAuthFile, type UserName } from './users.ts';

type Testcontainers = typeof import('testcontainers');

const IMAGE = process.env['FLEET_KIND_IMAGE'] || 'kindest/node:v1.36.1';
const IMAGE_OLD = process.env['FLEET_KIND_IMAGE_OLD'] || 'kindest/node:v1.33.4';
const PKI = '/etc/kubernetes/pki';
const PLACES = ['hub', 'A', 'B', 'C'] as const;
const START_MS = 240_000;

/**
 * Whole clusters in containers (`FLEET=kind`): one kindest/node each for the hub and A, B (new) and C (older), set up by kubeadm inside. Users,
 * rights and the ClusterProfile CRD are as in envtest. Limits: no CNI, so nodes stay NotReady and pods pending; no audit log; none of the fixed
 * objects, because real controllers would undo them.
 */
export async function openKind(options: OpenOptions = {}): Promise<Fleet> {
  const testcontainers = await import('testcontainers');
  await assertEngine(testcontainers);
  const report = options.onProgress ?? (() => {});
  const { kubectl } = await ensureBinaries({ onProgress: (progress) => report(progressLine(progress)) });
  const dir = mkdtempSync(join(tmpdir(), 'kmc-kind-'));
  const nodes: StartedTestContainer[] = [];
  const stop = async () => {
    await Promise.allSettled(nodes.map((node) => node.stop({ timeout: 5, remove: true, removeVolumes: true })));
    await removeVolumes(testcontainers);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    // One CA for serving and clients: kubeadm takes the one that it finds.
    const clientCA = await makeCA('fleet CA');
    const users = await makeLogins(clientCA, dir);
    const start = async (name: Place) => {
      report(`kind: starting ${name}`);
      const node = await startNode(testcontainers, name, clientCA, users);
      nodes.push(node);
      const server = await kubeadm(node, name, clientCA, users.admin, dir);
      await (name === 'hub' ? seedHub(serverOf(server)) : seedRights(serverOf(server)));
      report(`kind: ${name} is up, ${server.version}`);
      return server;
    };
    const settled = await Promise.allSettled(PLACES.map(start));
    const [hub, A, B, C] = settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }) as [ServerDescription, ServerDescription, ServerDescription, ServerDescription];
    return fleetOf({ kind: 'kind', dir, kubectl, hub, members: { A, B, C }, users, clientCA }, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An engine is there when it answers; a `docker` on PATH says nothing. */
async function assertEngine({ getContainerRuntimeClient }: Testcontainers): Promise<void> {
  try {
    await getContainerRuntimeClient();
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    throw new Error(`FLEET=kind: no container engine answers (start Docker or Podman, or set DOCKER_HOST): ${why}`);
  }
}

async function startNode(
  { GenericContainer, Wait }: Testcontainers,
  name: Place,
  ca: CA,
  users: Readonly<Record<UserName, Login>>,
): Promise<StartedTestContainer> {
  return new GenericContainer(name === 'C' ? IMAGE_OLD : IMAGE)
    .withPrivilegedMode()
    .withHostname(`kmc-${name.toLowerCase()}`)
    .withTmpFs({ '/tmp': 'rw,exec', '/run': 'rw,exec' })
    .withBindMounts([
      { source: '/lib/modules', target: '/lib/modules', mode: 'ro' },
      // A volume, filled from the image: containerd's overlays do not work on top of the container's own overlay.
      { source: volumeOf(name), target: '/var', mode: 'rw' },
    ])
    .withExposedPorts(6443)
    .withCopyContentToContainer([
      { content: ca.cert, target: `${PKI}/ca.crt` },
      { content: ca.key, target: `${PKI}/ca.key`, mode: 0o600 },
      // Below the one folder that kubeadm mounts into the API server's pod.
      { content: tokenAuthFile(users), target: `${PKI}/tokens.csv`, mode: 0o600 },
      { content: kubeadmConfig(), target: '/kind/kubeadm.conf' },
    ])
    .withWaitStrategy(Wait.forLogMessage(/Reached target .*Multi-User System/))
    .withStartupTimeout(START_MS)
    .start();
}

function volumeOf(name: Place): string {
  return `kmc-kind-${process.pid}-${name}`;
}

async function removeVolumes({ getContainerRuntimeClient }: Testcontainers): Promise<void> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  await Promise.allSettled(PLACES.map((name) => dockerode.getVolume(volumeOf(name)).remove()));
}

function kubeadmConfig(): string {
  const documents = [
    { apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'InitConfiguration' },
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      apiServer: {
        certSANs: ['127.0.0.1', 'localhost'],
        extraArgs: [{ name: 'token-auth-file', value: `${PKI}/tokens.csv` }],
      },
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: 'systemd',
      failSwapOn: false,
    },
  ];
  return documents.map((document) => stringify(document)).join('---\n');
}

async function kubeadm(
  node: StartedTestContainer,
  name: Place,
  ca: CA,
  admin: Login,
  dir: string,
): Promise<ServerDescription> {
  // The version of the images inside; without it kubeadm would ask the internet for the newest one.
  const command = `sed -i "/kind: ClusterConfiguration/a kubernetesVersion: $(cat /kind/version)" /kind/kubeadm.conf &&
    kubeadm init --config=/kind/kubeadm.conf --skip-phases=preflight --skip-token-print`;
  const { exitCode, output } = await node.exec(['sh', '-c', command]);
  if (exitCode !== 0)
    throw new Error(`FLEET=kind: kubeadm init failed on ${name}: ${output.trim().split('\n').at(-1)}`);
  const host = node.getHost() === 'localhost' ? '127.0.0.1' : node.getHost();
  const url = `https://${host}:${node.getMappedPort(6443)}`;
  const path = join(dir, `${name}.kubeconfig`);
  await writeFile(path, adminKubeconfig(name, url, ca.cert, admin), { mode: 0o600 });
  const server = { name, url, ca: ca.cert, adminKubeconfig: path };
  const answer = await adminGet(server, '/version');
  return { ...server, version: (JSON.parse(answer.body) as { gitVersion: string }).gitVersion };
}
