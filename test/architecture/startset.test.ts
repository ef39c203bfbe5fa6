import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { builtinOf, packageOf } from './graph.ts';
import { root } from './tree.ts';

// What a command pays for before it does anything. Measured over Node's bare start: commander 12 ms, node:https 15,
// yaml 10, execa 28, ora 44, client-node 85 and more.

const heavy = ['commander', 'cli-table3', 'execa', 'ora', '@kubernetes/client-node', 'yaml'];

interface StartSet {
  readonly name: string;
  /** Entries (below src/, a file or a folder) whose static imports count together. */
  readonly entries: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: readonly string[];
  /** Places below src/; rooms that are still to come may be named. */
  readonly places: readonly string[];
}

const startSets: readonly StartSet[] = [
  {
    name: 'every command',
    entries: ['main'],
    packages: [...heavy, 'js-yaml', 'minimatch'],
    builtins: ['https', 'http', 'http2', 'tls', 'child_process', 'readline', 'zlib'],
    places: ['writes', 'kubectl', 'commands/setup', 'client/execcredential', 'client/exec', 'client/nodeclient'],
  },
  {
    name: 'get',
    // What `get pods` imports on its way, too.
    entries: ['main', 'commands/get', 'discovery/sources/auto', 'printers/table/table'],
    packages: heavy,
    builtins: ['child_process'],
    places: [
      ...['writes', 'kubectl', 'commands/setup', 'client/execcredential', 'client/nodeclient'],
      // Only where a selected cluster has no context of the user's.
      ...['access/clusterprofile', 'access/hubhint', 'access/recipes', 'access/pinning', 'commands/trust'],
    ],
  },
];

const isAt = (path: string, place: string) =>
  path === `src/${place}` || path === `src/${place}.ts` || path.startsWith(`src/${place}/`);

/** What is loaded with the outputs of `entries`: our files, packages and built-ins, each with the output that holds it. */
function closure({ outputs }: Pick<Metafile, 'outputs'>, entries: readonly string[]): readonly string[] {
  const queue = Object.keys(outputs).filter((path) =>
    entries.some((entry) => isAt(outputs[path]?.entryPoint ?? '', entry) && !path.endsWith('.map')),
  );
  const seen = new Set(queue);
  const loaded = new Set<string>();
  for (const path of queue) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[path]!.inputs)) {
      const inPackage = /^(?:.*\/)?node_modules\/(.+)$/.exec(input)?.[1];
      if (bytesInOutput > 0) loaded.add(inPackage === undefined ? input : packageOf(inPackage));
    }
    for (const { path: to, kind, external } of outputs[path]!.imports) {
      if (kind === 'dynamic-import') continue;
      if (external) loaded.add(`node:${builtinOf(to) ?? to}`);
      else if (!seen.has(to)) {
        seen.add(to);
        queue.push(to);
      }
    }
  }
  return [...loaded].sort();
}

function tooMuch(metafile: Pick<Metafile, 'outputs'>, set: StartSet): readonly string[] {
  const refused = [...set.packages, ...set.builtins.map((name) => `node:${name}`)];
  return closure(metafile, set.entries).filter(
    (input) => refused.includes(input) || set.places.some((place) => isAt(input, place)),
  );
}

describe('the start set of', () => {
  let metafile: Metafile;
  beforeAll(async () => {
    await ensureBuilt();
    metafile = JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8'));
  });

  test.each(startSets)('$name', (set) => {
    const entryPoints = Object.values(metafile.outputs).map(({ entryPoint }) => entryPoint ?? '');
    for (const entry of set.entries) {
      expect(
        entryPoints.some((path) => isAt(path, entry)),
        `${entry} has a chunk of its own`,
      ).toBe(true);
    }
    expect(tooMuch(metafile, set)).toEqual([]);
  });
});

test('what is planted in a start set is found, what is behind import() is not', () => {
  const input = { bytesInOutput: 1 };
  const chunk = (inputs: Record<string, { bytesInOutput: number }>, imports: object[], entryPoint?: string) =>
    ({ bytes: 1, exports: [], inputs, imports, ...(entryPoint && { entryPoint }) }) as Metafile['outputs'][string];
  const outputs = {
    'dist/main.js': chunk(
      { 'src/main.ts': input, 'src/writes/shaken.ts': { bytesInOutput: 0 } },
      [
        { path: 'dist/a.js', kind: 'import-statement' },
        { path: 'dist/get.js', kind: 'dynamic-import' },
      ],
      'src/main.ts',
    ),
    'dist/a.js': chunk({ 'src/kubectl/find.ts': input, 'node_modules/commander/index.js': input }, [
      { path: 'node:https', kind: 'import-statement', external: true },
      { path: 'child_process', kind: 'require-call', external: true },
    ]),
    'dist/get.js': chunk({ 'node_modules/x/node_modules/yaml/a.js': input }, [], 'src/commands/get/get.ts'),
  };
  const [start, get] = startSets;
  expect(tooMuch({ outputs }, start!)).toEqual([
    'commander',
    'node:child_process',
    'node:https',
    'src/kubectl/find.ts',
  ]);
  expect(tooMuch({ outputs }, get!)).toEqual(['commander', 'node:child_process', 'src/kubectl/find.ts', 'yaml']);
});
