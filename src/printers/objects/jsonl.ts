import type { FormatContext, OutputFormat, Printer } from '../format.ts';
import { type KeptPage, packObjects, shownValues } from './entries.ts';

/** `-o jsonl`: one line per object in the order of arrival, `{"cluster":…,"item":…}`; failures and skips are lines too. */
export const jsonl: OutputFormat = {
  names: ['jsonl'],
  document: false,
  escape: 'json',
  streams: true,
  open: (context) => openLines(context) as Printer,
};

function openLines({ options, out }: FormatContext): Printer<KeptPage<string>> {
  const state = { items: 0 };
  return {
    projection: 'Objects',
    pack: (cluster, page) => packObjects(page, options, (object) => JSON.stringify({ cluster, item: object })),
    async print(part) {
      const values = shownValues(part, options);
      state.items += values.length;
      for (const line of values) await out.write(`${line}\n`);
      const { cluster, outcome } = part;
      if (outcome.kind === 'failed') await out.write(`${JSON.stringify({ cluster, error: outcome.error })}\n`);
      if (outcome.kind === 'skipped')
        await out.write(`${JSON.stringify({ cluster, skipped: { reason: outcome.reason.message } })}\n`);
    },
    async end() {
      return state.items;
    },
  };
}
