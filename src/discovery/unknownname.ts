import { UsageError } from '../errors.ts';

/** How many names an error lists before it says "and N more". */
const shown = 20;

/** The UsageError for a name nobody knows: `Context 'x' not found in kubeconfig`, what there is, and the nearest name. */
export function unknownContext(name: string, known: readonly string[], more: readonly string[] = []): UsageError {
  return new UsageError(`Context '${name}' not found in kubeconfig`, {
    more: [...available('contexts', known), ...more, ...didYouMean(name, known)],
  });
}

/** `Available contexts: a, b`, shortened after twenty names; nothing where there are none. */
export function available(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const sorted = [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rest = sorted.length - shown;
  return [`Available ${what}: ${sorted.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`];
}

/** `did you mean "prod"?` where a name is near enough, else nothing. */
export function didYouMean(name: string, known: readonly string[]): readonly string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance };
  }
  return best ? [`did you mean "${best.name}"?`] : [];
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
