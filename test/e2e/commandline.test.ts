import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { abc, type Home, newHome } from './home.ts';
import { lines } from './run.ts';

const fleet = attachFleet();
const LABELS = { a: { env: 'prod' }, b: { env: 'staging' }, c: { env: 'dev' } } as const;

describe.skipIf(!fleet?.description.clientCA)('the command line', { concurrent: true }, () => {
  const homes: { hub?: Home; twins?: Home } = {};
  const mc = (...args: string[]) => homes.hub!.mc(args);
  /** Lines of stdout without padding. */
  const out = async (...args: string[]) => lines((await mc(...args)).stdout);

  beforeAll(async () => {
    await ensureBuilt();
    const labelled = abc.map((cluster) => ({
      ...cluster,
      profile: {
        labels: LABELS[cluster.name as 'a'],
        displayName: `Cluster ${cluster.name.toUpperCase()}`,
        version: 'v1.36.3',
      },
    }));
    const groups = { western: ['a', 'b'], rest: ['c*'] };
    [homes.hub, homes.twins] = await Promise.all([
      newHome(fleet!, { clusters: labelled, hub: 'e2e-commandline', mapping: { groups } }),
      newHome(fleet!, {
        hub: 'e2e-twins-1',
        config: { discovery: { namespaces: ['e2e-twins-1', 'e2e-twins-2'] } },
        clusters: [
          { name: 'twin', server: 'A', mapping: { namespace: 'e2e-twins-1', context: 'ctx-twin' } },
          {
            name: 'twin',
            server: 'B',
            context: { name: 'ctx-twin-2' },
            mapping: { namespace: 'e2e-twins-2' },
            profile: { namespace: 'e2e-twins-2' },
          },
          { name: 'single', server: 'C' },
        ],
      }),
    ]);
  });

  describe('which clusters', () => {
    it.each<readonly [readonly string[], readonly string[]]>([
      [['--clusters=a'], ['a']],
      [
        ['--clusters', 'a,c'],
        ['a', 'c'],
      ],
      [['--clusters=[ab]'], ['a', 'b']],
      [
        ['--clusters=*', '--exclude=a'],
        ['b', 'c'],
      ],
      [['--exclude=c*,b'], ['a']],
      [['--cluster-selector=env=prod'], ['a']],
      [
        ['--cluster-selector', 'env in (dev,staging)'],
        ['b', 'c'],
      ],
      [['--cluster-selector=env!=prod', '--exclude=c'], ['b']],
      [['--group=western'], ['a', 'b']],
      [
        ['--group', 'western,rest', '--exclude=b'],
        ['a', 'c'],
      ],
      [['--pin=b'], ['b']],
      [['--pin=ctx-b'], ['ctx-b']],
      [['--expect-clusters=3'], ['a', 'b', 'c']],
      [['--clusters=a', '--expect-clusters', '1'], ['a']],
      [['--exclude=nobody'], ['a', 'b', 'c']],
    ])('%s: %s', async (flags, names) => {
      const before = await mc(...flags, 'clusters', 'list', '-o', 'name');
      expect(lines(before.stdout)).toEqual(names);
      expect(before.code).toBe(0);
      const after = await mc('get', 'ns', 'team-a', '--no-headers', '-o', 'custom-columns=N:.metadata.name', ...flags);
      expect(lines(after.stdout)).toEqual(names.map((name) => `${name} team-a`));
    });

    it.each<readonly [string, readonly string[], number, readonly (string | RegExp)[]]>([
      ['unknown name', ['--clusters=aa'], 2, [/^error: .*'aa'/, 'Available clusters: a, b, c', 'did you mean "a"?']],
      [
        'unknown among known',
        ['--clusters=a,production'],
        2,
        [/^error: .*'production'/, 'Available clusters: a, b, c'],
      ],
      ['no match', ['--clusters=zzz*'], 1, ['error: no clusters match', /^3 clusters are known/]],
      ['empty selector', ['--cluster-selector=env=none'], 1, ['error: no clusters match', /^3 clusters are known/]],
      [
        'another number',
        ['--expect-clusters=4'],
        1,
        ['error: expected 4 clusters, but 3 are selected; nothing was sent'],
      ],
      ['unknown group', ['--group=nobody'], 2, [/^error: .*nobody/, /western/]],
      [
        'pin and another',
        ['--pin=b', '--clusters=a'],
        2,
        [
          "error: Context 'a' not available in single-cluster mode (configured: b)",
          'Single-cluster provider only allows the configured context',
        ],
      ],
      [
        'unknown pin',
        ['--pin=zz'],
        2,
        ["error: Context 'zz' not found in kubeconfig", /^Available contexts: ctx-a, ctx-b, ctx-c, hub$/],
      ],
      [
        'unknown hub',
        ['--hub-context=hib'],
        2,
        ["error: Context 'hib' not found in kubeconfig", /^Available contexts: /],
      ],
    ])('%s', async (_, flags, code, told) => {
      const ended = await mc(...flags, 'get', 'pods');
      expect(ended.stdout).toBe('');
      expect(ended.code).toBe(code);
      const said = lines(ended.stderr);
      for (const one of told) expect(said).toContainEqual(typeof one === 'string' ? one : expect.stringMatching(one));
    });

    it('a pin by environment or configuration, and by environment the clusters', async () => {
      const name = ['clusters', 'list', '-o', 'name'];
      const [pinned, chosen, overridden] = await Promise.all([
        homes.hub!.mc(name, { env: { KUBECTL_MC_CONTEXT: 'c' } }),
        homes.hub!.mc(name, { env: { KUBECTL_MC_CLUSTERS: 'a,b' } }),
        homes.hub!.mc([...name, '--clusters=c'], { env: { KUBECTL_MC_CLUSTERS: 'a,b' } }),
      ]);
      expect([pinned.stdout, chosen.stdout, overridden.stdout]).toEqual(['c\n', 'a\nb\n', 'c\n']);
    });

    it('names of two namespaces are told apart', async () => {
      const { stdout } = await homes.twins!.mc([
        'get',
        'nodes',
        '--no-headers',
        '-o',
        'custom-columns=N:.metadata.name',
      ]);
      expect([...new Set(lines(stdout).map((row) => row.split(' ')[0]))]).toEqual([
        'e2e-twins-1/twin',
        'e2e-twins-2/twin',
        'single',
      ]);
      const one = await homes.twins!.mc(['get', 'nodes', '-o', 'name', '--clusters=e2e-twins-2/twin']);
      expect(lines(one.stdout)).toContain('node/b-control');
    });
  });

  describe('misuse', () => {
    it.each<readonly [readonly string[], RegExp]>([
      [['get', 'pods', '--context=ctx-a'], /^error: .*--context.*--clusters/],
      [['--server=https://x', 'get', 'pods'], /^error: .*--server/],
      [['get', 'pods', '-s', 'https://x'], /^error: .*-s/],
      [['get', 'pods', '--token=abc'], /^error: .*--token/],
      [['get', 'pods', '--insecure-skip-tls-verify'], /^error: .*--insecure-skip-tls-verify/],
      [['get', 'pods', '--client-key=x'], /^error: .*--client-key/],
      [['get', 'pods', '--nonsense'], /^error: unknown flag: --nonsense/],
      [['get', 'pods', '-o', 'xml'], /^error: .*xml/],
      [['get'], /^error: /],
      [['gte', 'pods'], /^error: .*"gte"[\s\S]*did you mean "get"/],
      [['get', 'pods', '--allow-partial', '--fail-fast'], /^error: .*--allow-partial.*--fail-fast/],
      [['get', 'pods', '--timeout=abc'], /^error: .*--timeout/],
      [['get', 'pods', 'x', '-A'], /^error: a resource cannot be retrieved by name across all namespaces/],
      [['get', 'pods', '-l', 'a in'], /^error: /],
    ])('%s', async (args, told) => {
      const ended = await mc(...args);
      expect(ended.stderr).toMatch(told);
      expect(ended.stderr).not.toContain('abc\n');
      expect(ended).toMatchObject({ stdout: '', code: 2 });
    });

    it('what comes later is refused by name', async () => {
      for (const flag of ['-w', '--stream', '-k=.']) {
        const ended = await mc('get', 'pods', flag);
        expect(ended).toMatchObject({ stdout: '', code: 2 });
        expect(ended.stderr).toMatch(/^error: .*not supported/);
      }
    });
  });

  describe('other commands', () => {
    it('clusters list', async () => {
      const [head, ...rows] = await out('clusters', 'list');
      expect(head).toBe('NAME STATUS VERSION CONTEXT SOURCE LABELS');
      const ends = ['env=prod', 'env=staging', 'env=dev'];
      expect(rows).toEqual(
        ['a', 'b', 'c'].map((name, at) =>
          // Once a command was there, how long ago that was.
          expect.stringMatching(
            new RegExp(
              `^${name} ✓ connected( \\(\\d+s ago\\))? v1.36.3 ctx-${name} hub ${ends[at]},x-k8s.io/cluster-manager=fleet-test$`,
            ),
          ),
        ),
      );
      const wide = await out('cluster', 'list', '-o', 'wide', '--no-headers', '--ascii');
      expect(wide[0]).toMatch(/^a ok connected .* Cluster A/);
    });

    it('clusters list -o json and yaml are the same document', async () => {
      const { parse } = await import('yaml');
      const [json, yaml] = await Promise.all([mc('clusters', 'list', '-o', 'json'), mc('clusters', 'list', '-oyaml')]);
      const list = JSON.parse(json.stdout);
      expect(list).toMatchObject({
        kind: 'ClusterList',
        items: [{ name: 'a', context: 'ctx-a' }, { name: 'b' }, { name: 'c' }],
      });
      expect(parse(yaml.stdout)).toEqual(list);
    });

    it('--refresh alone lists the clusters anew', async () => {
      expect((await out('--refresh')).slice(1).map((row) => row.split(' ')[0])).toEqual(['a', 'b', 'c']);
    });

    it('version and help', async () => {
      const { version } = (await import('../../package.json', { with: { type: 'json' } })).default;
      expect((await mc('version', '--client')).stdout).toContain(`v${version}`);
      expect(JSON.parse((await mc('version', '--client', '-o', 'json')).stdout)).toMatchObject({
        clientVersion: { gitVersion: `v${version}` },
      });
      for (const args of [[], ['help'], ['--help'], ['get', '--help'], ['help', 'get']]) {
        const ended = await mc(...args);
        expect(ended).toMatchObject({ stderr: '', code: 0 });
        expect(ended.stdout).toContain('kubectl mc');
      }
    });

    it('runs as a plugin of kubectl', async () => {
      const { dirname } = await import('node:path');
      const { path, program } = await import('./run.ts');
      const env = { PATH: `${dirname(program)}:${path}` };
      const ended = await homes.hub!.kubectl(['mc', 'get', 'ns', 'team-a', '-o', 'name'], { env });
      expect(ended).toMatchObject({
        stdout: 'a:namespace/team-a\nb:namespace/team-a\nc:namespace/team-a\n',
        stderr: '',
        code: 0,
      });
      const failed = await homes.hub!.kubectl(['mc', 'get', 'pdos'], { env });
      expect(failed).toMatchObject({ stdout: '', code: 1 });
    });

    it('works from any folder, through a symbolic link', async () => {
      const { symlink } = await import('node:fs/promises');
      const { join } = await import('node:path');
      const { program, start } = await import('./run.ts');
      const link = join(homes.hub!.dir, 'kubectl-mc');
      await symlink(program, link);
      const ended = await start(link, ['get', 'ns', 'team-a', '-oname'], { env: homes.hub!.env, cwd: '/' }).ended;
      expect(lines(ended.stdout)).toHaveLength(3);
    });
  });
});
