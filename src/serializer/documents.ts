/** One document of a manifest file: its text, the line it begins on, and whether it looks like JSON. */
export interface DocumentText {
  readonly text: string;
  readonly line: number;
  readonly json: boolean;
}

/** Splits where kubectl does: at lines that begin with `---`, and between JSON objects that follow one another; blank parts are dropped. */
export function splitDocuments(text: string): readonly DocumentText[] {
  return splitAtMarkers(text).flatMap((part) => (part.json ? splitJSON(part) : [part]));
}

function splitAtMarkers(text: string): readonly DocumentText[] {
  const parts: DocumentText[] = [];
  let start = 0;
  let line = 1;
  for (const marker of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) {
    add(parts, text.slice(start, marker.index), line);
    line += countBreaks(text, start, marker.index);
    start = marker.index;
  }
  add(parts, text.slice(start), line);
  return parts;
}

function add(parts: DocumentText[], text: string, line: number): void {
  const body = text.replace(/^---/, '');
  if (/^(?:\s*(?:#.*)?(?:\n|$))*$/.test(body)) return;
  // The marker itself stays, so that lines and columns of errors are those of the file.
  parts.push({ text, line, json: /^\s*\{/.test(text) });
}

/** `{…}{…}` as printed by several `kubectl get -o json` in a row. */
function splitJSON(part: DocumentText): readonly DocumentText[] {
  const { text } = part;
  const parts: DocumentText[] = [];
  let depth = 0;
  let start = 0;
  let line = part.line;
  for (const token of text.matchAll(/"(?:[^"\\]|\\[\s\S])*"|[{}[\]]/g)) {
    const sign = token[0];
    if (sign.length > 1) continue;
    depth += sign === '{' || sign === '[' ? 1 : -1;
    const end = token.index + 1;
    if (depth !== 0) continue;
    parts.push({ text: text.slice(start, end), line: line + leadingBreaks(text, start), json: true });
    line += countBreaks(text, start, end);
    start = end;
  }
  const rest = text.slice(start);
  // Unbalanced braces, or something else after them: let the YAML reader say what is wrong.
  return rest.trim() === '' && parts.length > 0 ? parts : [part];
}

function leadingBreaks(text: string, start: number): number {
  return (/^\s*/.exec(text.slice(start))?.[0].match(/\n/g) ?? []).length;
}

function countBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
