import type { Part } from '../../aggregator/strategy.ts';
import { API_VERSION } from '../../api/result.ts';
import { toYAML } from '../../serializer/yaml.ts';
import type { FormatContext, OutputFormat, Printer } from '../format.ts';
import { annotated } from './clean.ts';
import { type KeptPage, packObjects, shownValues } from './entries.ts';
import { entryFrame } from './entry.ts';
import { flatten } from './json.ts';

/** `-o yaml`: the same documents as `-o json`. */
export const yaml: OutputFormat = {
  names: ['yaml'],
  document: true,
  escape: 'text',
  open: (context) => (context.options.flat ? openList(context) : openResult(context)) as Printer,
};

function openResult({ options, clusters, out }: FormatContext): Printer<KeptPage<string>> {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const state = { entries: 0, items: 0 };
  const head = `apiVersion: ${API_VERSION}\nkind: MultiClusterResult\nclusters:`;
  return {
    projection: 'Objects',
    pack: (_cluster, page) => packObjects(page, options, (object) => indented(`- ${indented(toYAML(object), 2)}`, 2)),
    async print(part) {
      if (state.entries === 0) await out.write(`${head}\n`);
      state.entries += 1;
      const frame = toYAML(entryFrame(byName.get(part.cluster) ?? { name: part.cluster }, part.outcome));
      const items = part.outcome.kind === 'answered' ? shownValues(part, options) : [];
      await out.write(`- ${indented(frame, 2)}  items:${items.length === 0 ? ' []\n' : '\n'}`);
      for (const item of items) await out.write(`  ${item}`);
      state.items += items.length;
    },
    async end(summary) {
      if (state.entries === 0) await out.write(`${head} []\n`);
      await out.write(`summary:\n  ${indented(toYAML(summary), 2)}`);
      return state.items;
    },
  };
}

function openList({ options, out }: FormatContext): Printer<KeptPage<string>> {
  const parts: Part<KeptPage<string>>[] = [];
  return {
    projection: 'Objects',
    pack: (cluster, page) =>
      packObjects(page, options, (object) => `- ${indented(toYAML(annotated(object, cluster)), 2)}`),
    print(part) {
      parts.push(part);
    },
    async end() {
      const items = flatten(parts, options);
      await out.write(`apiVersion: v1\nitems:${items.length === 0 ? ' []\n' : '\n'}`);
      for (const item of items) await out.write(item);
      await out.write('kind: List\nmetadata:\n  resourceVersion: ""\n');
      return items.length;
    },
  };
}

/** Indents every line but the first; YAML blocks keep their meaning, as all of a block moves together. */
function indented(text: string, spaces: number): string {
  return text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(spaces)}`);
}
