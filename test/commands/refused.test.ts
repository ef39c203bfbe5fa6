import { beforeAll, describe, expect, test } from 'vitest';
import { getFlags } from '../../src/commands/get/flags.ts';
import type { FlagSpec } from '../../src/flags/flag.ts';
import { refusedFlags } from '../../src/flags/refused.ts';
import { startWorld, type World } from './world.ts';

const state: { world?: World } = {};
const run = (...argv: readonly string[]) => state.world!.run(argv);

beforeAll(async () => {
  state.world = await startWorld({ a: () => undefined, b: () => undefined });
  state.world.write('pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n');
  state.world.write('nameless.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {}\n');
  state.world.write('bad.yaml', 'a: [\n');
  state.world.write('empty/readme.txt', 'x');
});

const unsupported = (getFlags as readonly FlagSpec[]).filter(({ kind }) => kind === 'unsupported');

describe('flags that are refused', () => {
  test.each(refusedFlags.map(({ name }) => name))(
    '--%s, before and after the verb, with and without a value',
    async (name) => {
      for (const argv of [
        ['get', 'pods', `--${name}`],
        ['get', 'pods', `--${name}=x`],
        ['get', `--${name}`, 'x', 'pods'],
        [`--${name}=x`, 'get', 'pods'],
        ['clusters', 'list', `--${name}=x`],
      ]) {
        const { code, out, err, asked } = await run(...argv);
        expect([code, out, asked]).toEqual([2, '', []]);
        expect(err).toHaveLength(1);
        expect(err[0]).toMatch(new RegExp(`^error: --${name} is not accepted: .*--clusters`));
      }
    },
  );

  test.each([['-s'], ['-shttps://x'], ['-As'], ['-s=x']])('%s', async (flag) => {
    const { code, err } = await run('get', 'pods', flag);
    expect([code, err.length]).toEqual([2, 1]);
    expect(err[0]).toMatch(/^error: -s is not accepted: /);
  });

  test.each(unsupported.flatMap(({ name, short }) => [`--${name}`, ...(short ? [`-${short}`] : [])]))(
    '%s is not supported yet',
    async (flag) => {
      const { code, out, err, asked } = await run('get', 'pods', flag);
      expect([code, out, asked]).toEqual([2, '', []]);
      expect(err).toHaveLength(1);
      expect(err[0]).toMatch(new RegExp(`^error: ${flag} is not supported yet`));
      expect(err[0]?.match(/not supported yet/g)).toHaveLength(1);
    },
  );
});

