import type { Part } from '../../aggregator/strategy.ts';
import type { KubeObject } from '../../api/kubernetes.ts';
import type { Summary } from '../../api/result.ts';
import type { FormatContext, Printer } from '../format.ts';
import { annotated } from './clean.ts';
import { flatten, type KeptPage, packObjects, shownValues } from './entries.ts';
import { entryFrame } from './entry.ts';

/** How one notation writes a MultiClusterResult or a List, piece by piece; the pieces put together are the document. */
export interface DocumentSyntax {
  /** Between two entries and between two items. */
  readonly between: string;
  /** One object as it stands among the items. */
  item(object: KubeObject, of: 'entry' | 'list'): string;
  readonly result: {
    head(empty: boolean): string;
    /** A cluster's entry up to its items. */
    entry(frame: ReturnType<typeof entryFrame>, empty: boolean): string;
    /** What follows the items of an entry. */
    closeEntry(empty: boolean): string;
    close(summary: Summary, empty: boolean): string;
  };
  readonly list: {
    head(empty: boolean): string;
    close(empty: boolean): string;
  };
}

/** Opens the document that the options ask for: one List with `--flat`, else one result, written cluster by cluster. */
export function openDocument(syntax: DocumentSyntax, context: FormatContext): Printer {
  return (context.options.flat ? openList(syntax, context) : openResult(syntax, context)) as Printer;
}

function openResult(syntax: DocumentSyntax, { options, clusters, out }: FormatContext): Printer<KeptPage<string>> {
  const { between, result } = syntax;
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const state = { entries: 0, items: 0 };
  return {
    projection: 'Objects',
    pack: (_cluster, page) => packObjects(page, options, (object) => syntax.item(object, 'entry')),
    async print(part) {
      const before = state.entries === 0 ? result.head(false) : between;
      state.entries += 1;
      const frame = entryFrame(byName.get(part.cluster) ?? { name: part.cluster }, part.outcome);
      const items = part.outcome.kind === 'answered' ? shownValues(part, options) : [];
      state.items += items.length;
      const empty = items.length === 0;
      await write(before + result.entry(frame, empty), items, between, result.closeEntry(empty), out);
    },
    async end(summary) {
      const empty = state.entries === 0;
      await out.write(`${empty ? result.head(true) : ''}${result.close(summary, empty)}`);
      return state.items;
    },
  };
}

function openList(syntax: DocumentSyntax, { options, out }: FormatContext): Printer<KeptPage<string>> {
  const parts: Part<KeptPage<string>>[] = [];
  return {
    projection: 'Objects',
    pack: (cluster, page) => packObjects(page, options, (object) => syntax.item(annotated(object, cluster), 'list')),
    print(part) {
      parts.push(part);
    },
    async end() {
      const items = flatten(parts, options);
      const empty = items.length === 0;
      await write(syntax.list.head(empty), items, syntax.between, syntax.list.close(empty), out);
      return items.length;
    },
  };
}

// Characters of one write: a write for each object would cost more than making its text.
const lump = 64 * 1024;

async function write(
  head: string,
  items: readonly string[],
  between: string,
  close: string,
  out: FormatContext['out'],
): Promise<void> {
  let text = head;
  for (const [at, item] of items.entries()) {
    text += at === 0 ? item : between + item;
    if (text.length < lump) continue;
    await out.write(text);
    text = '';
  }
  await out.write(text + close);
}
