import { resolvesToOther } from './scalars.ts';

/** Where a scalar is written: continuation lines start at `indent`, the first character stands in `column` (both in cells). */
export interface ScalarPlace {
  readonly indent: number;
  readonly column: number;
  /** False for the key of a `key: value` line, which must stay on one line. */
  readonly fold: boolean;
}

/** Column after which kubectl's YAML library breaks a line at the next single space. */
const WIDTH = 80;

/** Text that needs no look at all: begins with a letter, holds nothing special, is longer than any word with a meaning. */
const HARMLESS = /^[A-Za-z/][A-Za-z0-9_./-]{5,}$/;

/** One string as a YAML scalar, in the style kubectl prints it in; without a line break at the end, except for block scalars. */
export function yamlString(text: string, place: ScalarPlace): string {
  // A text without spaces is never folded, whatever its length.
  if (HARMLESS.test(text)) return text;
  const printable = !SPECIAL.test(text) && !text.includes(' \n');
  if (text.includes('\n')) {
    return printable && !text.endsWith(' ') ? literal(text, place.indent) : doubleQuoted(text, place);
  }
  if (!printable || resolvesToOther(text)) return doubleQuoted(text, place);
  if (canBePlain(text)) return fold(text, place);
  return `'${fold(text.replaceAll("'", "''"), { ...place, column: place.column + 1 })}'`;
}

/** True when a key cannot stand before a colon on one line: it has line breaks or more than 128 bytes. */
export function needsComplexKey(key: string): boolean {
  return BREAK.test(key) || (key.length > 42 && Buffer.byteLength(key) > 128);
}

// What YAML 1.1 does not print as it is: controls (the tab too), DEL, C1, the byte order mark, everything beyond the BMP.
const SPECIAL = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const BREAK = /[\n\r\x85\u2028\u2029]/;
const INDICATOR_FIRST = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?: |$)|---|\.\.\.)/;
const INDICATOR_INSIDE = /:(?: |$)| #/;

function canBePlain(text: string): boolean {
  return !/^ | $/.test(text) && !INDICATOR_FIRST.test(text) && !INDICATOR_INSIDE.test(text);
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const pad = ' '.repeat(indent);
  const lines = body.split('\n').map((line) => (line === '' ? '' : pad + line));
  return `|${hint}${chomp}\n${lines.join('\n')}\n`;
}

/** Breaks at single spaces beyond the width, never at the first or last character. All characters are one cell of column here. */
function fold(text: string, place: ScalarPlace): string {
  if (!place.fold || place.column + text.length <= WIDTH || !text.includes(' ')) return text;
  const newline = `\n${' '.repeat(place.indent)}`;
  let out = '';
  let { column } = place;
  for (let at = 0; at < text.length; at += 1) {
    if (
      column > WIDTH &&
      text[at] === ' ' &&
      text[at - 1] !== ' ' &&
      text[at + 1] !== ' ' &&
      at > 0 &&
      at < text.length - 1
    ) {
      out += newline;
      column = place.indent;
    } else {
      out += text[at];
      column += 1;
    }
  }
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapePiece(piece: string): string {
  const known = ESCAPES[piece];
  if (known !== undefined) return known;
  if (!SPECIAL.test(piece)) return piece;
  const code = piece.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code > 0xffff) return `\\U${hex.padStart(8, '0')}`;
  return code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
}

function doubleQuoted(text: string, place: ScalarPlace): string {
  const newline = `\n${' '.repeat(place.indent)}`;
  const pieces = Array.from(text.toWellFormed());
  let out = '"';
  let column = place.column + 1;
  let afterSpace = false;
  for (const [at, piece] of pieces.entries()) {
    const inside = at > 0 && at < pieces.length - 1;
    if (piece === ' ' && place.fold && !afterSpace && column > WIDTH && inside) {
      // A line must not begin with a space: the next one is escaped.
      const mark = pieces[at + 1] === ' ' ? '\\' : '';
      out += newline + mark;
      column = place.indent + mark.length;
    } else {
      const shown = escapePiece(piece);
      out += shown;
      column += shown.length;
    }
    afterSpace = piece === ' ';
  }
  return `${out}"`;
}
