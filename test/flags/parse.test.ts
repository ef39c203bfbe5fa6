import { describe, expect, expectTypeOf, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import type { FlagSpec } from '../../src/flags/flag.ts';
import { parseFlags } from '../../src/flags/parse.ts';
import { refusedFlags } from '../../src/flags/refused.ts';

const specs = [
  { name: 'namespace', short: 'n', kind: 'string', help: '' },
  { name: 'output', short: 'o', kind: 'string', default: '', help: '' },
  { name: 'all-namespaces', short: 'A', kind: 'bool', help: '' },
  { name: 'watch', short: 'w', kind: 'bool', help: '' },
  { name: 'clusters', kind: 'list', nonEmpty: true, help: '' },
  { name: 'label-columns', short: 'L', kind: 'list', help: '' },
  { name: 'header', short: 'H', kind: 'array', help: '' },
  { name: 'chunk-size', kind: 'int', default: 500, help: '' },
  { name: 'timeout', kind: 'duration', default: 30_000, help: '' },
  { name: 'cascade', kind: 'optional', noOptDefault: 'background', help: '' },
  { name: 'source', kind: 'string', choices: ['clusterprofile', 'kubeconfig', 'in-cluster'], help: '' },
  { name: 'v', short: 'v', kind: 'verbosity', help: '' },
  { name: 'follow', short: 'F', kind: 'unsupported', help: '' },
] as const satisfies readonly FlagSpec[];
const all = [...specs, ...refusedFlags];

const message = (argv: readonly string[]): string => {
  try {
    parseFlags(argv, all);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error(`nothing wrong with ${argv.join(' ')}`);
};

describe('values', () => {
  test.each<[string, Record<string, unknown>]>([
    ['--namespace=x', { namespace: 'x' }],
    ['--namespace x', { namespace: 'x' }],
    ['--namespace=', { namespace: '' }],
    ['--namespace=a=b', { namespace: 'a=b' }],
    ['--namespace --watch', { namespace: '--watch', watch: false }],
    ['--namespace --', { namespace: '--' }],
    ['-n x', { namespace: 'x' }],
    ['-nx', { namespace: 'x' }],
    ['-n=x', { namespace: 'x' }],
    ['-n=', { namespace: '=' }],
    ['-n==', { namespace: '=' }],
    ['-n a -n b --namespace c', { namespace: 'c' }],
    ['-ojson', { output: 'json' }],
    ['-o=json', { output: 'json' }],
    ['-ojsonpath={.a}', { output: 'jsonpath={.a}' }],
    ['-o=jsonpath={.a}', { output: 'jsonpath={.a}' }],
    ['-A', { 'all-namespaces': true }],
    ['-Aw', { 'all-namespaces': true, watch: true }],
    ['-wAn x', { 'all-namespaces': true, watch: true, namespace: 'x' }],
    ['-wAnx', { 'all-namespaces': true, watch: true, namespace: 'x' }],
    ['-wAn=x', { 'all-namespaces': true, watch: true, namespace: 'x' }],
    ['-A=false', { 'all-namespaces': false }],
    ['-wA=false', { 'all-namespaces': false, watch: true }],
    ['--watch --watch=false', { watch: false }],
    ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word): [string, Record<string, unknown>] => [
      `--watch=${word}`,
      { watch: true },
    ]),
    ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word): [string, Record<string, unknown>] => [
      `--watch=${word}`,
      { watch: false },
    ]),
    ['--clusters=a,b --clusters c', { clusters: ['a', 'b', 'c'] }],
    ['--clusters="a,b",c', { clusters: ['a,b', 'c'] }],
    ['-La,b -L c', { 'label-columns': ['a', 'b', 'c'] }],
    ['--label-columns=', { 'label-columns': [] }],
    ['-H a,b -Hc', { header: ['a,b', 'c'] }],
    ['--chunk-size=0', { 'chunk-size': 0 }],
    ['--chunk-size 0x10', { 'chunk-size': 16 }],
    ['--chunk-size=-5', { 'chunk-size': -5 }],
    ['--chunk-size=010', { 'chunk-size': 8 }],
    ['--timeout 5', { timeout: 5000 }],
    ['--timeout=1m30s', { timeout: 90_000 }],
    ['--timeout=0', { timeout: 0 }],
    ['--cascade', { cascade: 'background' }],
    ['--cascade=orphan', { cascade: 'orphan' }],
    ['--source=in-cluster', { source: 'in-cluster' }],
  ])('%s', (line, values) => {
    expect(parseFlags(line.split(' '), specs).values).toMatchObject(values);
  });

  test('what is not given has its default', () => {
    expect(parseFlags([], specs).values).toEqual({
      namespace: undefined,
      output: '',
      'all-namespaces': false,
      watch: false,
      clusters: [],
      'label-columns': [],
      header: [],
      'chunk-size': 500,
      timeout: 30_000,
      cascade: undefined,
      source: undefined,
      v: undefined,
    });
  });

  test('isSet tells a default from the same value written', () => {
    const { isSet, set } = parseFlags(['--chunk-size=500', '-A=false'], specs);
    expect([isSet('chunk-size'), isSet('all-namespaces'), isSet('timeout')]).toEqual([true, true, false]);
    expect([...set].sort()).toEqual(['all-namespaces', 'chunk-size']);
  });

  test('types follow from the specs', () => {
    const { values } = parseFlags([], specs);
    expectTypeOf(values.namespace).toEqualTypeOf<string | undefined>();
    expectTypeOf(values.output).toEqualTypeOf<string>();
    expectTypeOf(values.watch).toEqualTypeOf<boolean>();
    expectTypeOf(values.clusters).toEqualTypeOf<readonly string[]>();
    expectTypeOf(values['chunk-size']).toEqualTypeOf<number>();
    expectTypeOf(values.source).toEqualTypeOf<'clusterprofile' | 'kubeconfig' | 'in-cluster' | undefined>();
    expectTypeOf(values.v).toEqualTypeOf<'details' | number | undefined>();
    expectTypeOf(values).not.toHaveProperty('follow');
  });
});

