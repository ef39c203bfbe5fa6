/**
 * What other people's text may do on a terminal: nothing. Cluster names, cells, messages and logs come from many owners and
 * could hide or reorder what stands next to them. kubectl replaces ESC and CR; this replaces everything invisible or reordering.
 */

// C0, DEL and C1, soft hyphen, Arabic letter mark, Mongolian vowel separator, zero width and direction marks, line and paragraph
// separators, bidi controls and isolates, byte order mark, interlinear annotation, tags.
const UNSAFE =
  /[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const EVERY_UNSAFE = new RegExp(UNSAFE, 'gu');
/** A guard that finds nothing in ordinary text and is twice as quick as the whole set. */
const SUSPICIOUS = /[^\x20-\x7e]/;

/** One cell of a table: cut at the first line break with `...`, tabs as `\t`, other unsafe characters visible. */
export function escapeCell(text: string): string {
  if (!SUSPICIOUS.test(text) || !UNSAFE.test(text)) return text;
  const cut = text.search(/[\f\n\r]/);
  const line = cut === -1 ? text : `${text.slice(0, cut)}...`;
  return line.replaceAll(EVERY_UNSAFE, (sign) => (sign === '\t' ? '\\t' : visible(sign)));
}

/** A message of one or many lines (errors, conditions, a plugin's stderr): tabs and newlines stay, `prefix` stands before every line. */
export function escapeMessage(text: string, prefix = ''): string {
  if (!SUSPICIOUS.test(text)) return prefix + text;
  const lines = text.replaceAll('\r\n', '\n').replaceAll(EVERY_UNSAFE, keepLayout);
  // The newline at the very end closes the last line, it does not begin another.
  return prefix + (prefix === '' ? lines : lines.replaceAll(/\n(?!$)/g, `\n${prefix}`));
}

/** A container's log on a terminal: colours (SGR) pass, every other escape sequence and control is made visible. */
export function escapeLog(text: string): string {
  if (!SUSPICIOUS.test(text) || !UNSAFE.test(text)) return text;
  return text.replaceAll(SGR_OR_UNSAFE, (found) => (found.length > 2 ? found : keepLayout(found)));
}

/** JSON text on a terminal: the same value, with `\u00xx` for what JSON would show as it is. */
export function escapeJSONText(json: string): string {
  if (!SUSPICIOUS.test(json)) return json;
  return json.replaceAll(EVERY_UNSAFE, (sign) => {
    if (sign === '\n' || sign === '\r' || sign === '\t') return sign;
    // UTF-16 units, so that tags beyond the BMP become a surrogate pair.
    return Array.from(
      { length: sign.length },
      (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join('');
  });
}

const SGR_OR_UNSAFE = new RegExp(`\\x1b\\[[0-9;:]*m|${UNSAFE.source}`, 'gu');

function keepLayout(sign: string): string {
  return sign === '\n' || sign === '\t' ? sign : visible(sign);
}

function visible(sign: string): string {
  return sign === '\x1b' ? '^[' : `\\u{${(sign.codePointAt(0) as number).toString(16)}}`;
}
