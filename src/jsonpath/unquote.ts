/** Go's single-character escapes. */
const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** How many hexadecimal digits follow `\x`, `\u` and `\U`. */
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Takes Go's escapes out of the inside of a quoted string; undefined where Go calls the syntax invalid.
 * `\x` and octal escapes are bytes, so the text is put together as UTF-8.
 */
export function unquote(inside: string, quote: string): string | undefined {
  if (!inside.includes('\\')) return inside;
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  let rest = inside;
  while (rest !== '') {
    const char = String.fromCodePoint(rest.codePointAt(0)!);
    if (char === quote || char === '\n') return undefined;
    if (char !== '\\') {
      bytes.push(...encoder.encode(char));
      rest = rest.slice(char.length);
      continue;
    }
    const escaped = readEscape(rest.slice(1), quote);
    if (escaped === undefined) return undefined;
    bytes.push(...(escaped.byte ? [escaped.code] : encoder.encode(String.fromCodePoint(escaped.code))));
    rest = rest.slice(1 + escaped.length);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** Reads what follows a backslash: its value, how long it was, and whether it stands for one raw byte. */
function readEscape(text: string, quote: string): { code: number; length: number; byte: boolean } | undefined {
  const letter = text[0] ?? '';
  const known = simple[letter];
  if (known !== undefined) return { code: known, length: 1, byte: true };
  if (letter === quote) return { code: letter.charCodeAt(0), length: 1, byte: true };
  const octal = /^[0-7]{3}/.exec(text)?.[0];
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8);
    return code > 255 ? undefined : { code, length: 3, byte: true };
  }
  const digits = hexDigits[letter];
  if (digits === undefined) return undefined;
  const hex = text.slice(1, 1 + digits);
  if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length !== digits) return undefined;
  const code = Number.parseInt(hex, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { code, length: 1 + digits, byte: letter === 'x' };
}
