import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../hack/bundle.ts';
import { type Comparison, compare, comparisonRows } from './compare.ts';
import { limitRows } from './limits.ts';
import { type Row, table } from './result.ts';

const USAGE = `Measures kubectl mc against simulated clusters on this machine.

  npm run bench [-- --quick] [--runs N] [--json FILE]

  --quick      10 and 100 clusters, 3 runs of each
  --runs N     runs of each measurement, of which the median counts; default 7
  --json FILE  also write the figures to FILE

Exit code 1 when a bound is missed.`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<boolean> {
  const runs = Number(values.runs ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: not a number from 1`);
  await ensureBuilt();
  const [load = 0] = loadavg();
  if (load > 1)
    process.stderr.write(`bench: this machine has other things to do (load ${load.toFixed(1)}): times say little\n`);
  const comparisons: Comparison[] = [];
  for (const clusters of values.quick ? [10, 100] : [10, 100, 1000]) {
    process.stderr.write(`bench: ${clusters} clusters\n`);
    comparisons.push(await compare(clusters, runs));
  }
  process.stderr.write('bench: limits\n');
  const rows: readonly Row[] = [...comparisonRows(comparisons), ...(await limitRows(runs))];
  process.stdout.write(`${table(rows)}\n`);
  const machine = { node: process.version, platform: process.platform, cores: availableParallelism() };
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ machine, runs, comparisons, rows }, null, 2)}\n`);
  return rows.every(({ ok }) => ok !== false);
}

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  process.once(signal, () => process.exit(code));

if (values.help) process.stdout.write(`${USAGE}\n`);
else {
  try {
    process.exitCode = (await main()) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
