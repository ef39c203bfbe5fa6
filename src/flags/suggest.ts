/** The candidate that was probably meant, undefined where none is close; equally close ones go by code units. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  let best: { readonly candidate: string; readonly cost: number } | undefined;
  for (const candidate of candidates) {
    const cost = costOf(word, candidate, limit);
    if (cost === undefined) continue;
    if (best === undefined || cost < best.cost || (cost === best.cost && candidate < best.candidate)) {
      best = { candidate, cost };
    }
  }
  return best?.candidate;
}

/** The line to put under an error about an unknown name: none, or `did you mean "x"?`. */
export function didYouMean(word: string, candidates: Iterable<string>): readonly string[] {
  const close = suggest(word, candidates);
  return close === undefined ? [] : [`did you mean "${close}"?`];
}

/** Names for an error, sorted and at most twenty of them: `a, b and 3 more`, or `none`. */
export function someOf(names: readonly string[]): string {
  const shown = 20;
  const sorted = names.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rest = sorted.length - shown;
  return `${sorted.slice(0, shown).join(', ') || 'none'}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function costOf(word: string, candidate: string, limit: number): number | undefined {
  // A beginning that was typed in full is likelier than two typing errors, and less likely than one.
  const begins = word.length >= 3 && candidate.startsWith(word) ? 1.5 : undefined;
  // The lengths bound the distance from below, so most of a long list is never compared.
  if (Math.abs(word.length - candidate.length) > limit) return begins;
  const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
  return distance > limit ? begins : Math.min(distance, begins ?? distance);
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? beforeLast[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replace, swap));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
