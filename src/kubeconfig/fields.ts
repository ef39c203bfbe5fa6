import { ClusterFailure } from '../errors.ts';
import type { KubeconfigEntry } from './kubeconfig.ts';
import { expected, isRecord } from './parse.ts';

/** The fields of one cluster or user, checked when they are asked for; null reads as absent, as in Go. */
export interface Fields {
  /** "" and null read as undefined. */
  text(key: string): string | undefined;
  flag(key: string): boolean;
  texts(key: string): readonly string[];
  record(key: string): Fields | undefined;
  records(key: string): readonly Fields[];
  /** The value as it is written. */
  raw(key: string): unknown;
  keys(): readonly string[];
}

/** The failure of a context that cannot be used as it is written. */
export function invalidConfiguration(message: string, hint?: string): ClusterFailure {
  return new ClusterFailure({
    type: 'NoContext',
    message,
    reason: 'InvalidConfiguration',
    retriable: false,
    ...(hint !== undefined && { hint }),
  });
}

/** Opens an entry for reading; `path` (`clusters.prod`) names it in errors. */
export function fieldsOf(entry: KubeconfigEntry, path: string): Fields {
  return open(entry.fields, path, entry.file);
}

function open(values: Readonly<Record<string, unknown>>, path: string, file: string): Fields {
  const wrong = (where: string, what: string, found: unknown) =>
    invalidConfiguration(`error loading config file "${file}": ${expected(where, what, found)}`);
  const list = (key: string): readonly unknown[] => {
    const value = values[key] ?? [];
    if (!Array.isArray(value)) throw wrong(`${path}.${key}`, 'a list', value);
    return value;
  };
  const child = (value: unknown, where: string): Fields => {
    if (!isRecord(value)) throw wrong(where, 'an object', value);
    return open(value, where, file);
  };
  return {
    text(key) {
      const value = values[key] ?? '';
      if (typeof value !== 'string') throw wrong(`${path}.${key}`, 'a string', value);
      return value === '' ? undefined : value;
    },
    flag(key) {
      const value = values[key] ?? false;
      if (typeof value !== 'boolean') throw wrong(`${path}.${key}`, 'true or false', value);
      return value;
    },
    texts(key) {
      return list(key).map((value, index) => {
        if (typeof value !== 'string') throw wrong(`${path}.${key}[${index}]`, 'a string', value);
        return value;
      });
    },
    record: (key) => (values[key] == null ? undefined : child(values[key], `${path}.${key}`)),
    records: (key) => list(key).map((value, index) => child(value, `${path}.${key}[${index}]`)),
    raw: (key) => values[key],
    keys: () => Object.keys(values),
  };
}
