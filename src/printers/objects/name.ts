import type { Part } from '../../aggregator/strategy.ts';
import { lowerKindOf } from '../../api/kind.ts';
import { escapeCell } from '../../streams/escape.ts';
import type { FormatContext, OutputFormat, Printer } from '../format.ts';
import { flatten, type KeptPage, packObjects } from './entries.ts';

/** `-o name`: `cluster:pod/x`, kubectl's own `pod/x` when exactly one cluster was named literally or pinned. */
export const name: OutputFormat = {
  names: ['name'],
  document: false,
  escape: 'text',
  open: (context) => openNames(context) as Printer,
};

function openNames({ options, out }: FormatContext): Printer<KeptPage<string>> {
  const parts: Part<KeptPage<string>>[] = [];
  return {
    projection: options.sortBy ? 'Objects' : 'Names',
    pack: (cluster, page) =>
      packObjects(page, options, (object) => {
        const own = escapeCell(`${lowerKindOf(page.resource)}/${object.metadata?.name ?? ''}`);
        return options.singleCluster ? `${own}\n` : `${escapeCell(cluster)}:${own}\n`;
      }),
    print(part) {
      parts.push(part);
    },
    async end() {
      const lines = flatten(parts, options);
      for (let at = 0; at < lines.length; at += 1000) await out.write(lines.slice(at, at + 1000).join(''));
      return lines.length;
    },
  };
}
