import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COLOURS } from '../../src/api/mapping.ts';
import { globalFlags } from '../../src/commands/globalflags.ts';
import { type Field, type FieldFile, type Leaf, readField } from '../../src/config/fields.ts';
import { entrySchema, mappingSchema } from '../../src/config/mapping.ts';
import { notSupportedYet } from '../../src/config/notyet.ts';
import { configSchema } from '../../src/config/schema.ts';
import { environmentSettings } from '../../src/config/settings.ts';
import type { FlagSpec } from '../../src/flags/flag.ts';

// docs/configuration.md promises to be complete: what the program knows is held against it.
const text = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| '));

/** The cells of the row about a key, which stands in its first cell. */
function rowOf(key: string): readonly string[] | undefined {
  const cells = rows.map((line) => line.slice(2, -2).split(' | '));
  return cells.find(([first]) => first?.split(', ').includes(`\`${key}\``));
}

function leaves(field: Field<unknown>, at: readonly string[] = []): readonly (readonly [string, Leaf<unknown>])[] {
  if (field.kind === 'leaf') return [[at.join('.'), field]];
  return Object.entries<Field<unknown>>(field.fields).flatMap(([key, inner]) => leaves(inner, [...at, key]));
}

const file: FieldFile = {
  paths: { home: '/home', env: {}, base: '/home' },
  fail: (_, message) => {
    throw new Error(message);
  },
  textAt: () => undefined,
  unknownKey: () => undefined,
  written: () => undefined,
};

describe('the configuration file', () => {
  test.each(leaves(configSchema as Field<unknown>))('%s', (key, leaf) => {
    const row = rowOf(key);
    expect(row, 'a row of its own').toBeDefined();
    const [, initial = '', meaning = ''] = row ?? [];
    expect(readField(leaf, parse(initial.replaceAll('`', '')), [], file), 'its default').toEqual(
      leaf.initial(file.paths),
    );
    const notYet = notSupportedYet(key.split('.'), 'auto', false) !== undefined;
    expect(meaning.includes('(not yet)'), '"(not yet)", as src/config/notyet.ts has it').toBe(notYet);
  });
});

describe('the mapping file', () => {
  test.each(Object.keys(mappingSchema.fields).filter((key) => key !== 'clusters'))('%s', (key) => {
    expect(rowOf(key)).toBeDefined();
  });

  test.each(Object.entries(entrySchema.fields as Readonly<Record<string, Field<unknown>>>))(
    'clusters[].%s',
    (key, field) => {
      const row = rowOf(`clusters[].${key}`);
      expect(row).toBeDefined();
      for (const [inner] of field.kind === 'section' ? leaves(field) : []) expect(row?.[1]).toContain(`\`${inner}\``);
    },
  );

  test('nothing in it that is not known', () => {
    const named = rows.flatMap((line) => [...line.matchAll(/`clusters\[\]\.(\w+)`/g)].map(([, key]) => key));
    expect(named.filter((key) => !Object.hasOwn(entrySchema.fields, key ?? ''))).toEqual([]);
  });

  test.each(COLOURS.filter((colour) => !/^bright-(?!red|white)/.test(colour)))('color %s', (colour) => {
    expect(text).toContain(`\`${colour}\``);
  });
});

describe('flags that all commands take', () => {
  test.each(globalFlags.map((flag: FlagSpec) => [flag.name, flag] as const))('--%s', (name, flag) => {
    const dashed = name.length === 1 ? `-${name}` : `--${name}`;
    expect(rows.some((line) => new RegExp(`^\\|.*\`${dashed}(?:\`| )`).test(line))).toBe(true);
    if (flag.short) expect(rows.some((line) => line.includes(`\`-${flag.short}`))).toBe(true);
  });
});

test('environment variables', () => {
  const read = new Set<string>();
  const env = new Proxy<Record<string, string>>({}, { get: (_, name) => void read.add(String(name)) });
  environmentSettings(env);
  expect([...read].filter((name) => rowOf(name) === undefined)).toEqual([]);
  expect(read.size).toBeGreaterThan(5);
});
