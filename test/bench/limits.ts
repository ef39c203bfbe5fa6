/** What the program promises by itself, whatever a bare client does. */
import { dropCaches } from './compare.ts';
import { type BenchFleet, type FleetSize, startFleet } from './fleet.ts';
import { kubectlMC, median, run, type Sample } from './measure.ts';
import { atMost, megabytes, type Row, seconds } from './result.ts';

const SECOND = 1000;

/** All rows of this kind; `runs` of each. */
export async function limitRows(runs: number): Promise<readonly Row[]> {
  return [
    ...(await baseline(runs)),
    ...(await discovery(runs)),
    ...(await largeLists(runs)),
    ...(await manyClusters(runs)),
    ...(await hangingClusters()),
  ];
}

async function withFleet<R>(size: FleetSize, work: (fleet: BenchFleet) => Promise<R>): Promise<R> {
  const fleet = await startFleet(size);
  try {
    return await work(fleet);
  } finally {
    await fleet.stop();
  }
}

async function several(
  runs: number,
  one: () => Promise<Sample>,
): Promise<{ readonly ms: number; readonly peak: number }> {
  const samples: Sample[] = [];
  for (let round = 0; round < runs; round += 1) samples.push(await one());
  return { ms: median(samples.map(({ ms }) => ms)), peak: Math.max(...samples.map((sample) => sample.megabytes)) };
}

async function expecting(exitCode: number, command: readonly string[], home: string): Promise<Sample> {
  const sample = await run(command, home);
  if (sample.exitCode !== exitCode)
    throw new Error(`${command.join(' ')}: exit code ${sample.exitCode}, not ${exitCode}: ${sample.stderr}`);
  return sample;
}

async function baseline(runs: number): Promise<readonly Row[]> {
  return await withFleet({ members: 1, pods: 1 }, async ({ home }) => {
    const { peak } = await several(runs, () => expecting(0, kubectlMC('version'), home));
    return [atMost('peak memory of the program itself (version)', peak, 100, megabytes)];
  });
}

async function discovery(runs: number): Promise<readonly Row[]> {
  return await withFleet({ members: 50, pods: 1, delayMs: 1 * SECOND }, async ({ home }) => {
    const list = kubectlMC('clusters', 'list');
    await dropCaches(home);
    const fresh = await several(Math.min(runs, 3), () => expecting(0, [...list, '--refresh'], home));
    const cached = await several(runs, () => expecting(0, list, home));
    return [
      atMost('clusters list, 50 clusters, cached', cached.ms, 1 * SECOND, seconds),
      atMost('clusters list, 50 clusters, asking a hub that takes 1 s to answer', fresh.ms, 5 * SECOND, seconds),
    ];
  });
}

async function largeLists(runs: number): Promise<readonly Row[]> {
  return await withFleet({ members: 10, pods: 1000 }, async ({ home }) => {
    const { ms, peak } = await several(runs, () => expecting(0, kubectlMC('get', 'pods'), home));
    return [
      atMost('get pods, 10 clusters × 1,000 pods', ms, 30 * SECOND, seconds),
      atMost('peak memory, 10 clusters × 1,000 pods', peak, 200, megabytes),
    ];
  });
}

async function manyClusters(runs: number): Promise<readonly Row[]> {
  return await withFleet({ members: 50, pods: 1000 }, async ({ home }) => {
    const { peak } = await several(Math.min(runs, 3), () => expecting(0, kubectlMC('get', 'pods'), home));
    return [atMost('peak memory, 50 clusters × 1,000 pods', peak, 600, megabytes)];
  });
}

async function hangingClusters(): Promise<readonly Row[]> {
  return await withFleet({ members: 50, pods: 100, silent: 5 }, async ({ home }) => {
    const { ms } = await expecting(3, kubectlMC('get', 'pods'), home);
    return [atMost('get pods, 50 clusters of which 5 accept connections and say nothing', ms, 120 * SECOND, seconds)];
  });
}
