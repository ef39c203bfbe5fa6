/** `get pods` next to the bare client, on fleets of several sizes. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundle } from '../../hack/bundle.ts';
import { type BenchFleet, startFleet } from './fleet.ts';
import { kubectlMC, median, run, type Sample } from './measure.ts';
import { atMost, info, megabytes, type Row, seconds, times } from './result.ts';
import { makeTempFolder } from './tempfolder.ts';

/** Medians of one fleet size. */
export interface Comparison {
  readonly clusters: number;
  readonly bareMs: number;
  readonly warmMs: number;
  /** Without any cache: inventory, API discovery, V8's. */
  readonly coldMs: number;
  /** Processor time of the two. */
  readonly bareCPUMs: number;
  readonly warmCPUMs: number;
  readonly megabytes: number;
  readonly bareMegabytes: number;
}

/** Each cluster has so many pods. */
export const podsEach = 100;

/** Measures one fleet size; the two programs take turns, so that whatever else the machine does hits both. */
export async function compare(clusters: number, runs: number): Promise<Comparison> {
  const folder = makeTempFolder('bare');
  const fleet = await startFleet({ members: clusters, pods: podsEach });
  try {
    // Bundled as the program is: Node takes its time to strip types.
    await bundle({ entry: resolve(import.meta.dirname, 'bare.ts'), outdir: folder.path });
    const bare = () => checked([process.execPath, join(folder.path, 'main.js'), fleet.targets], fleet, clusters);
    const product = () => checked(kubectlMC('get', 'pods'), fleet, clusters);
    await bare();
    const cold: Sample[] = [];
    for (let round = 0; round < Math.min(runs, 3); round += 1) {
      await dropCaches(fleet.home);
      cold.push(await product());
    }
    const [floor, warm]: [Sample[], Sample[]] = [[], []];
    await product();
    for (let round = 0; round < runs; round += 1) {
      floor.push(await bare());
      warm.push(await product());
    }
    return {
      clusters,
      bareMs: median(floor.map(({ ms }) => ms)),
      warmMs: median(warm.map(({ ms }) => ms)),
      coldMs: median(cold.map(({ ms }) => ms)),
      bareCPUMs: median(floor.map(({ cpuMs }) => cpuMs)),
      warmCPUMs: median(warm.map(({ cpuMs }) => cpuMs)),
      megabytes: Math.max(...warm.map((sample) => sample.megabytes)),
      bareMegabytes: Math.max(...floor.map((sample) => sample.megabytes)),
    };
  } finally {
    await fleet.stop();
    folder.remove();
  }
}

/** Without caches every start is the first one. */
export async function dropCaches(home: string): Promise<void> {
  await rm(join(home, '.kube', 'cache'), { recursive: true, force: true });
  await rm(join(home, '.cache'), { recursive: true, force: true });
}

/** Half an answer is fast, too. */
async function checked(command: readonly string[], fleet: BenchFleet, clusters: number): Promise<Sample> {
  const sample = await run(command, fleet.home);
  const rows = clusters * podsEach + 1;
  if (sample.exitCode !== 0 || sample.lines !== rows)
    throw new Error(
      `${command.join(' ')}: exit code ${sample.exitCode}, ${sample.lines} of ${rows} lines: ${sample.stderr}`,
    );
  return sample;
}

/** The rows of all sizes, with the bounds on how they relate. */
export function comparisonRows(all: readonly Comparison[]): readonly Row[] {
  const rows = all.flatMap((one) => [
    info(
      `${one.clusters} clusters × ${podsEach} pods: bare client`,
      `${seconds(one.bareMs)}, ${megabytes(one.bareMegabytes)}`,
    ),
    info(
      `${one.clusters} clusters × ${podsEach} pods: kubectl mc get pods`,
      `${seconds(one.warmMs)}, ${megabytes(one.megabytes)}`,
    ),
    info(`${one.clusters} clusters × ${podsEach} pods: the same without any cache`, seconds(one.coldMs)),
  ]);
  const of = (clusters: number) => all.find((one) => one.clusters === clusters);
  const [hundred, thousand] = [of(100), of(1000)];
  return [
    ...rows,
    ...(hundred
      ? [
          atMost('time at 100 clusters, bare client = 1', hundred.warmMs / hundred.bareMs, 1.6, times),
          info('the same in processor time', times(hundred.warmCPUMs / hundred.bareCPUMs)),
        ]
      : []),
    ...(hundred && thousand
      ? [
          atMost('time at 1,000 clusters, 100 clusters = 1', thousand.warmMs / hundred.warmMs, 12, times),
          atMost('peak memory at 1,000 clusters', thousand.megabytes, 300, megabytes),
        ]
      : []),
  ];
}
