import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoFleet } from './fleet.ts';

const WELCOME = `Five clusters (edge-7 is down) and a hub, until you leave this shell. HOME and KUBECONFIG are the demo's own. Try:

  kubectl-mc get pods -A
  kubectl-mc get pods -A --clusters='prod-*' -o json
  kubectl-mc clusters list -o wide

Where kubectl is installed, "kubectl mc …" works too.

`;

/** Opens the user's shell on the fleet; resolves to 0 when it ends, whatever its last command said. */
export async function openShell({ home, env }: DemoFleet): Promise<number> {
  // An empty home would make zsh ask how it should be set up.
  await writeFile(join(home, '.zshrc'), "PROMPT='demo %# '\n");
  await writeFile(join(home, '.bashrc'), "PS1='demo \\$ '\n");
  process.stdout.write(WELCOME);
  // Ctrl-C in the shell is not meant for us.
  process.removeAllListeners('SIGINT').on('SIGINT', () => {});
  const shell = spawn(process.env['SHELL'] || 'sh', [], { env: { ...env, PS1: 'demo $ ' }, stdio: 'inherit' });
  await once(shell, 'close');
  return 0;
}
