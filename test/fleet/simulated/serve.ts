/**
 * The simulated fleet as a process of its own, for benchmarks and for trying things by hand:
 *   node test/fleet/simulated/serve.ts --members 1000 --pods 100
 * Prints one line of JSON when it is ready; ends at SIGTERM, SIGINT or the end of stdin, and takes its home folder along unless `--home` named it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSimulated } from './fleet.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '10' },
    pods: { type: 'string', default: '10' },
    ports: { type: 'string', default: '4' },
    'delay-ms': { type: 'string', default: '0' },
    silent: { type: 'string', default: '0' },
    home: { type: 'string' },
    'no-hub': { type: 'boolean', default: false },
    'no-mapping': { type: 'boolean', default: false },
  },
});

function count(name: 'members' | 'pods' | 'ports' | 'delay-ms' | 'silent'): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name}=${values[name]}: not a number`);
  return value;
}

// The first ones of the fleet accept connections and say nothing.
const nameOf = (index: number) => `c${String(index + 1).padStart(Math.max(3, String(count('members')).length), '0')}`;
const silent = Array.from({ length: count('silent') }, (_, index) => nameOf(index));
const fleet = await openSimulated({
  members: count('members'),
  names: nameOf,
  faults: Object.fromEntries(silent.map((name) => [name, { kind: 'silentAfterAccept' }])),
  pods: count('pods'),
  ports: count('ports'),
  delayMs: count('delay-ms'),
  hub: !values['no-hub'],
});
const dir = values.home ?? (await mkdtemp(join(tmpdir(), 'kubectl-mc-simulated-')));
const written = await fleet.writeHome(dir, { hub: !values['no-hub'], mapping: !values['no-mapping'] });

const ended = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  process.stdin.once('end', resolve).once('error', () => resolve());
  process.stdin.resume();
});
console.log(JSON.stringify({ ...written, hub: fleet.hub?.url, ca: fleet.ca, pid: process.pid }));
await ended;
await fleet.close();
if (values.home === undefined) await rm(dir, { recursive: true, force: true });
process.exit();
