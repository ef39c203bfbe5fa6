/** The simulated fleet in a process of its own, so that it takes no time from what is measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { makeTempFolder } from './tempfolder.ts';

const serve = resolve(import.meta.dirname, '../fleet/simulated/serve.ts');

/** What a fleet of the bench is to be like. */
export interface FleetSize {
  readonly members: number;
  readonly pods: number;
  /** Each request waits so long. */
  readonly delayMs?: number;
  /** So many members accept connections and say nothing. */
  readonly silent?: number;
}

/** A running fleet. */
export interface BenchFleet {
  /** With kubeconfig and mapping file; caches grow in it. */
  readonly home: string;
  /** What the bare client reads. */
  readonly targets: string;
  stop(): Promise<void>;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** Starts a fleet and waits until it answers. */
export async function startFleet({ members, pods, delayMs = 0, silent = 0 }: FleetSize): Promise<BenchFleet> {
  const folder = makeTempFolder('bench');
  const home = folder.path;
  const sizes = { members, pods, silent, 'delay-ms': delayMs };
  const flags = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [serve, ...flags, '--home', home], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  // Where the bench is interrupted, the end of stdin ends the fleet as well.
  const stop = async () => {
    child.stdin.end();
    await ended;
    folder.remove();
  };
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown];
  if (typeof line !== 'string') {
    await stop();
    throw new Error('the simulated fleet did not start');
  }
  const { kubeconfig, ca } = JSON.parse(line) as { readonly kubeconfig: string; readonly ca: string };
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const all = clusters.map(({ name, cluster: { server } }, index) => ({
    name: name.replace(/^ctx-/, ''),
    url: server,
    token: users[index]?.user.token ?? '',
  }));
  const targets = join(home, 'targets.json');
  await writeFile(targets, JSON.stringify({ ca, clusters: all.filter(({ name }) => name !== 'hub') }));
  return { home, targets, stop };
}
