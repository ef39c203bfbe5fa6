import { ensureBuilt } from '../../hack/bundle.ts';
import { openDemoFleet } from './fleet.ts';
import { openShell } from './shell.ts';
import { showTour } from './tour.ts';

const USAGE = `Shows kubectl mc at work on five clusters that exist only while it runs; nothing has to be installed or configured.

  npm run demo            runs some commands and shows what they say
  npm run demo -- shell   opens a shell in which to try commands, and ends the clusters with it`;

/** Whoever ends us early finds nothing left behind either. */
function onSignal(end: () => Promise<void>): void {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => void end().finally(() => process.exit(code)));
  }
}

async function main(words: readonly string[]): Promise<number> {
  const [word, ...rest] = words;
  if (word === '--help' || word === '-h') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if ((word !== undefined && word !== 'shell') || rest.length > 0) throw new Misuse(`unknown arguments\n\n${USAGE}`);
  if (word === 'shell' && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new Misuse('the demo shell needs a terminal; "npm run demo" does not');
  await ensureBuilt();
  const fleet = await openDemoFleet();
  onSignal(fleet.close);
  try {
    return word === 'shell' ? await openShell(fleet) : await showTour(fleet);
  } finally {
    await fleet.close();
  }
}

class Misuse extends Error {}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exitCode = error instanceof Misuse ? 2 : 1;
}
