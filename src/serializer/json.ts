/** Key order of objects: as they come, or by code unit as kubectl prints what a server gave. */
export type KeyOrder = 'kept' | 'sorted';

/** A whole JSON document as `kubectl -o json` writes it: four spaces, Go's HTML escapes, a newline at the end. */
export function toJSONText(value: unknown, order: KeyOrder = 'kept'): string {
  return `${renderJSON(value, 0, order)}\n`;
}

/**
 * One value of a document that is written piece by piece: its first line without indentation, further lines at `indentLevel`
 * (in steps of four spaces), nothing at the end.
 */
export function renderJSON(value: unknown, indentLevel: number, order: KeyOrder = 'kept'): string {
  const newline = `\n${INDENT.repeat(indentLevel)}`;
  if (order === 'sorted') return escapeHTML(renderSorted(value, newline) ?? 'null');
  const text = JSON.stringify(value, null, INDENT) ?? 'null';
  // Strings hold no raw newline, so every newline is one between tokens.
  return escapeHTML(indentLevel === 0 ? text : text.replaceAll('\n', newline));
}

const INDENT = '    ';
const HTML = /[<>&\u2028\u2029]/;

function escapeHTML(text: string): string {
  if (!HTML.test(text)) return text;
  return text.replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Sorted copies would not do: an object always lists keys that look like array indexes first.
function renderSorted(value: unknown, newline: string): string | undefined {
  if (typeof value !== 'object' || value === null || hasToJSON(value))
    return JSON.stringify(value, null, INDENT)?.replaceAll('\n', newline);
  const inner = newline + INDENT;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => inner + (renderSorted(item, inner) ?? 'null')).join(',')}${newline}]`;
  }
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const text = renderSorted((value as Readonly<Record<string, unknown>>)[key], inner);
    if (text !== undefined) fields.push(`${inner}${JSON.stringify(key)}: ${text}`);
  }
  return fields.length === 0 ? '{}' : `{${fields.join(',')}${newline}}`;
}

function hasToJSON(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
