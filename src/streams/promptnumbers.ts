import { escapeCell } from './escape.ts';
import { type Choice, matching } from './promptmatch.ts';

/** How many choices are listed at once. */
const SHOWN = 20;

/** The same question for terminals that cannot redraw: numbers choose, any other text narrows the list, 0 is `none`. */
export async function chooseByNumber(
  { question, choices, none }: Choice,
  ask: (question: string) => Promise<string>,
  say: (line: string) => void,
): Promise<string | undefined> {
  let left = choices;
  for (;;) {
    say(escapeCell(question));
    left.slice(0, SHOWN).forEach((choice, at) => {
      say(`  ${at + 1}) ${escapeCell(choice)}`);
    });
    if (left.length > SHOWN) say(`  and ${left.length - SHOWN} more`);
    if (none !== undefined) say(`  0) ${escapeCell(none)}`);
    const first = left.length > 0 ? ' [1]' : none === undefined ? '' : ' [0]';
    const typed = (await ask(`A number, or a part of the name${first}: `)).trim();
    if (/^\d*$/.test(typed)) {
      const number = typed === '' ? (left.length > 0 ? 1 : 0) : Number(typed);
      if (number === 0 && none !== undefined) return undefined;
      const chosen = number <= SHOWN ? left[number - 1] : undefined;
      if (chosen !== undefined) return chosen;
      say('there is no such number');
      continue;
    }
    const narrowed = matching(typed, choices);
    const [only] = narrowed;
    // Typed in full it needs no number.
    if (only === typed) return only;
    if (narrowed.length === 0) say('no match');
    left = narrowed.length === 0 ? choices : narrowed;
  }
}
