import { CONFIG_KIND, type Config } from '../api/config.ts';
import { UsageError } from '../errors.ts';
import { formatDuration, readDuration } from '../flags/duration.ts';
import { suggest } from '../flags/suggest.ts';
import { parseWithPositions } from '../serializer/positions.ts';
import type { Host } from '../system/host.ts';
import { parseConfigFile } from './configfile.ts';
import { type EditContext, type Edited, editConfigFile } from './editfile.ts';
import { type Field, readField } from './fields.ts';
import { configChoice, configOf, defaultConfig, type LoadedConfig } from './load.ts';
import { configSchema } from './schema.ts';

type EditRequest = EditContext & { readonly host: Host; readonly flag?: string | undefined };

/** A key of the configuration: `execution.timeout`, or one inside a value that is a mapping (`access.recipes.eks.profile`). */
export interface ConfigKey {
  readonly name: string;
  readonly path: readonly string[];
  readonly field: Field<unknown>;
  /** How many steps of the path lead to `field`; the rest goes into its value. */
  readonly depth: number;
}

/** Finds a key by its dotted name; UsageError with the nearest one for a key that does not exist. */
export function configKey(name: string): ConfigKey {
  const path = name.split('.');
  let field: Field<unknown> = configSchema;
  for (const [depth, step] of path.entries()) {
    if (field.kind === 'leaf') {
      if (field.shape === 'mapping' && step !== '') return { name, path, field, depth };
      throw unknownKey(name);
    }
    const { fields } = field as { readonly fields: Readonly<Record<string, Field<unknown>>> };
    const next = Object.hasOwn(fields, step) ? fields[step] : undefined;
    if (next === undefined) throw unknownKey(name);
    field = next;
  }
  return { name, path, field, depth: path.length };
}

/** Every key that has a value of its own, dotted. */
export function configKeys(field: Field<unknown> = configSchema, path: readonly string[] = []): readonly string[] {
  if (field.kind === 'leaf') return [path.join('.')];
  return Object.entries(field.fields as Readonly<Record<string, Field<unknown>>>).flatMap(([key, inner]) =>
    configKeys(inner, [...path, key]),
  );
}

/** The configuration as it would be written: durations as durations. */
export function writtenConfig(value: unknown, field: Field<unknown> = configSchema): unknown {
  if (field.kind === 'leaf')
    return field.shape === 'duration' && typeof value === 'number' ? formatDuration(value) : value;
  const fields = Object.entries(field.fields as Readonly<Record<string, Field<unknown>>>);
  const values = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(fields.map(([key, inner]) => [key, writtenConfig(values[key], inner)]));
}

/** The written value of one key, undefined where nothing is there. */
export function valueOfKey(config: Config, { path }: ConfigKey): unknown {
  return path.reduce<unknown>((value, step) => {
    const isMap = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
    return isMap ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
  }, writtenConfig(config));
}

/** Writes one key, given as text; UsageError for a value that the key does not take, and then the file is as it was. */
export async function setConfigKey(request: EditRequest, key: ConfigKey, text: string): Promise<Edited<LoadedConfig>> {
  const inside = key.path.slice(key.depth);
  const value = await parseWritten(key, text);
  const initial = inside.length > 0 ? valueOfKey(defaultConfig(request.host), { ...key, path: top(key) }) : undefined;
  return await editConfigFile(configChoice(request), request, reader(request.host), (open, { config }) => {
    const here = valueIn(open.value, top(key));
    // The first key inside a mapping takes the defaults of the others with it: what is written replaces them whole.
    const base =
      here === undefined && initial !== undefined && valueOfKey(config, { ...key, path: top(key) }) !== undefined
        ? open.apply({ kind: 'set', path: top(key), value: initial })
        : open;
    return base.apply({ kind: 'set', path: key.path, value });
  });
}

/** Adds to a list, once; other values of it stay. */
export async function appendConfigKey(
  request: EditRequest,
  key: ConfigKey,
  values: readonly string[],
): Promise<Edited<LoadedConfig>> {
  return await editConfigFile(configChoice(request), request, reader(request.host), (open) => {
    const there = valueIn(open.value, key.path);
    const fresh = values.filter((value) => !Array.isArray(there) || !there.includes(value));
    return fresh.length > 0 ? open.apply({ kind: 'append', path: key.path, values: fresh }) : open;
  });
}

/** Takes one key (or a whole section) out of the file, with a section that has nothing else. */
export async function unsetConfigKey(request: EditRequest, key: ConfigKey): Promise<Edited<LoadedConfig>> {
  return await editConfigFile(configChoice(request), request, reader(request.host), (open) => {
    if (valueIn(open.value, key.path) === undefined) return open;
    let { path } = key;
    for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
      if (Object.keys(valueIn(open.value, above) as object).length > 1) break;
      path = above;
    }
    return open.apply({ kind: 'remove', path });
  });
}

const top = ({ path, depth }: ConfigKey): readonly string[] => path.slice(0, depth);

function reader(host: Host): (text: string, path: string) => Promise<LoadedConfig> {
  return async (text, path) => configOf(await parseConfigFile(text, path, { host, kind: CONFIG_KIND }), host);
}

function valueIn(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[step],
    root,
  );
}

/** Turns the text of `config set` into the value for the file; UsageError for one that the key does not take. */
async function parseWritten({ name, path, depth, field }: ConfigKey, text: string): Promise<unknown> {
  if (field.kind === 'section') {
    const keys = configKeys(field, path);
    throw new UsageError(`${name} is a section; set one of its keys`, { more: [`There are: ${keys.join(', ')}`] });
  }
  if (depth < path.length) return (await parseWithPositions(text, name)).value;
  const value = await valueFor(field.shape, text, name);
  // The value alone is read first: its error should speak of the key and not of a line that was never written.
  readField(field, value, path, {
    paths: { home: undefined, env: {}, base: '/' },
    fail: (_, message) => {
      throw new UsageError(`${name}: ${message}`);
    },
    textAt: () => text,
    unknownKey: (at, known) => {
      throw new UsageError(`${name}: unknown key "${at.at(-1)}" (there is ${known.join(', ')})`);
    },
    written: () => undefined,
  });
  return value;
}

async function valueFor(shape: 'text' | 'duration' | 'list' | 'mapping' | undefined, text: string, name: string) {
  if (shape === 'text') return text;
  if (shape === 'duration') {
    const ms = /^[0-9.]+$/.test(text) ? readDuration(text) : undefined;
    return typeof ms === 'number' ? formatDuration(ms) : text;
  }
  if (shape === 'list' && !text.trimStart().startsWith('['))
    return text === '' ? [] : text.split(',').map((word) => word.trim());
  if (shape !== undefined) return (await parseWithPositions(text, name)).value;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function unknownKey(name: string): UsageError {
  const keys = configKeys();
  const word = name.split('.').at(-1);
  const close = suggest(name, keys) ?? keys.find((key) => key.split('.').at(-1) === word);
  return new UsageError(`unknown key "${name}"`, { more: close === undefined ? [] : [`did you mean "${close}"?`] });
}
