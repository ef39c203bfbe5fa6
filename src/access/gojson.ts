/**
 * Reads JSON values as Go's encoding/json fills a struct, for files that Go programs read as well: keys match in any letter
 * case (the last one in the file wins), null is the zero value, other types are errors.
 */
export interface GoObject {
  /** The value of a field, whatever the letter case of its key; null and absent are undefined. */
  field(name: string): unknown;
  text(name: string): string;
  flag(name: string): boolean;
  /** A list of strings, [] for null. */
  texts(name: string): readonly string[];
  /** A list of objects, [] for null. */
  objects(name: string): readonly GoObject[];
  /** An object, undefined for null. */
  object(name: string): GoObject | undefined;
  keys(): readonly string[];
}

/** A value of another type than the field it should fill; `message` says so in Go's words. */
export class GoTypeError extends Error {}

/** The value as an object; `path` is where it stands (`providers.name`), "" for the root. */
export function goObject(value: unknown, path = ''): GoObject {
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) throw wrong(value, path, 'an object');
  const entries = value === null ? [] : Object.entries(value as object);
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const field = (name: string) => {
    const folded = name.toLowerCase();
    return entries.findLast(([key]) => key.toLowerCase() === folded)?.[1] ?? undefined;
  };
  const list = (name: string): readonly unknown[] => {
    const items = field(name) ?? [];
    if (!Array.isArray(items)) throw wrong(items, at(name), 'a list');
    return items;
  };
  return {
    field,
    text: (name) => textOf(field(name), at(name)),
    flag: (name) => flagOf(field(name), at(name)),
    texts: (name) => list(name).map((item) => textOf(item, at(name))),
    objects: (name) => list(name).map((item) => goObject(item, at(name))),
    object(name) {
      const inner = field(name);
      return inner === undefined ? undefined : goObject(inner, at(name));
    },
    keys: () => entries.map(([key]) => key),
  };
}

function textOf(value: unknown, path: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrong(value, path, 'a string');
  return value;
}

function flagOf(value: unknown, path: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw wrong(value, path, 'true or false');
  return value;
}

function wrong(value: unknown, path: string, wanted: string): GoTypeError {
  const found = Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'an object'
        : '';
  return new GoTypeError(`${path || 'the file'} is ${found || `a ${typeof value}`}, not ${wanted}`);
}
