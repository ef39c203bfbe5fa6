/** The clusters of the demo, with a home folder of their own: nobody's real configuration is read or written. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { openSimulated } from '../fleet/simulated/fleet.ts';

/** In this order each one's name fits the labels and the region that its place in the fleet brings. */
const names = ['prod-eu', 'staging-eu', 'dev-1', 'prod-us', 'edge-7'];

/** A running fleet and how to reach it. */
export interface DemoFleet {
  readonly home: string;
  /** For child processes: HOME, KUBECONFIG, and a PATH that has the program and its Node. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends everything and removes the home folder; may be called twice. */
  close(): Promise<void>;
}

/** Starts a hub and five clusters, of which edge-7 refuses connections. */
export async function openDemoFleet(): Promise<DemoFleet> {
  const fleet = await openSimulated({
    members: names.length,
    names: (index) => names[index] ?? '',
    pods: 3,
    faults: { 'edge-7': { kind: 'refuse' } },
  });
  const home = await mkdtemp(join(tmpdir(), 'kubectl-mc-demo-'));
  const ending: { done?: Promise<void> } = {};
  const close = () => (ending.done ??= fleet.close().finally(() => rm(home, { recursive: true, force: true })));
  try {
    const { kubeconfig } = await fleet.writeHome(home);
    return { home, env: environment(home, kubeconfig), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function environment(home: string, kubeconfig: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(KUBECTL_MC_|XDG_|npm_|ZDOTDIR$)/.test(name));
  const bin = resolve(import.meta.dirname, '../../bin');
  return {
    ...Object.fromEntries(own),
    HOME: home,
    KUBECONFIG: kubeconfig,
    PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
  };
}
