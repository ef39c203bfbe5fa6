/** A key as a list understands it. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'enter' | 'up' | 'down' | 'backspace' | 'clear' | 'interrupt' | 'end' | 'other' };

const NAMED: Readonly<Record<string, Exclude<Key['kind'], 'text'>>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\x03': 'interrupt',
  '\x04': 'end',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x15': 'clear',
  '\x1b': 'clear',
  '\x10': 'up',
  '\x1b[A': 'up',
  '\x1bOA': 'up',
  '\x0e': 'down',
  '\t': 'down',
  '\x1b[B': 'down',
  '\x1bOB': 'down',
};

/** Takes the first key off what a terminal in raw mode sent; undefined for nothing. */
export function firstKey(typed: string): { readonly key: Key; readonly rest: string } | undefined {
  const found = /^(?:\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Z])?|[\0-\x1f\x7f]|[^\0-\x1f\x7f]+)/.exec(typed)?.[0];
  if (found === undefined) return undefined;
  const rest = typed.slice(found.length);
  const named = Object.hasOwn(NAMED, found) ? NAMED[found] : undefined;
  if (named !== undefined) return { key: { kind: named }, rest };
  return { key: /^[\0-\x1f\x7f]/.test(found) ? { kind: 'other' } : { kind: 'text', text: found }, rest };
}
