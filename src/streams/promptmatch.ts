/** A question with many possible answers, the likeliest first. */
export interface Choice {
  readonly question: string;
  readonly choices: readonly string[];
  /** What to call the answer that is none of them; there is no such answer without it. */
  readonly none?: string;
}

/**
 * The choices that a typed text leaves, better matches first and otherwise in their order: beginnings, then parts, then
 * all letters in order (`pus` for prod-us). Upper and lower case are the same; words apart must all match.
 */
export function matching(typed: string, choices: readonly string[]): readonly string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return choices;
  const ranked = choices.map((choice) => {
    const ranks = words.map((word) => rank(word, choice.toLowerCase()));
    return { choice, rank: ranks.includes(NONE) ? NONE : Math.max(...ranks) };
  });
  return ranked
    .filter((one) => one.rank !== NONE)
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice);
}

const NONE = 9;

function rank(word: string, choice: string): number {
  if (choice === word) return 0;
  if (choice.startsWith(word)) return 1;
  if (choice.includes(word)) return 2;
  let at = 0;
  for (const letter of word) {
    at = choice.indexOf(letter, at) + 1;
    if (at === 0) return NONE;
  }
  return 3;
}
