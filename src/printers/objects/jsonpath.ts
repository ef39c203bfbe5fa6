import type { Part } from '../../aggregator/strategy.ts';
import type { KubeObject } from '../../api/kubernetes.ts';
import { evaluateToText } from '../../jsonpath/evaluate.ts';
import { parseJSONPath } from '../../jsonpath/parse.ts';
import type { FormatContext, OutputFormat, Printer } from '../format.ts';
import { annotated } from './clean.ts';
import { type KeptPage, packObjects, shownValues } from './entries.ts';

/** `-o jsonpath=…`: evaluated once per cluster on what kubectl would have there, a List or the one object that was named. */
export const jsonpath: OutputFormat = {
  names: ['jsonpath'],
  document: false,
  escape: 'text',
  takesArgument: true,
  check: parseJSONPath,
  open: (context) => openPath(context) as Printer,
};

function openPath({ options, argument, clusters, out }: FormatContext): Printer<KeptPage<KubeObject>> {
  const path = parseJSONPath(argument);
  const state = { items: 0 };
  return {
    projection: 'Objects',
    pack: (cluster, page) =>
      packObjects(page, { ...options, showManagedFields: true }, (object) => annotated(object, cluster)),
    async print(part) {
      const items = shownValues(part, options);
      if (part.outcome.kind !== 'answered' && items.length === 0) return;
      state.items += items.length;
      // Nothing of a named object was found: kubectl has nothing to evaluate either.
      if (items.length === 0 && lacksNamed(part)) return;
      // One of several that were named is a List all the same.
      const single = items.length === 1 && part.pages.length === 1 && part.pages[0]?.named && !lacksNamed(part);
      const data = single ? items[0] : { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
      const text = evaluateToText(path, data, { allowMissingKeys: options.allowMissingTemplateKeys });
      await out.write(clusters.length > 1 ? `${text}\n` : text);
    },
    async end() {
      return state.items;
    },
  };
}

function lacksNamed(part: Part<KeptPage<KubeObject>>): boolean {
  return part.outcome.kind === 'answered' && (part.outcome.notFound?.length ?? 0) > 0;
}
