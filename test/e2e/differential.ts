import { expect } from 'vitest';
import type { Home } from './home.ts';
import { type Ended, lines, type StartOptions } from './run.ts';

/** One `get` that kubectl and we must answer alike. */
export interface Case {
  readonly args: readonly string[];
  /** Order does not count: kubectl prints rows of all namespaces in the order of etcd's keys. */
  readonly set?: boolean;
  readonly stdin?: string;
  /** Only on this member. */
  readonly only?: 'A' | 'C';
  /** What we wantedly say differently on stderr, line by line; absent = exactly what kubectl says. */
  readonly stderr?: (kubectl: readonly string[]) => readonly string[];
  /** The exit code that we wantedly have. */
  readonly code?: number;
}

/** Ages move while two programs are compared. */
const TRIES = 5;

/**
 * Runs kubectl, `kubectl mc` restricted to one cluster without the CLUSTER column, and kubectl again. A difference counts only where both
 * runs of kubectl agree.
 */
export async function sameAsKubectl(home: Home, member: 'A' | 'C', wanted: Case): Promise<void> {
  const [theirs, ours] = await settled(home, member, wanted.args, wanted.stdin);
  const order = wanted.set ? (all: readonly string[]) => [...all].sort() : (all: readonly string[]) => all;
  const told = lines(theirs.stderr);
  expect({ stdout: order(lines(ours.stdout)), stderr: lines(ours.stderr), code: ours.code }).toEqual({
    stdout: order(lines(theirs.stdout)),
    stderr: wanted.stderr ? wanted.stderr(told) : told,
    code: wanted.code ?? theirs.code,
  });
}

/** The same question to both programs, asked so that kubectl's answer did not change meanwhile: kubectl's and ours. */
export async function settled(
  home: Home,
  member: 'A' | 'C',
  args: readonly string[],
  stdin?: string,
): Promise<readonly [Ended, Ended]> {
  const options: Partial<StartOptions> = stdin === undefined ? {} : { stdin };
  for (let attempt = 1; ; attempt += 1) {
    const before = await home.kubectl([`--context=ctx-${member}`, 'get', ...args], options);
    const ours = await home.mc([`--clusters=${member}`, 'get', ...args], options);
    const after = await home.kubectl([`--context=ctx-${member}`, 'get', ...args], options);
    if (before.stdout === after.stdout && before.stderr === after.stderr) return [after, ours];
    if (attempt === TRIES) throw new Error(`kubectl get ${args.join(' ')} gave ${TRIES} times two different answers`);
  }
}