describe('words', () => {
  test.each<[string[], string[], string[]]>([
    [['pods', '-A', 'web'], ['pods', 'web'], []],
    [['-A', 'false'], ['false'], []],
    [['--watch', 'true'], ['true'], []],
    [['--cascade', 'orphan'], ['orphan'], []],
    [['-'], ['-'], []],
    [['-n', '-', 'x'], ['x'], []],
    [[''], [''], []],
    [['a', '--', '-n', '--', 'b'], ['a'], ['-n', '--', 'b']],
    [['--'], [], []],
  ])('%j', (argv, positionals, rest) => {
    const parsed = parseFlags(argv, specs);
    expect(parsed.positionals).toEqual(positionals);
    expect(parsed.rest).toEqual(rest);
  });

  test('unknown flags can be kept as they are', () => {
    const { unknown, positionals, values } = parseFlags(['--foo=1', '-A', '-xyz', 'pods', '--bar'], specs, {
      keepUnknown: true,
    });
    expect({ unknown, positionals }).toEqual({ unknown: ['--foo=1', '-xyz', '--bar'], positionals: ['pods'] });
    expect(values['all-namespaces']).toBe(true);
  });
});

describe('verbosity', () => {
  test.each<[string, unknown, string[]]>([
    ['-v', 'details', []],
    ['--v', 'details', []],
    ['-v=6', 6, []],
    ['-v6', 6, []],
    ['-v10', 10, []],
    ['--v=6', 6, []],
    ['--v 6', 6, []],
    ['-v 6', 6, []],
    ['-v 0', 0, []],
    ['-v 10 pods', 10, ['pods']],
    ['-v 11', 'details', ['11']],
    ['-v pods', 'details', ['pods']],
    ['--v pods', 'details', ['pods']],
    ['-v -A', 'details', []],
    ['-v 6 -v', 'details', []],
    ['-Av', 'details', []],
    ['-vA', 'details', []],
    ['-vA 6', 'details', ['6']],
    ['-Av 6', 6, []],
    ['-Av6', 6, []],
    ['-Av=6', 6, []],
    ['-vn x', 'details', []],
  ])('%s', (line, level, positionals) => {
    const parsed = parseFlags(line.split(' '), specs);
    expect(parsed.values.v).toBe(level);
    expect(parsed.positionals).toEqual(positionals);
  });
});

