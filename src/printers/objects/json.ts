import type { Part } from '../../aggregator/strategy.ts';
import { API_VERSION, type Summary } from '../../api/result.ts';
import { renderJSON } from '../../serializer/json.ts';
import type { FormatContext, OutputFormat, Printer } from '../format.ts';
import { annotated } from './clean.ts';
import { type KeptPage, packObjects, shownValues } from './entries.ts';
import { entryFrame } from './entry.ts';

/** `-o json`: one MultiClusterResult document, or one List with `--flat`; written cluster by cluster. */
export const json: OutputFormat = {
  names: ['json'],
  document: true,
  escape: 'json',
  open: (context) => (context.options.flat ? openList(context) : openResult(context)) as Printer,
};

function openResult({ options, clusters, out }: FormatContext): Printer<KeptPage<string>> {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const state = { entries: 0, items: 0 };
  const head = `{\n    "apiVersion": "${API_VERSION}",\n    "kind": "MultiClusterResult",\n    "clusters": [`;
  return {
    projection: 'Objects',
    pack: (_cluster, page) => packObjects(page, options, (object) => renderJSON(object, 4, 'sorted')),
    async print(part) {
      const before = state.entries === 0 ? head : ',';
      state.entries += 1;
      const frame = renderJSON(entryFrame(byName.get(part.cluster) ?? { name: part.cluster }, part.outcome), 2);
      // The items go right behind `success`, where a reader looks for them; the frame always has more before than after.
      await out.write(`${before}\n        ${frame.slice(0, frame.lastIndexOf('\n'))},\n            "items": [`);
      const items = part.outcome.kind === 'answered' ? shownValues(part, options) : [];
      state.items += items.length;
      await writeItems(items, 16, out);
      await out.write(items.length === 0 ? ']\n        }' : '\n            ]\n        }');
    },
    async end(summary: Summary) {
      if (state.entries === 0) await out.write(head);
      await out.write(`${state.entries === 0 ? '' : '\n    '}],\n    "summary": ${renderJSON(summary, 1)}\n}\n`);
      return state.items;
    },
  };
}

function openList({ options, out }: FormatContext): Printer<KeptPage<string>> {
  const parts: Part<KeptPage<string>>[] = [];
  return {
    projection: 'Objects',
    pack: (cluster, page) =>
      packObjects(page, options, (object) => renderJSON(annotated(object, cluster), 2, 'sorted')),
    print(part) {
      parts.push(part);
    },
    async end() {
      const items = flatten(parts, options);
      await out.write('{\n    "apiVersion": "v1",\n    "items": [');
      await writeItems(items, 8, out);
      const close = items.length === 0 ? ']' : '\n    ]';
      await out.write(`${close},\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`);
      return items.length;
    },
  };
}

/** Values of all clusters in one row: by --sort-by over the whole fleet, else cluster by cluster. */
export function flatten<V>(parts: readonly Part<KeptPage<V>>[], options: FormatContext['options']): readonly V[] {
  if (!options.sortBy) return parts.flatMap((part) => shownValues(part, options));
  return shownValues({ pages: parts.flatMap((part) => part.pages) } as unknown as Part<KeptPage<V>>, options);
}

async function writeItems(items: readonly string[], spaces: number, out: FormatContext['out']): Promise<void> {
  const indent = `\n${' '.repeat(spaces)}`;
  for (const [at, item] of items.entries()) await out.write(`${at === 0 ? '' : ','}${indent}${item}`);
}
