/** An object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object, an empty one for everything else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value as a list, an empty one for everything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a string of at most `limit` UTF-16 units, undefined for everything else. */
export function cut(value: unknown, limit: number): string | undefined {
  return typeof value === 'string' ? value.slice(0, limit) : undefined;
}