describe('errors in the words of pflag', () => {
  test.each([
    ['--foo', 'unknown flag: --foo'],
    ['--foo=bar', 'unknown flag: --foo'],
    ['-xyz', "unknown shorthand flag: 'x' in -xyz"],
    ['-Axyz', "unknown shorthand flag: 'x' in -xyz"],
    ['-A=', "unknown shorthand flag: '=' in -="],
    ['-é', "unknown shorthand flag: 'é' in -é"],
    ['--namespace', 'flag needs an argument: --namespace'],
    ['-n', "flag needs an argument: 'n' in -n"],
    ['-An', "flag needs an argument: 'n' in -n"],
    ['-A=x', 'invalid argument "x" for "-A, --all-namespaces" flag: strconv.ParseBool: parsing "x": invalid syntax'],
    ['--watch=', 'invalid argument "" for "-w, --watch" flag: strconv.ParseBool: parsing "": invalid syntax'],
    ['--chunk-size=x', 'invalid argument "x" for "--chunk-size" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [
      '--chunk-size=1e3',
      'invalid argument "1e3" for "--chunk-size" flag: strconv.ParseInt: parsing "1e3": invalid syntax',
    ],
    [
      '--chunk-size=99999999999999999999',
      'invalid argument "99999999999999999999" for "--chunk-size" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ],
    ['-v=x', 'invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    ['-v6x', 'invalid argument "6x" for "-v, --v" flag: strconv.ParseInt: parsing "6x": invalid syntax'],
    ['--timeout=5x', 'invalid argument "5x" for "--timeout" flag: time: unknown unit "x" in duration "5x"'],
    ['--timeout=abc', 'invalid argument "abc" for "--timeout" flag: time: invalid duration "abc"'],
    ['--timeout=-1s', 'invalid argument "-1s" for "--timeout" flag: must not be negative'],
    ['--clusters=', 'invalid argument "" for "--clusters" flag: must not be empty'],
    ['--clusters=a"b', 'invalid argument "a\\"b" for "--clusters" flag: bare " in non-quoted-field'],
    [
      '--source=hub',
      'invalid argument "hub" for "--source" flag: must be one of clusterprofile, kubeconfig, in-cluster',
    ],
    ['--=x', 'bad flag syntax: --=x'],
    ['---', 'bad flag syntax: ---'],
    ['--follow', '--follow is not supported yet'],
    ['-AF', '-F is not supported yet'],
  ])('%s', (line, expected) => {
    expect(message(line.split(' '))).toBe(expected);
  });

  test('a flag that was nearly right is suggested, one that is refused is not', () => {
    const more = (argv: string[]) => {
      try {
        parseFlags(argv, all);
      } catch (error) {
        return (error as UsageError).more;
      }
      return undefined;
    };
    expect(more(['--namepsace=x'])).toEqual(['did you mean "--namespace"?']);
    expect(more(['--cluster-s=x'])).toEqual(['did you mean "--clusters"?']);
    expect(more(['--contxt=x'])).toEqual([]);
    expect(more(['--source=kubecfg'])).toEqual([]);
    expect(more(['--source=kubeconfg'])).toEqual(['did you mean "kubeconfig"?']);
  });
});

describe('flags that name one cluster or one identity', () => {
  test.each(refusedFlags.map(({ name }) => name))('--%s', (name) => {
    for (const argv of [[`--${name}=x`], [`--${name}`, 'x'], [`--${name}`], ['pods', `--${name}=x`]]) {
      expect(message(argv)).toMatch(
        new RegExp(`^--${name} is not accepted: .*use --clusters, --pin or --hub-context$`),
      );
    }
  });

  test('--context says why', () => {
    expect(message(['--context=x'])).toBe(
      '--context is not accepted: kubectl mc talks to many clusters; use --clusters, --pin or --hub-context',
    );
  });

  test.each(['-s', '-s=https://x', '-shttps://x', '-As', '-Ashttps://x', '-s https://x'])('%s', (line) => {
    expect(message(line.split(' '))).toMatch(/^-s is not accepted: /);
  });

  test('an s that is the value of another flag is no flag', () => {
    expect(parseFlags(['-ns', '-n', '-s'], all).values.namespace).toBe('-s');
  });

  test('after -- nothing is ours', () => {
    expect(parseFlags(['--', '--context=x', '-s'], all).rest).toEqual(['--context=x', '-s']);
  });
});

test('whatever is typed, nothing but a UsageError comes out', () => {
  const words = [
    '-',
    '--',
    '-n',
    '-A',
    '--clusters',
    '=',
    'x',
    '-v',
    '6',
    ',',
    '"',
    '-xyz',
    '--timeout=',
    '1s',
    '--source',
    '💥',
    '-=',
    '--context',
    '--cascade',
    ' ',
  ];
  let state = 1;
  const next = (bound: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const word = () => Array.from({ length: 1 + next(3) }, () => words[next(words.length)]).join('');
  for (let round = 0; round < 5000; round++) {
    const argv = Array.from({ length: next(6) }, word);
    try {
      parseFlags(argv, all);
    } catch (error) {
      expect(error, argv.join(' ')).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).not.toContain('\n');
    }
  }
});
