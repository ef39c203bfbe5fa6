import { API_VERSION } from '../../api/result.ts';
import { renderJSON } from '../../serializer/json.ts';
import type { OutputFormat } from '../format.ts';
import { type DocumentSyntax, openDocument } from './document.ts';

const syntax: DocumentSyntax = {
  between: ',',
  item(object, of) {
    const level = of === 'entry' ? 4 : 2;
    return `\n${'    '.repeat(level)}${renderJSON(object, level, 'sorted')}`;
  },
  result: {
    head: () => `{\n    "apiVersion": "${API_VERSION}",\n    "kind": "MultiClusterResult",\n    "clusters": [`,
    entry(frame) {
      const text = renderJSON(frame, 2);
      // The items go right behind `success`, where a reader looks for them; the frame always has more before than after.
      return `\n        ${text.slice(0, text.lastIndexOf('\n'))},\n            "items": [`;
    },
    closeEntry: (empty) => (empty ? ']\n        }' : '\n            ]\n        }'),
    close: (summary, empty) => `${empty ? '' : '\n    '}],\n    "summary": ${renderJSON(summary, 1)}\n}\n`,
  },
  list: {
    head: () => '{\n    "apiVersion": "v1",\n    "items": [',
    close: (empty) =>
      `${empty ? '' : '\n    '}],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`,
  },
};

/** `-o json`: one MultiClusterResult document, or one List with `--flat`; written cluster by cluster. */
export const json: OutputFormat = {
  names: ['json'],
  document: true,
  escape: 'json',
  open: (context) => openDocument(syntax, context),
};
