import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/flags/commandline.ts';
import type { FlagSpec } from '../../src/flags/flag.ts';
import { refusedFlags } from '../../src/flags/refused.ts';

const global = [
  { name: 'clusters', kind: 'list', help: '' },
  { name: 'timeout', kind: 'duration', default: 30_000, help: '' },
  { name: 'output', short: 'o', kind: 'string', help: '' },
  { name: 'v', short: 'v', kind: 'verbosity', help: '' },
  { name: 'group', short: 'g', kind: 'list', help: '' },
  ...refusedFlags,
] as const satisfies readonly FlagSpec[];

const verbs: Record<string, readonly FlagSpec[]> = {
  get: [
    { name: 'all-namespaces', short: 'A', kind: 'bool', help: '' },
    { name: 'namespace', short: 'n', kind: 'string', help: '' },
  ],
  wait: [{ name: 'timeout', short: 'g', kind: 'string', help: '' }],
  create: [{ name: 'user', kind: 'array', help: '' }],
  clusters: [{ name: 'wide', short: 'w', kind: 'bool', help: '' }],
  'clusters list': [{ name: 'long', short: 'l', kind: 'bool', help: '' }],
};
const parse = (line: string) =>
  parseCommandLine(line === '' ? [] : line.split(' '), {
    global,
    verbs: (name) => (Object.hasOwn(verbs, name) ? verbs[name] : undefined),
  });

describe('two scopes', () => {
  test.each([
    '--clusters=a -o json get pods -A',
    'get --clusters=a pods -o json -A',
    '-ojson get -A pods --clusters a',
  ])('%s', (line) => {
    const { verb, known, global: ours, flags, positionals } = parse(line);
    expect({ verb, known, positionals }).toEqual({ verb: 'get', known: true, positionals: ['pods'] });
    expect(ours.values).toMatchObject({ clusters: ['a'], output: 'json', timeout: 30_000 });
    expect(flags.values).toMatchObject({ 'all-namespaces': true, namespace: undefined });
    expect([
      ours.isSet('output'),
      ours.isSet('timeout'),
      flags.isSet('all-namespaces'),
      flags.isSet('namespace'),
    ]).toEqual([true, false, true, false]);
  });

  test('lists accumulate over both places, of single values the last one counts', () => {
    const { values } = parse('--clusters=a --timeout=1s -o json get --clusters=b --timeout=2s -o yaml').global;
    expect(values).toMatchObject({ clusters: ['a', 'b'], timeout: 2000, output: 'yaml' });
  });

  test("after the verb the verb's own flag hides the global one, before it the global one is meant", () => {
    const { global: ours, flags } = parse('--timeout=5s wait --timeout=-1s');
    expect(ours.values.timeout).toBe(5000);
    expect(flags.values['timeout']).toBe('-1s');
  });

  test('a short flag of the verb hides the global short flag, not its long name', () => {
    const { global: ours, flags } = parse('-g a wait -g b --group c');
    expect(ours.values.group).toEqual(['a', 'c']);
    expect(flags.values['timeout']).toBe('b');
  });

  test("a verb's own flag may have a name that is refused everywhere else", () => {
    expect(parse('create --user=jane').flags.values['user']).toEqual(['jane']);
    expect(() => parse('--user=jane create')).toThrow('--user is not accepted');
    expect(() => parse('get pods --user=jane')).toThrow('--user is not accepted');
  });

  test("a verb's flag before the verb is unknown", () => {
    expect(() => parse('-A get pods')).toThrow("unknown shorthand flag: 'A' in -A");
    expect(() => parse('--namespace=x get pods')).toThrow('unknown flag: --namespace');
  });

  test('-v before the verb leaves the verb alone', () => {
    expect(parse('-v get pods')).toMatchObject({
      verb: 'get',
      positionals: ['pods'],
      global: { values: { v: 'details' } },
    });
    expect(parse('-v 6 get pods')).toMatchObject({ verb: 'get', positionals: ['pods'], global: { values: { v: 6 } } });
    expect(parse('get pods -v 6')).toMatchObject({ positionals: ['pods'], global: { values: { v: 6 } } });
    expect(parse('get -v pods -A')).toMatchObject({ positionals: ['pods'], global: { values: { v: 'details' } } });
  });

  test('everything after -- is handed on', () => {
    expect(parse('get pods -- --clusters=x -A')).toMatchObject({ positionals: ['pods'], rest: ['--clusters=x', '-A'] });
  });
});

describe('verbs', () => {
  test.each(['clusters list -l', 'clusters --clusters=a list -l', 'clusters list --clusters=a -l'])(
    'two words: %s',
    (line) => {
      expect(parse(line)).toMatchObject({ verb: 'clusters list', positionals: [], flags: { values: { long: true } } });
    },
  );

  test("the first word's own flags are not those of the two words", () => {
    expect(() => parse('clusters list -w')).toThrow("unknown shorthand flag: 'w' in -w");
    expect(() => parse('clusters -w list')).toThrow("unknown shorthand flag: 'w' in -w");
  });

  test('the first word alone has flags of its own', () => {
    expect(parse('clusters -w')).toMatchObject({ verb: 'clusters', flags: { values: { wide: true } } });
    expect(parse('clusters prod')).toMatchObject({ verb: 'clusters', positionals: ['prod'] });
  });

  test('none', () => {
    expect(parse('')).toMatchObject({ verb: undefined, known: false, raw: [] });
    expect(parse('--clusters=a')).toMatchObject({ verb: undefined, global: { values: { clusters: ['a'] } } });
    expect(parse('-- get')).toMatchObject({ verb: undefined, rest: ['get'] });
  });

  test('an unknown one is left unparsed', () => {
    expect(parse('--clusters=a gett pods --bogus -- x')).toMatchObject({
      verb: 'gett',
      known: false,
      global: { values: { clusters: ['a'] } },
      raw: ['pods', '--bogus', '--', 'x'],
    });
    expect(parse('constructor').known).toBe(false);
  });
});
