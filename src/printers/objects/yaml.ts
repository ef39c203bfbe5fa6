import { API_VERSION } from '../../api/result.ts';
import { toYAML } from '../../serializer/yaml.ts';
import type { OutputFormat } from '../format.ts';
import { type DocumentSyntax, openDocument } from './document.ts';

const syntax: DocumentSyntax = {
  between: '',
  item(object, of) {
    const item = `- ${indented(toYAML(object), 2)}`;
    return of === 'entry' ? `  ${indented(item, 2)}` : item;
  },
  result: {
    head: (empty) => `apiVersion: ${API_VERSION}\nkind: MultiClusterResult\nclusters:${sequence(empty)}`,
    entry: (frame, empty) => `- ${indented(toYAML(frame), 2)}  items:${sequence(empty)}`,
    closeEntry: () => '',
    close: (summary) => `summary:\n  ${indented(toYAML(summary), 2)}`,
  },
  list: {
    head: (empty) => `apiVersion: v1\nitems:${sequence(empty)}`,
    close: () => 'kind: List\nmetadata:\n  resourceVersion: ""\n',
  },
};

/** `-o yaml`: the same documents as `-o json`. */
export const yaml: OutputFormat = {
  names: ['yaml'],
  document: true,
  escape: 'text',
  open: (context) => openDocument(syntax, context),
};

function sequence(empty: boolean): string {
  return empty ? ' []\n' : '\n';
}

/** Indents every line but the first; YAML blocks keep their meaning, as all of a block moves together. */
function indented(text: string, spaces: number): string {
  return text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(spaces)}`);
}
