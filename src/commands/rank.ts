import { editDistance } from '../flags/suggest.ts';

/** Names in the order in which they are likely to mean `wanted`; equally likely ones keep their order. */
export function rankByName(wanted: string, names: readonly string[]): readonly string[] {
  const scored = names.map((name) => ({ name, score: likeness(wanted.toLowerCase(), name.toLowerCase()) }));
  return scored.sort((a, b) => b.score - a.score).map(({ name }) => name);
}

/** 5 for the same name, down to 0; context names of clouds hold the cluster's name behind a slash, a colon or an underscore. */
function likeness(wanted: string, name: string): number {
  if (name === wanted) return 5;
  if (name.split(/[/:_@]/).includes(wanted)) return 4;
  if (name.includes(wanted)) return 3 + wanted.length / name.length;
  const mine = words(wanted);
  const theirs = words(name);
  const shared = [...mine].filter((word) => theirs.has(word)).length;
  if (shared > 0) return 1 + shared / new Set([...mine, ...theirs]).size;
  return 1 - editDistance(wanted, name) / Math.max(wanted.length, name.length, 1);
}

function words(name: string): ReadonlySet<string> {
  return new Set(name.split(/[^a-z0-9]+/).filter(Boolean));
}
