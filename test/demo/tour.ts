import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DemoFleet } from './fleet.ts';

interface Step {
  readonly remark: string;
  /** A command line exactly as a shell gets it. */
  readonly command: string;
  readonly exitCode?: number;
}

const steps: readonly Step[] = [
  { remark: 'The clusters, as the hub knows them', command: 'kubectl mc clusters list' },
  {
    remark: 'All pods of all clusters. One cluster does not answer: the others do, and the exit code says so',
    command: 'kubectl mc get pods -A',
    exitCode: 3,
  },
  { remark: 'Some clusters only', command: "kubectl mc get deployments -A --clusters='prod-*'" },
  {
    remark: 'What is wrong with the one that did not answer',
    command: "kubectl mc get nodes --clusters='dev-*,edge-*' -v",
    exitCode: 3,
  },
  {
    remark: 'One document for scripts, with an entry for every cluster and a summary',
    command: "kubectl mc get pods -A -o json | node -p 'JSON.parse(fs.readFileSync(0)).summary'",
  },
];

/** kubectl finds its plugins in the same way; so no kubectl is needed here. */
const kubectl = 'kubectl() { plugin="kubectl-$1"; shift; "$plugin" "$@"; }';

/** Runs every step and shows what it prints; resolves to 0 where all of them ended as they should, else to 1. */
export async function showTour({ env }: DemoFleet): Promise<number> {
  for (const { remark, command, exitCode = 0 } of steps) {
    process.stdout.write(`# ${remark}\n$ ${command}\n`);
    const child = spawn('sh', ['-c', `${kubectl}\n${command}`], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = (await once(child, 'close')) as [number | null];
    process.stdout.write(`(exit code ${code})\n\n`);
    if (code === exitCode) continue;
    process.stderr.write(`error: that command was to end with exit code ${exitCode}\n`);
    return 1;
  }
  process.stdout.write('To try it yourself: npm run demo -- shell\n');
  return 0;
}
