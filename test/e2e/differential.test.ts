import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { type Case, compare, sameAsKubectl } from './differential.ts';
import { BETTER, CASES, files, REFUSED, whereServed } from './differentialcases.ts';
import { type Home, newHome } from './home.ts';

const fleet = attachFleet();
const CLUSTERS = [
  { name: 'A', server: 'A' },
  { name: 'C', server: 'C' },
] as const;
const ANNOTATION = 'kubectl-mc.k8s.io/cluster';

describe.skipIf(!fleet?.description.clientCA)('kubectl mc get says what kubectl get says', () => {
  const homes: { admin?: Home; alice?: Home } = {};
  beforeAll(async () => {
    await ensureBuilt();
    const config = { output: { showClusterColumn: false } };
    homes.admin = await newHome(fleet!, { clusters: CLUSTERS, user: 'admin', config });
    homes.alice = await newHome(fleet!, { clusters: CLUSTERS, config });
    for (const [name, text] of Object.entries(files)) await homes.admin.write(name, text);
  });

  it.concurrent.each(BETTER)('%s', async (args, stdout) => {
    const ours = await homes.admin!.mc(['--clusters=A', 'get', ...args]);
    expect(ours.stdout).toMatch(new RegExp(stdout));
    expect(ours).toMatchObject({ code: 0, stderr: '' });
  });

  const both = (cases: readonly Case[]) =>
    (['A', 'C'] as const).flatMap((member) =>
      cases
        .filter(({ only }) => only === undefined || only === member)
        .map((one) => ({ member, one, title: `${one.args.join(' ').replaceAll('\n', ' ')} [${member}]` })),
    );

  it.concurrent.each(both(CASES))('$title', ({ member, one }) => sameAsKubectl(homes.admin!, member, one));
  it.concurrent.each(both(REFUSED))('refused: $title', ({ member, one }) => sameAsKubectl(homes.alice!, member, one));

  const DOCUMENTS: readonly (readonly string[])[] = [
    ['pods', '-n', 'team-a'],
    ['pods', '-A'],
    ['nodes'],
    ['widgets', '-A'],
    ['svc', 'web', '-n', 'team-a'],
    ['svc,cm', '-n', 'team-a'],
    ['all', '-n', 'team-a'],
    ['deploy', '-n', 'team-a', '--show-managed-fields'],
    ['deploy', 'web', '-n', 'team-a', '--subresource=status'],
    ['crds'],
    ['pods', '-n', 'nowhere'],
    ['ns', 'team-b', 'default'],
    ['pods', '-n', 'team-a', '--sort-by=.spec.nodeName'],
  ];
  it.concurrent.each(both(DOCUMENTS.map((args) => ({ args, ...whereServed(args[0]!) }))))(
    'objects of $title',
    async ({ member, one }) => {
      const { parse } = await import('yaml');
      const order = one.args.includes('-A') ? byPlace : (items: readonly Item[]) => items;
      let wanted: readonly Item[] = [];
      let result: Result = { clusters: [] };
      await compare(homes.admin!, member, { args: [...one.args, '-o', 'json'] }, (theirs, ours) => {
        wanted = order(itemsOf(JSON.parse(theirs.stdout)));
        result = JSON.parse(ours.stdout) as Result;
        expect(result.clusters.map(({ cluster }) => cluster)).toEqual([member]);
        expect(order(result.clusters[0]!.items)).toEqual(wanted);
      });
      const run = async (...more: readonly string[]) =>
        (await homes.admin!.mc([`--clusters=${member}`, 'get', ...one.args, ...more])).stdout;
      const [flat, yaml, flatYaml] = await Promise.all([
        run('--flat', '-ojson'),
        run('-o=yaml'),
        run('-oyaml', '--flat'),
      ]);
      expect(parse(yaml)).toEqual(result);
      expect(parse(flatYaml)).toEqual(JSON.parse(flat));
      const list = JSON.parse(flat) as { kind: string; items: Item[] };
      expect(list.kind).toBe('List');
      expect(list.items.every((item) => item.metadata.annotations?.[ANNOTATION] === member)).toBe(true);
      expect(order(list.items.map(withoutCluster))).toEqual(wanted);
    },
  );
});

interface Result {
  readonly clusters: readonly { readonly cluster: string; readonly items: readonly Item[] }[];
}

interface Item {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

function itemsOf(document: { items?: readonly Item[] } & Partial<Item>): readonly Item[] {
  return document.items ?? [document as Item];
}

function byPlace(items: readonly Item[]): readonly Item[] {
  const key = ({ metadata }: Item) => `${metadata.namespace ?? ''}/${metadata.name}`;
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function withoutCluster(item: Item): Item {
  const { annotations, ...metadata } = item.metadata;
  const { [ANNOTATION]: _, ...others } = annotations ?? {};
  return { ...item, metadata: { ...metadata, ...(Object.keys(others).length > 0 ? { annotations: others } : {}) } };
}
