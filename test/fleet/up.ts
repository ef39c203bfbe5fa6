import { fstatSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Fleet, openFleet } from './fleet.ts';
import { writeMapping } from './mapping.ts';
import { createProfiles } from './profiles.ts';
import { spread } from './spread.ts';
import { USERS, type UserName } from './users.ts';

const USAGE = `Keeps a test fleet up for trying things by hand, until Ctrl-C, SIGTERM or the end of a piped stdin.

  node test/fleet/up.ts [--clusters N] [--user NAME] [--ready-file FILE]

  --clusters N       clusters (profiles, contexts, mapping entries) over the three members; default 3
  --user NAME        who the kubeconfig's contexts log in as: ${Object.keys(USERS).join(', ')}; default admin
  --ready-file FILE  also write the export lines to FILE, when all is up (then: . FILE)

FLEET chooses the kind of fleet (envtest, external, kind).`;

interface Wishes {
  readonly clusters: number;
  readonly user: UserName;
  readonly readyFile: string | undefined;
}

/** The command line, checked; throws one line. */
function wishes(args: readonly string[]): Wishes | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clusters: { type: 'string', default: '3' },
      user: { type: 'string', default: 'admin' },
      'ready-file': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const clusters = Number(values.clusters);
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > 5_000)
    throw new Error(`--clusters ${values.clusters}: not a number from 1 to 5000`);
  if (!(values.user in USERS)) throw new Error(`--user ${values.user}: not one of ${Object.keys(USERS).join(', ')}`);
  return { clusters, user: values.user as UserName, readyFile: values['ready-file'] };
}

/** Writes a home folder with kubeconfig, mapping file and tools, and the profiles on the hub; resolves to shell lines that use them. */
async function furnish(fleet: Fleet, { clusters, user }: Wishes): Promise<string> {
  const home = join(fleet.dir, 'home');
  const kubeconfig = join(home, '.kube', 'config');
  await mkdir(dirname(kubeconfig), { recursive: true });
  const all = spread(clusters);
  await fleet.kubeconfig({ user, hub: true, clusters: all.map((cluster) => cluster.context), path: kubeconfig });
  await writeMapping(join(home, '.kube', 'kubectl-mc-clusters.yaml'), {
    clusters: all.map((cluster) => cluster.mapping),
  });
  await createProfiles(
    fleet,
    all.map((cluster) => cluster.profile),
  );
  const root = resolve(import.meta.dirname, '../..');
  // Node itself too: the machine's own may be too old.
  const path = [join(root, 'bin'), join(root, 'node_modules', '.bin'), dirname(fleet.kubectl)];
  return [
    `export HOME=${quote(home)}`,
    `export KUBECONFIG=${quote(kubeconfig)}`,
    `export XDG_CACHE_HOME=${quote(join(home, '.cache'))}`,
    `export PATH=${path.map(quote).join(':')}:"$PATH"`,
    '',
  ].join('\n');
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A stdin that ends this early was closed before we began: nobody sits at it. */
const EARLY_MS = 500;

/** Resolves to what ended us. A stdin that nobody can write to (/dev/null of a background job) does not count. */
function ending(): Promise<string> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done(signal));
    if (!process.stdin.isTTY && !isPipe()) return;
    const began = performance.now();
    const onEnd = () => performance.now() - began > EARLY_MS && done('end of input');
    process.stdin.resume().once('end', onEnd).once('error', onEnd);
  });
}

function isPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const wanted = wishes(process.argv.slice(2));
  if (!wanted) return console.log(USAGE);
  // Keeps us alive while nothing else does.
  const pulse = setInterval(() => {}, 60_000);
  const ended = ending();
  const started = performance.now();
  let fleet: Fleet | undefined;
  try {
    // A Ctrl-C meanwhile takes effect as soon as there is something to stop; a second one ends us at once, and the servers with us.
    fleet = await openFleet(undefined, { onProgress: (line) => console.error(line) });
    const lines = await furnish(fleet, wanted);
    const servers = [fleet.hub, ...Object.values(fleet.members)].map(
      (server) => `${server.name} ${server.version} ${server.url}`,
    );
    console.error(`fleet: up after ${((performance.now() - started) / 1000).toFixed(1)} s: ${servers.join(', ')}`);
    console.error(`fleet: contexts hub and fleet-…, log files and logins in ${fleet.dir}; Ctrl-C ends it`);
    process.stdout.write(lines);
    if (wanted.readyFile) {
      // Renamed into place: whoever waits for the file never reads half of it.
      await writeFile(`${wanted.readyFile}.tmp`, lines);
      await rename(`${wanted.readyFile}.tmp`, wanted.readyFile);
    }
    console.error(`fleet: ending (${await ended})`);
  } finally {
    await fleet?.stop();
    clearInterval(pulse);
    process.stdin.destroy();
  }
}

try {
  await main();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
