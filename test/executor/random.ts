/** Random choices that a seed repeats (mulberry32). */
export interface Random {
  /** An integer from `from` to `to`, both included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** Opens a source of random choices. */
export function random(seed: number): Random {
  const state = { a: seed >>> 0 };
  const next = (): number => {
    state.a = (state.a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state.a ^ (state.a >>> 15), 1 | state.a);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)]!,
  };
}
