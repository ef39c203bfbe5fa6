/** How Go writes values: kubectl's output is made of json.Marshal (maps, lists) and fmt.Sprint (the rest). */

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** An object that JSON calls an object, not a list and not null. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON as Go's encoder writes it: keys sorted, `<`, `>` and `&` escaped; `indent` is repeated per level, "" is compact. */
export function goJSON(value: unknown, indent = '', level = 0): string {
  const line = indent === '' ? '' : `\n${indent.repeat(level + 1)}`;
  const last = indent === '' ? '' : `\n${indent.repeat(level)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => line + goJSON(item, indent, level + 1)).join(',')}${last}]`;
  }
  if (isMap(value)) {
    const keys = Object.keys(value).sort();
    if (keys.length === 0) return '{}';
    const colon = indent === '' ? ':' : ': ';
    return `{${keys.map((key) => line + quoted(key) + colon + goJSON(value[key], indent, level + 1)).join(',')}${last}}`;
  }
  if (typeof value === 'string') return quoted(value);
  return value === undefined || value === null ? 'null' : String(value);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes[char]!);
}

/** A value as fmt.Sprint prints it: `map[a:1 b:[x y]]`, `<nil>`, `1e-05`. */
export function goText(value: unknown): string {
  if (value === null) return '<nil>';
  if (value === undefined) return '<invalid reflect.Value>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isMap(value)) {
    const entries = Object.keys(value).sort();
    return `map[${entries.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
  }
  return typeof value === 'number' ? goNumber(value) : String(value);
}

/** A number as %v prints it: integers that fit an int64 in full, others with an exponent from a million on and below 1e-4. */
function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return String(value);
  const [mantissa, power] = value.toExponential().split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The Go type that a decoded JSON value has, as it appears in messages. */
export function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int64';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
