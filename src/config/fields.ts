import { readDuration } from '../flags/duration.ts';
import type { Path } from '../serializer/positions.ts';
import { expandPath, type PathContext } from '../system/paths.ts';

/** The file that values come from, for messages and relative paths. */
export interface FieldFile {
  readonly paths: PathContext;
  /** Throws the UsageError `FILE:LINE:COL: key: message`. */
  fail(path: Path, message: string): never;
  /** How the scalar at `path` is written: `on` where the value is true. */
  textAt(path: Path): string | undefined;
  /** Called for every key that the schema does not know. */
  unknownKey(path: Path, known: readonly string[], section: 'warn' | 'refuse'): void;
  /** Called for every value that was written, with what it would have been otherwise. */
  written(path: Path, raw: unknown, value: unknown, initial: unknown): void;
}

/** One value: what it is when nothing is written, and how a written one is checked. */
export interface Leaf<T> {
  readonly kind: 'leaf';
  initial(paths: PathContext): T;
  /** What `config set` has to know about the notation of a value; absent for words and numbers. */
  readonly shape?: 'text' | 'duration' | 'list' | 'mapping';
  read(value: unknown, path: Path, file: FieldFile): T;
}

/** A mapping with known keys. */
export interface Section<T> {
  readonly kind: 'section';
  readonly fields: FieldsOf<T>;
  readonly unknown: 'warn' | 'refuse';
}

/** A value or a mapping of values. */
export type Field<T> = Leaf<T> | Section<T>;
/** A schema that names every key of T. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** A mapping whose unknown keys are warned about (`warn`) or refused. */
export function section<T>(fields: FieldsOf<T>, unknown: 'warn' | 'refuse' = 'warn'): Section<T> {
  return { kind: 'section', fields, unknown };
}

/** A string; `initial` is "" unless told otherwise. Words that YAML takes for another type (`on`, `12`) are the text they are. */
export function text(initial = ''): Leaf<string> {
  return leaf(initial, (value, at, file) => written(value, at, file) ?? file.fail(at, 'must be a string'), 'text');
}

/** A path, made absolute (`~`, `$VAR`, relative to the file). */
export function path(initial = ''): Leaf<string> {
  const inner = text();
  return {
    kind: 'leaf',
    shape: 'text',
    initial: (paths) => (initial.startsWith('~') && paths.home === undefined ? '' : expandPath(initial, paths)),
    read: (value, at, file) => expandPath(inner.read(value, at, file), file.paths),
  };
}

/** true or false. */
export function flag(initial: boolean): Leaf<boolean> {
  return leaf(initial, (value, at, file) => {
    return typeof value === 'boolean' ? value : file.fail(at, `${shown(value)} is not true or false`);
  });
}

/** A whole number between `min` and `max`, both included. */
export function integer(initial: number, min: number, max: number): Leaf<number> {
  return leaf(initial, (value, at, file) => {
    if (!Number.isInteger(value)) return file.fail(at, `${shown(value)} is not a whole number`);
    if ((value as number) < min || (value as number) > max)
      return file.fail(at, `${shown(value)} is not between ${min} and ${max}`);
    return value as number;
  });
}

/** A Go duration or a number of seconds, in milliseconds and never negative. */
export function duration(initial: number): Leaf<number> {
  return leaf(
    initial,
    (value, at, file) => {
      const ms = typeof value === 'string' || typeof value === 'number' ? readDuration(String(value)) : undefined;
      if (typeof ms !== 'number') return file.fail(at, `${shown(value)} is not a duration (for example 30s)`);
      return ms >= 0 ? ms : file.fail(at, `${shown(value)} is negative`);
    },
    'duration',
  );
}

/** The word `auto` or what another field takes. */
export function autoOr<T>(inner: Leaf<T>): Leaf<T | 'auto'> {
  return leaf<T | 'auto'>(
    'auto',
    (value, at, file) => (value === 'auto' ? value : inner.read(value, at, file)),
    inner.shape,
  );
}

/** One of a few words. */
export function choice<T extends string>(initial: T, words: readonly T[]): Leaf<T> {
  const list = words.map((candidate) => candidate || '""').join(', ');
  return leaf(
    initial,
    (value, at, file) => {
      const given = written(value, at, file);
      const word = words.find((candidate) => candidate === given);
      return word ?? file.fail(at, `${shown(given ?? value)} is not one of ${list}`);
    },
    'text',
  );
}

/** A list of equal things, empty when absent. */
export function listOf<T>(item: Field<T>): Leaf<readonly T[]> {
  return leaf<readonly T[]>(
    [],
    (value, at, file) => {
      if (!Array.isArray(value)) return file.fail(at, 'must be a list');
      return value.map((entry, index) => {
        const place = [...at, index];
        if (entry === undefined || entry === null) return file.fail(place, 'must not be empty');
        return readField(item, entry, place, nested(file));
      });
    },
    'list',
  );
}

/** A mapping with free keys, empty when absent. */
export function recordOf<T>(item: Field<T>): Leaf<Readonly<Record<string, T>>> {
  return leaf<Readonly<Record<string, T>>>(
    {},
    (value, at, file) => {
      const map = asMapping(value, at, file);
      return Object.fromEntries(
        Object.keys(map).map((key) => [key, readField(item, map[key], [...at, key], nested(file))]),
      );
    },
    'mapping',
  );
}

/** Anything at all, left to whoever reads it. */
export function anything(): Leaf<unknown> {
  return leaf<unknown>(undefined, (value) => value);
}

/** A value that may be absent; its key is then left out of the result. */
export function optional<T>(inner: Leaf<T>): Leaf<T | undefined> {
  return leaf<T | undefined>(undefined, (value, at, file) => inner.read(value, at, file));
}

/** Reads one field; null and undefined (a key without a value) are what is not written. */
export function readField<T>(field: Field<T>, value: unknown, at: Path, file: FieldFile): T {
  if (field.kind === 'section') return readSection(field, value, at, file);
  const initial = field.initial(file.paths);
  if (value === undefined || value === null) return initial;
  const read = field.read(value, at, file);
  file.written(at, value, read, initial);
  return read;
}

/** A value that must be a mapping, as one. */
export function asMapping(value: unknown, at: Path, file: FieldFile): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  return file.fail(at, 'must be a mapping (key: value)');
}

function readSection<T>(field: Section<T>, value: unknown, at: Path, file: FieldFile): T {
  const map = value === undefined || value === null ? {} : asMapping(value, at, file);
  const known = Object.keys(field.fields);
  for (const key of Object.keys(map)) {
    if (!known.includes(key)) file.unknownKey([...at, key], known, field.unknown);
  }
  const entries = known.map((key) => {
    const inner = field.fields[key as keyof T] as Field<unknown>;
    return [key, readField(inner, Object.hasOwn(map, key) ? map[key] : undefined, [...at, key], file)] as const;
  });
  return Object.fromEntries(entries.filter(([, read]) => read !== undefined)) as T;
}

/** For the parts of one value: only the value as a whole counts as written. */
export function nested(file: FieldFile): FieldFile {
  return { ...file, written: () => undefined };
}

function leaf<T>(initial: T, read: Leaf<T>['read'], shape?: Leaf<T>['shape']): Leaf<T> {
  return { kind: 'leaf', initial: () => initial, read, ...(shape && { shape }) };
}

function written(value: unknown, at: Path, file: FieldFile): string | undefined {
  return typeof value === 'string' ? value : file.textAt(at);
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null';
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
