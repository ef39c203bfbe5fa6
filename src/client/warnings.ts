/**
 * The texts of `Warning:` headers (RFC 7234, 5.5), several in one header included; a header that is not of that form
 * gives what was read before the fault, as with client-go.
 */
export function warningTexts(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  // One value may hold several warnings and Node joins several headers with commas: the grammar is the same.
  const text = typeof header === 'string' ? header : header.join(', ');
  const texts: string[] = [];
  // Code, agent, quoted text (with quoted pairs), perhaps a quoted date.
  const warning = /\s*([1-9]\d\d)\s+(?:[^\s",]+)\s+"((?:[^"\\]|\\.)*)"(?:\s+"[^"]*")?\s*(?:,|$)/gy;
  for (let match = warning.exec(text); match; match = warning.exec(text)) {
    texts.push(utf8(match[2]!.replace(/\\(.)/gs, '$1')));
    if (warning.lastIndex >= text.length) break;
  }
  return texts;
}

/** Node reads header bytes as Latin-1; API servers send UTF-8. */
export function utf8(header: string): string {
  return /[\x80-\xff]/.test(header) ? Buffer.from(header, 'latin1').toString('utf8') : header;
}
