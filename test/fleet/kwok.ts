import { appendFileSync, mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { startChild } from './child.ts';
import { unlessThere } from './crds.ts';
import type { Fleet, MemberName } from './fleet.ts';
import { freePorts } from './ports.ts';

/** A kubelet for one member: pods bound to its node run, and have logs, exec, attach and port-forward through the real API server. */
export interface Kwok {
  /** Set as a pod's `spec.nodeName`. */
  readonly node: string;
  /** Adds a line to what every pod of the node has logged; followers see it. */
  log(line: string, at?: Date): void;
  stop(): Promise<void>;
}

/** Starts kwok on a member with one node of its own; all the other nodes and pods stay as they are. `exec` runs commands on this machine. */
export async function startKwok(fleet: Fleet, member: MemberName): Promise<Kwok> {
  const program = fleet.description.kwok;
  if (!program)
    throw new Error('kwok is not there: it is built with the other programs, but KUBEBUILDER_ASSETS has none');
  const server = fleet.members[member];
  const dir = mkdtempSync(join(fleet.dir, `kwok-${member}-`));
  const node = `kwok-${dir.slice(-6).toLowerCase()}`;
  const [port] = await freePorts(1);
  const logFile = join(dir, 'pods.log');
  const log = (line: string, at = new Date()) => appendFileSync(logFile, `${nanoseconds(at)} stdout F ${line}\n`);
  await writeFile(logFile, '');
  await writeFile(join(dir, 'kwok.yaml'), await configuration(logFile));
  const admin = await server.admin();
  const child = startChild(
    'kwok',
    [
      ...[program, '--kubeconfig', server.adminKubeconfig, '--config', join(dir, 'kwok.yaml')],
      `--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=${node}`,
      ...[
        `--server-address=127.0.0.1:${port}`,
        '--node-ip=127.0.0.1',
        `--node-port=${port}`,
        '--node-lease-duration-seconds=40',
      ],
    ],
    // A home of its own: kwok reads ~/.kwok.
    { dir, env: { ...process.env, HOME: dir } },
  );
  const { CoreV1Api } = await import('@kubernetes/client-node');
  const api = admin.makeApiClient(CoreV1Api);
  const stop = async () => {
    await api.deleteNode({ name: node }).catch(() => {});
    await child.stop(2_000);
  };
  try {
    await unlessThere(
      api.createNode({ body: { metadata: { name: node, annotations: { 'kwok.x-k8s.io/node': node } } } }),
    );
    await waitForNode(admin, node, () => (child.exited() ? `kwok ended: ${child.lastWords()}` : undefined));
  } catch (error) {
    await stop();
    throw error;
  }
  return { node, log, stop };
}

async function waitForNode(admin: KubeConfig, name: string, problem: () => string | undefined): Promise<void> {
  const { CoreV1Api } = await import('@kubernetes/client-node');
  const api = admin.makeApiClient(CoreV1Api);
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { status } = await api.readNode({ name });
    if (status?.conditions?.some((at) => at.type === 'Ready' && at.status === 'True')) return;
    const why =
      problem() ?? (performance.now() > deadline ? `the kwok node ${name} is not ready after 30 s` : undefined);
    if (why) throw new Error(why);
    await sleep(50);
  }
}

async function configuration(logsFile: string): Promise<string> {
  const stages = await readFile(join(import.meta.dirname, 'manifests', 'kwok.yaml'), 'utf8');
  const resource = (kind: string, spec: unknown) =>
    stringify({ apiVersion: 'kwok.x-k8s.io/v1alpha1', kind, metadata: { name: 'all-pods' }, spec });
  return [
    stages,
    resource('ClusterLogs', { logs: [{ logsFile, follow: true }] }),
    resource('ClusterAttach', { attaches: [{ logsFile }] }),
    resource('ClusterExec', { execs: [{ local: {} }] }),
  ].join('---\n');
}

/** RFC 3339 with nanoseconds, as in a container runtime's log. */
function nanoseconds(at: Date): string {
  return at.toISOString().replace('Z', '000000Z');
}