describe('misuse: one clear line, exit 2, and nothing is sent', () => {
  test.each<[string, RegExp]>([
    ['get', /You must specify the type of resource to get/],
    ['get pods --no-such-flag', /unknown flag: --no-such-flag/],
    ['get pods -Z', /unknown shorthand flag: 'Z' in -Z/],
    ['get pods -n', /flag needs an argument: 'n' in -n/],
    ['get pods -A=maybe', /invalid argument "maybe" for "-A, --all-namespaces" flag/],
    ['get pods --chunk-size=x', /invalid argument "x" for "--chunk-size" flag/],
    ['get pods --chunk-size=-1', /--chunk-size/],
    ['get pods --timeout=soon', /invalid argument "soon" for "--timeout" flag/],
    ['get pods --timeout=-1s', /--timeout.*must not be negative/],
    ['get pods --concurrency=0', /--concurrency must be at least 1/],
    ['get pods --color=pink', /"--color" flag: must be one of auto, always, never/],
    ['get pods --clusters=', /--clusters.*must not be empty/],
    ['get pods --clusters=,', /--clusters/],
    ['get pods --namespace=', /namespace.*must not be empty/],
    ['get pods --clusters=nowhere', /Context 'nowhere' not found in kubeconfig/],
    ['get pods --group=none', /group 'none' not found/],
    ['get pods --cluster-selector=a=b=c', /--cluster-selector/],
    ['get pods -l a=b=c', /a=b=c/],
    ['get pods -o', /flag needs an argument: 'o' in -o/],
    ['get pods -o nope', /unable to match a printer suitable for the output format "nope"/],
    ['get pods -o jsonpath', /-o jsonpath needs a value/],
    ['get pods -o json=x', /-o json takes no value/],
    ['get pods -o jsonpath={.x', /error parsing jsonpath/],
    ['get pods -o custom-columns=X', /unexpected custom-columns spec: X/],
    ['get pods -o jsonpath-file=nowhere', /nowhere/],
    ['get pods --sort-by={.x', /unexpected path string/],
    ['get pods, -A', /the server doesn't have a resource type ""/],
    ['get pods -n a/b', /invalid namespace "a\/b": \[may not contain '\/'\]/],
    ['get pods pod/x', /there is no need to specify a resource type/],
    ['get pod/x/y', /may not have more than one slash/],
    ['get -f bad.yaml', /bad\.yaml:/],
    ['get -f nameless.yaml', /nameless\.yaml:1: resource name may not be empty/],
    ['version x', /unexpected argument/],
    ['clusters', /clusters needs a command/],
    ['clusters nope', /unknown command "nope" for "kubectl mc clusters"/],
    ['clusters list x', /unexpected argument "x"/],
  ])('%s', async (line, message) => {
    const { code, out, err, asked } = await run(...line.split(' '));
    expect(err[0]).toMatch(/^error: /);
    expect(err[0]).toMatch(message);
    expect([code, out, asked]).toEqual([2, '', []]);
  });

  test.each<[string, RegExp]>([
    ['get pods --fail-fast --allow-partial', /--allow-partial and --fail-fast exclude each other/],
    ['get pods --timeout=1s --cluster-timeout=2s', /--timeout and --cluster-timeout mean the same/],
    ['get pods --as-group=x', /--as-group and --as-uid need --as/],
    ['get pods --as-uid=x', /--as-group and --as-uid need --as/],
    ['get pods --pin=a --clusters=b', /Context 'b' not available in single-cluster mode \(configured: a\)/],
    ['get pods x -A', /a resource cannot be retrieved by name across all namespaces/],
    ['get pods x -l a=b', /name cannot be provided when a selector is specified/],
    ['get pod/x -l a=b', /selectors and the all flag cannot be used/],
    ['get pods x --field-selector=a=b', /name cannot be provided when a selector is specified/],
    ['get pods -f pod.yaml', /you may not specify resource arguments as well/],
    ['get -f pod.yaml -l a=b', /a selector may not be specified together with -f/],
    ['get pods -R', /-R goes with -f only/],
    ['get pods --flat', /--flat goes with -o json or -o yaml only/],
    ['get pods --subresource=status', /--subresource goes with named objects only/],
    ['get --raw /x pods', /arguments may not be passed when --raw is specified/],
    ['get --raw /x -ojson', /--raw and --output exclude each other/],
    ['get --raw /x -A', /--raw and --all-namespaces exclude each other/],
    ['get --raw x --clusters=a', /--raw takes a path that begins with a slash/],
    ['get --raw /x', /--raw goes to exactly one cluster, and 2 are selected/],
  ])('what contradicts: %s', async (line, message) => {
    const { code, out, err, asked } = await run(...line.split(' '));
    expect(err[0]).toMatch(message);
    expect([code, out, asked]).toEqual([2, '', []]);
  });

  test.each<[string, RegExp]>([
    ['get -f nowhere.yaml', /the path "nowhere.yaml" does not exist/],
    ['get -f empty', /recognized file extensions are/],
    ['get pods --clusters=x*', /no clusters match/],
    ['get pods --expect-clusters=3', /expected 3 clusters, but 2 are selected; nothing was sent/],
  ])('what cannot start: %s', async (line, message) => {
    const { code, out, err, asked } = await run(...line.split(' '));
    expect(err[0]).toMatch(message);
    expect([code, out, asked]).toEqual([1, '', []]);
  });
});

describe('words that are no command', () => {
  test.each([
    ['gte', 'did you mean "get"?'],
    ['cluster-list', undefined],
    ['verion', 'did you mean "version"?'],
    ['constructor', undefined],
  ])('%s', async (word, hint) => {
    const { code, out, err, asked } = await run(word, 'pods', '--whatever');
    expect([code, out, asked]).toEqual([2, '', []]);
    expect(err[0]).toBe(`error: unknown command "${word}" for "kubectl mc"`);
    if (hint) expect(err[1]).toBe(hint);
  });

  test('a name that no cluster has: what there is, and what was probably meant', async () => {
    const world = await startWorld({ 'prod-eu': () => undefined, 'prod-us': () => undefined });
    expect((await world.run(['get', 'pods', '--clusters=prod-ue'])).err).toEqual([
      `error: Context 'prod-ue' not found in kubeconfig`,
      'Available contexts: prod-eu, prod-us',
      'did you mean "prod-eu"?',
    ]);
    const excluded = await world.run(['get', 'pods', '--exclude=nope']);
    expect([excluded.code, excluded.err]).toEqual([0, [`note: --exclude: no cluster is called 'nope'`]]);
  });
});

describe('help', () => {
  test.each([['--help'], ['-h'], ['help'], []])('%j', async (...argv) => {
    const { code, out, err } = await run(...argv);
    expect([code, err]).toEqual([0, []]);
    expect(out).toContain('get');
  });

  test.each([
    ['get', '--help'],
    ['get', '-h', 'pods'],
    ['help', 'get'],
    ['get', 'pods', '--help'],
  ])('%j %j: the flags there are, and none of the others', async (...argv) => {
    const { code, out } = await run(...argv);
    expect(code).toBe(0);
    expect(out).toContain('--all-namespaces');
    for (const { name } of [...unsupported, ...refusedFlags]) expect(out).not.toMatch(new RegExp(`--${name}[ ,]`));
  });

  test('of a command that is none', async () => {
    expect((await run('help', 'gte')).code).toBe(2);
  });
});
