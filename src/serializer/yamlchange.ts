import type { Path } from './positions.ts';

/** One edit of a document; parents that are missing are made. */
export type Change =
  | { readonly kind: 'set'; readonly path: Path; readonly value: unknown }
  | { readonly kind: 'append'; readonly path: Path; readonly values: readonly unknown[] }
  | { readonly kind: 'remove'; readonly path: Path };

/** What a change makes of plain values; the input stays as it is. A path that leads through a scalar is an error. */
export function changedValue(root: unknown, change: Change): unknown {
  return at(root, change.path, (old) => {
    if (change.kind === 'set') return change.value;
    if (change.kind === 'remove') return REMOVED;
    if (old !== undefined && old !== null && !Array.isArray(old)) throw new TypeError('not a list');
    return [...((old as readonly unknown[] | null | undefined) ?? []), ...change.values];
  });
}

/** Equal as documents: the order of keys does not count, and what is empty is the same as nothing. */
export function sameDocument(a: unknown, b: unknown): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

const REMOVED = Symbol('removed');

function at(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (typeof step === 'number') {
    if (!Array.isArray(value)) throw new TypeError('not a list');
    const inner = at(value[step], rest, change);
    return inner === REMOVED ? value.toSpliced(step, 1) : value.with(step, inner);
  }
  if (Array.isArray(value) || (typeof value !== 'object' && value !== undefined)) throw new TypeError('not a mapping');
  const map = (value ?? {}) as Readonly<Record<string, unknown>>;
  const inner = at(Object.hasOwn(map, step) ? map[step] : undefined, rest, change);
  const { [step]: _old, ...others } = map;
  if (inner === REMOVED) return others;
  return Object.hasOwn(map, step) ? { ...map, [step]: inner } : { ...others, [step]: inner };
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(normal);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? null : entries.map(([key, inner]) => [key, normal(inner)]);
}
