import { type Random, random } from './random.ts';

/** One thing that an operation does; times in milliseconds. */
export type Step =
  | { readonly kind: 'wait' | 'deafWait' | 'login'; readonly ms: number }
  | { readonly kind: 'item' | 'reset' | 'refuse' | 'crash' | 'never' | 'deaf' | 'established' };

/** What one cluster does. */
export interface Script {
  readonly name: string;
  readonly ready:
    | { readonly kind: 'at once' | 'never' | 'deaf' | 'refuse' | 'crash' }
    | { readonly kind: 'wait'; readonly ms: number };
  readonly steps: readonly Step[];
}

/** Everything that decides how a fan-out goes. */
export interface Scenario {
  readonly scripts: readonly Script[];
  readonly lanes: number;
  readonly clusterTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly failFast: boolean;
  /** When the user ends it, undefined never. */
  readonly abortAtMs: number | undefined;
  /** How long the reader takes over each event. */
  readonly readerMs: readonly number[];
  /** After how many events the reader goes away, undefined never. */
  readonly leaveAfter: number | undefined;
}

/** The scenario of a seed; it always ends one way or another. */
export function scenario(seed: number): Scenario {
  const r = random(seed);
  const scripts = Array.from({ length: r.int(0, 24) }, (_, at) => script(r, `c${at}`));
  const clusterTimeoutMs = r.chance(0.6) ? r.int(20, 400) : 0;
  const totalTimeoutMs = r.chance(0.5) ? r.int(50, 1500) : 0;
  const abort = r.chance(0.3) ? r.int(0, 800) : undefined;
  // Neither a login nor what lives on its own has a clock: only the user ends those that never end.
  const endless = scripts.some(
    ({ ready, steps }) =>
      ready.kind === 'never' || ready.kind === 'deaf' || steps.some(({ kind }) => kind === 'established'),
  );
  const bounded = !endless && (clusterTimeoutMs > 0 || totalTimeoutMs > 0);
  const slow = r.chance(0.4);
  return {
    scripts,
    lanes: r.int(1, 20),
    clusterTimeoutMs,
    totalTimeoutMs,
    failFast: r.chance(0.25),
    abortAtMs: abort ?? (bounded ? undefined : 5000),
    readerMs: Array.from({ length: r.int(1, 9) }, () => (slow && r.chance(0.3) ? r.int(1, 900) : 0)),
    leaveAfter: r.chance(0.15) ? r.int(0, 12) : undefined,
  };
}

function script(r: Random, name: string): Script {
  const kind = r.pick(['at once', 'at once', 'at once', 'wait', 'wait', 'never', 'deaf', 'refuse', 'crash'] as const);
  const rare = (kind === 'never' || kind === 'deaf') && r.chance(0.7) ? 'at once' : kind;
  const steps = Array.from({ length: r.int(0, 8) }, () => step(r));
  return { name, ready: rare === 'wait' ? { kind: rare, ms: r.int(0, 600) } : { kind: rare }, steps };
}

function step(r: Random): Step {
  const roll = r.int(0, 99);
  if (roll < 40) return { kind: 'item' };
  if (roll < 65) return { kind: 'wait', ms: r.int(0, 200) };
  if (roll < 70) return { kind: 'login', ms: r.int(0, 500) };
  if (roll < 75) return { kind: 'deafWait', ms: r.int(0, 200) };
  if (roll < 82) return { kind: 'reset' };
  if (roll < 88) return { kind: 'refuse' };
  if (roll < 91) return { kind: 'crash' };
  if (roll < 95) return { kind: 'never' };
  if (roll < 98) return { kind: 'deaf' };
  return { kind: 'established' };
}
