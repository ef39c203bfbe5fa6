const ASCII = /^[\x20-\x7e]*$/;
// Combining marks, joiners, direction marks, Hangul vowels and finals that join the syllable before them.
const ZERO = /^[\p{Mn}\p{Me}\p{Cc}\p{Cf}\u1160-\u11ff\u200b]$/u;
// East Asian Wide and Fullwidth (UAX #11), and what is shown as an emoji without being asked.
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\u4dbf\u4dc0-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18df2}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}])$/u;
const EMOJI_SELECTOR = '\ufe0f';

/** Cells that a text takes on a terminal: 1 for most characters, 2 for East Asian wide ones and emoji, 0 for combining marks. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  let last = 0;
  for (const sign of text) {
    if (sign === EMOJI_SELECTOR) {
      // A sign that is text by itself becomes a wide picture.
      width += last === 1 ? 1 : 0;
      last = 0;
    } else {
      last = widthOf(sign);
      width += last;
    }
  }
  return width;
}

/** A text of at most `cells` cells, its end replaced by `...` where it does not fit. */
export function truncate(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return text;
  let kept = '';
  let width = 3;
  for (const sign of text) {
    width += widthOf(sign);
    if (width > cells) break;
    kept += sign;
  }
  return `${kept}...`;
}

function widthOf(sign: string): number {
  if (sign >= ' ' && sign <= '~') return 1;
  if (ZERO.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}
