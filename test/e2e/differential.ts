import { expect } from 'vitest';
import type { Home } from './home.ts';
import { type Ended, lines } from './run.ts';

/** One `get` that kubectl and we must answer alike. */
export interface Case {
  readonly args: readonly string[];
  /** Order does not count: kubectl prints rows of all namespaces in the order of etcd's keys. */
  readonly set?: boolean;
  readonly stdin?: string;
  /** Only on this member. */
  readonly only?: 'A' | 'C';
  /** What we wantedly say differently on stderr, line by line; absent = exactly what kubectl says. */
  readonly stderr?: (kubectl: readonly string[]) => readonly unknown[];
  /** The exit code that we wantedly have. */
  readonly code?: number;
}

/** Ages move while two programs are compared. */
const TRIES = 5;

/** An answer as it is compared. */
interface Said {
  readonly stdout: readonly string[];
  readonly stderr: readonly unknown[];
  readonly code: number | null;
}

/**
 * Compares kubectl with `kubectl mc` restricted to one cluster and without the CLUSTER column. Where they differ kubectl is run once more:
 * a difference counts only if kubectl has not changed its mind meanwhile.
 */
export async function sameAsKubectl(home: Home, member: 'A' | 'C', wanted: Case): Promise<void> {
  const order = wanted.set ? (all: readonly string[]) => [...all].sort() : (all: readonly string[]) => all;
  const ofKubectl = ({ stdout, stderr, code }: Ended): Said => ({
    stdout: order(lines(stdout)),
    stderr: wanted.stderr ? wanted.stderr(lines(stderr)) : lines(stderr),
    code: wanted.code ?? code,
  });
  const ofOurs = ({ stdout, stderr, code }: Ended): Said => ({
    stdout: order(lines(stdout)),
    stderr: lines(stderr),
    code,
  });
  await compare(home, member, wanted, (theirs, ours) => expect(ofOurs(ours)).toEqual(ofKubectl(theirs)));
}

/**
 * Asks kubectl, us and kubectl again, until `check` holds, or does not although kubectl gave the same answer before and after. Ages may lie
 * between kubectl's two answers.
 */
export async function compare(
  home: Home,
  member: 'A' | 'C',
  { args, stdin }: Pick<Case, 'args' | 'stdin'>,
  check: (kubectl: Ended, ours: Ended) => void,
): Promise<void> {
  const options = stdin === undefined ? {} : { stdin };
  const kubectl = () => home.kubectl([`--context=ctx-${member}`, 'get', ...args], options);
  for (let attempt = 1; ; attempt += 1) {
    const before = await kubectl();
    const ours = await home.mc([`--clusters=${member}`, 'get', ...args], options);
    try {
      return check(before, ours);
    } catch {
      const after = await kubectl();
      try {
        return check(before, { ...ours, stdout: asBefore(ours.stdout, before.stdout, after.stdout) });
      } catch (difference) {
        const same = before.stdout === after.stdout && before.stderr === after.stderr;
        if (same || attempt === TRIES) throw difference;
      }
    }
  }
}

/** Our lines, as kubectl's earlier ones where they differ in nothing but ages that lie between kubectl's two answers. */
function asBefore(ours: string, before: string, after: string): string {
  const later = new Map(lines(after).map((line) => [ageless(line), line]));
  const earlier = new Map(lines(before).map((line) => [ageless(line), line]));
  return lines(ours)
    .map((line) => {
      const [from, to] = [earlier.get(ageless(line)), later.get(ageless(line))];
      if (from === undefined || to === undefined) return line;
      const [low, high] = [agesIn(from), agesIn(to)];
      return agesIn(line).every((age, at) => low[at]! <= age && age <= high[at]!) ? from : line;
    })
    .join('\n');
}

/** Ages as kubectl writes them: `45s`, `3m20s`, `2d`. */
const AGE = /(?<=^| )(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?= |$)/g;

function ageless(line: string): string {
  return line.replace(AGE, (text) => (text === '' ? '' : '<age>'));
}

/** Every age of a line in seconds. */
function agesIn(line: string): readonly number[] {
  return [...line.matchAll(AGE)]
    .filter(([text]) => text !== '')
    .map(([, d = 0, h = 0, m = 0, s = 0]) => ((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s));
}
