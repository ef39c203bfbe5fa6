import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { abc, type Home, newHome } from './home.ts';
import { lines } from './run.ts';

const fleet = attachFleet();
const HUB = 'e2e-fleet';

describe.skipIf(!fleet?.description.clientCA)('one command over the fleet', { concurrent: true }, () => {
  const homes: { hub?: Home; named?: Home } = {};
  const mc = (...args: string[]) => homes.hub!.mc(args);
  /** Lines of stdout without padding. */
  const out = async (...args: string[]) => lines((await mc(...args)).stdout);

  beforeAll(async () => {
    await ensureBuilt();
    [homes.hub, homes.named] = await Promise.all([
      newHome(fleet!, { clusters: abc, hub: HUB }),
      newHome(fleet!, {
        clusters: [
          { name: 'a', server: 'A', mapping: { defaultNamespace: 'team-a' } },
          { name: 'b', server: 'B', context: { namespace: 'team-b' } },
          { name: 'c', server: 'C', mapping: { color: 'red' } },
        ],
      }),
    ]);
  });

  describe('tables', () => {
    it('puts CLUSTER after NAME, clusters in the order of their names', async () => {
      const [head, ...rows] = await out('get', 'nodes');
      expect(head).toBe('NAME CLUSTER STATUS ROLES AGE VERSION');
      expect(rows.map((row) => row.split(' ').slice(0, 3).join(' '))).toEqual([
        'a-control a Ready',
        'a-worker-1 a Ready',
        'a-worker-2 a Ready',
        'b-control b Ready',
        'b-worker-1 b Ready',
        'b-worker-2 b NotReady',
        'c-control c Ready',
        'c-worker-1 c Ready',
      ]);
      expect(rows.find((row) => row.startsWith('c-control'))).toContain(fleet!.members.C.version);
    });

    it('aligns all rows under the same headers', async () => {
      const { stdout } = await mc('get', 'pods', '-A');
      const [head, ...rows] = stdout.trimEnd().split('\n') as [string, ...string[]];
      expect(lines(head)[0]).toBe('NAMESPACE NAME CLUSTER READY STATUS RESTARTS AGE');
      expect(rows).toHaveLength(35);
      for (const column of ['NAME ', 'CLUSTER', 'READY', 'STATUS', 'RESTARTS', 'AGE']) {
        const at = head.indexOf(column);
        for (const row of rows) expect(row.slice(at - 3, at + 1)).toMatch(/ {2}\S$/);
      }
    });

    it.each([
      [['pods', '-n', 'team-a'], 'NAME CLUSTER READY STATUS RESTARTS AGE'],
      [['events', '-n', 'team-a'], 'CLUSTER LAST SEEN TYPE REASON OBJECT MESSAGE'],
      [['events', '-A'], 'NAMESPACE CLUSTER LAST SEEN TYPE REASON OBJECT MESSAGE'],
      [['svc', '-n', 'team-a', '-o', 'custom-columns=N:.metadata.name'], 'CLUSTER N'],
      [['pods', '-n', 'team-a', '-L', 'app', '--show-labels'], 'NAME CLUSTER READY STATUS RESTARTS AGE APP LABELS'],
    ])('%s: %s', async (args, head) => {
      expect((await out('get', ...args))[0]).toBe(head);
    });

    it('merges the columns of widgets, <none> where a cluster has none, and notes who lacks the type', async () => {
      const { stdout, stderr, code } = await mc('get', 'widgets', '-A');
      expect(lines(stdout)).toEqual([
        'NAMESPACE NAME CLUSTER SIZE COLOUR',
        'default gear a 3 red',
        'default lever a 5 blue',
        'team-a spring a 1 green',
        'default gear b 4 <none>',
        'team-a valve b 8 <none>',
      ]);
      expect(stderr).toMatch(/^note: the server doesn't have a resource type "widgets" on 1 of 3 clusters: c\n$/);
      expect(code).toBe(0);
      expect((await out('get', 'widgets', '-A', '-o', 'wide'))[0]).toBe('NAMESPACE NAME CLUSTER SIZE COLOUR OWNER');
    });

    it('prints several types as blocks with kinds before the names', async () => {
      const all = await out('get', 'svc,deploy', '-n', 'team-b');
      const gap = all.indexOf('');
      expect(all[0]).toBe('NAME CLUSTER TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE');
      expect(all.slice(1, gap).map((row) => row.split(' ').slice(0, 2).join(' '))).toEqual([
        'service/cache a',
        'service/reports b',
      ]);
      expect(all.slice(gap + 1).map((row) => row.split(' ').slice(0, 2).join(' '))).toEqual([
        'NAME CLUSTER',
        'deployment.apps/batch a',
        'deployment.apps/cache a',
        'deployment.apps/batch b',
        'deployment.apps/reports b',
        'deployment.apps/batch c',
      ]);
    });

    it('shows NAMESPACE where the clusters are asked in different namespaces, and CLUSTER in its colour', async () => {
      const { stdout } = await homes.named!.mc(['get', 'deploy', '--color=always']);
      const rows = lines(stdout);
      expect(rows[0]).toBe('NAMESPACE NAME CLUSTER READY UP-TO-DATE AVAILABLE AGE');
      expect(rows.slice(1).map((row) => row.split(' ').slice(0, 3).join(' '))).toEqual([
        'team-a api a',
        'team-a migrate a',
        'team-a web a',
        'team-b batch b',
        'team-b reports b',
        'default landing \u001b[31mc\u001b[39m',
      ]);
      const one = await homes.named!.mc(['get', 'deploy', '-n', 'team-a', '--color=always'], {
        env: { NO_COLOR: '1' },
      });
      expect(lines(one.stdout)[0]).toBe('NAME CLUSTER READY UP-TO-DATE AVAILABLE AGE');
      const piped = await homes.named!.mc(['get', 'deploy']);
      expect(piped.stdout).not.toContain('\u001b');
    });

    it('sorts the whole fleet by a field', async () => {
      const rows = await out('get', 'deploy', '-A', '--sort-by=.spec.replicas', '--no-headers');
      const counts = rows.map((row) => Number(row.split(' ')[3]!.split('/')[1]));
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(new Set(rows.map((row) => row.split(' ')[2]))).toEqual(new Set(['a', 'b', 'c']));
      expect(rows[0]!.split(' ')[2]).not.toBe(undefined);
    });

    it('says nothing was found, once', async () => {
      expect(await mc('get', 'pods', '-n', 'nowhere')).toMatchObject({
        stdout: '',
        stderr: 'No resources found in nowhere namespace.\n',
        code: 0,
      });
    });
  });

  describe('documents', () => {
    it('-o json: one entry for each cluster, named with its profile', async () => {
      const { stdout, code } = await mc('get', 'ns', 'team-a', '-o', 'json');
      const result = JSON.parse(stdout);
      expect(code).toBe(0);
      expect(result).toMatchObject({
        apiVersion: 'kubectl-mc.k8s.io/v1alpha1',
        kind: 'MultiClusterResult',
        clusters: ['a', 'b', 'c'].map((name) => ({
          cluster: name,
          clusterRef: { namespace: HUB, name },
          success: true,
          items: [{ kind: 'Namespace', metadata: { name: 'team-a' } }],
        })),
        summary: { total: 3, successful: 3, failed: 0, skipped: 0, notAttempted: 0, errors: {} },
      });
    });

    it('-o name: with the cluster in front, without it for one cluster named literally', async () => {
      expect(await out('get', 'ns', 'team-a', '-o', 'name')).toEqual([
        'a:namespace/team-a',
        'b:namespace/team-a',
        'c:namespace/team-a',
      ]);
      expect(await out('get', 'ns', 'team-a', '-o', 'name', '--clusters=b')).toEqual(['namespace/team-a']);
      expect(await out('get', 'ns', 'team-a', '-o', 'name', '--clusters=b*')).toEqual(['b:namespace/team-a']);
      expect(await out('get', 'ns', 'team-a', '-o', 'name', '--pin=b')).toEqual(['namespace/team-a']);
    });

    it('-o jsonl: a line for each object', async () => {
      const rows = (await out('get', 'cm', 'app-config', '-n', 'team-a', '-o', 'jsonl')).map((line) =>
        JSON.parse(line),
      );
      expect(rows).toHaveLength(3);
      expect(rows.map(({ cluster, item }) => `${cluster} ${item.kind} ${item.data.cluster}`).sort()).toEqual([
        'a ConfigMap A',
        'b ConfigMap B',
        'c ConfigMap C',
      ]);
    });

    it('-o json --flat: one List that kubectl can read', async () => {
      const { stdout } = await mc('get', 'svc', '-n', 'team-a', '-o', 'json', '--flat');
      const { kind, items } = JSON.parse(stdout);
      expect(kind).toBe('List');
      expect(
        items.map((item: { metadata: { name: string; annotations: Record<string, string> } }) =>
          [item.metadata.annotations['kubectl-mc.k8s.io/cluster'], item.metadata.name].join(' '),
        ),
      ).toEqual(['a api', 'a web', 'b web', 'c legacy-api', 'c web']);
      const file = await homes.hub!.write('flat.json', stdout);
      const read = await homes.hub!.kubectl(['get', '-f', file, '--ignore-not-found', '-oname', '--context=ctx-a']);
      expect(read.stdout).toContain('service/web');
    });

    it('-o jsonpath: once for each cluster, with its name', async () => {
      const path =
        '-ojsonpath={range .items[*]}{.metadata.annotations.kubectl-mc\\.k8s\\.io/cluster}:{.metadata.name} {end}';
      expect(await out('get', 'svc', '-n', 'team-a', path)).toEqual(['a:api a:web', 'b:web', 'c:legacy-api c:web']);
    });
  });

  describe('what is missing', () => {
    it('a name that some clusters lack is a note', async () => {
      const { stdout, stderr, code } = await mc('get', 'svc', 'legacy-api', '-n', 'team-a');
      expect(lines(stdout).map((row) => row.split(' ').slice(0, 2).join(' '))).toEqual([
        'NAME CLUSTER',
        'legacy-api c',
      ]);
      expect(stderr).toBe('note: services/legacy-api not found on 2 of 3 clusters: a, b\n');
      expect(code).toBe(0);
      const { clusters, summary } = JSON.parse((await mc('get', 'svc', 'legacy-api', '-n', 'team-a', '-ojson')).stdout);
      expect(clusters[0]).toMatchObject({ success: true, items: [], notFound: ['services/legacy-api'] });
      expect(summary).toMatchObject({ successful: 3, notFound: 2 });
    });

    it('a name that no cluster has is kubectl’s error, once', async () => {
      expect(await mc('get', 'pods', 'nope', '-n', 'team-a')).toMatchObject({
        stdout: '',
        stderr: 'Error from server (NotFound): pods "nope" not found\n',
        code: 1,
      });
      // Also when another name was found.
      const mixed = await mc('get', 'svc', 'web', 'nope', '-n', 'team-a');
      expect(mixed).toMatchObject({ stderr: 'Error from server (NotFound): services "nope" not found\n', code: 1 });
      expect(lines(mixed.stdout)).toHaveLength(4);
      expect(await mc('get', 'pods', 'nope', '--ignore-not-found')).toMatchObject({ stdout: '', stderr: '', code: 0 });
    });

    it('a type that no cluster has is kubectl’s error, once', async () => {
      expect(await mc('get', 'pdos')).toMatchObject({
        stdout: '',
        stderr: 'error: the server doesn\'t have a resource type "pdos"\n',
        code: 1,
      });
    });

    it.each([
      ['error', 3, /^NoMatch: c\nWarning: Failed to query 1\/3 clusters\. Run with -v for details\.\n$/],
      ['ignore', 0, /^$/],
    ])('a type that some lack, with missingKind: %s, is exit %i', async (missingKind, code, stderr) => {
      const home = await newHome(fleet!, { clusters: abc, config: { output: { missingKind } } });
      const ended = await home.mc(['get', 'widgets']);
      expect(ended.code).toBe(code);
      expect(ended.stderr).toMatch(stderr);
      expect(lines(ended.stdout)).toHaveLength(4);
    });
  });
});
