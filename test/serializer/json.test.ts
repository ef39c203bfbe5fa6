import { describe, expect, test } from 'vitest';
import { renderJSON, toJSONText } from '../../src/serializer/json.ts';

// Recorded from kubectl 1.36 (`-o json` of this object).
const object = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  data: { html: '<a href="x">&\u2028\u2029\x7f\x01\b\f\té', '9': '', '10': '' },
  list: [1, [], {}, [{ a: null }]],
};

test('a document as kubectl prints it', () => {
  expect(toJSONText(object, 'sorted')).toBe(`{
    "apiVersion": "v1",
    "data": {
        "10": "",
        "9": "",
        "html": "\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029\x7f\\u0001\\b\\f\\té"
    },
    "kind": "ConfigMap",
    "list": [
        1,
        [],
        {},
        [
            {
                "a": null
            }
        ]
    ]
}
`);
});

test('kept order', () => {
  expect(toJSONText({ b: 1, a: { d: 1, c: '<' } })).toBe(
    '{\n    "b": 1,\n    "a": {\n        "d": 1,\n        "c": "\\u003c"\n    }\n}\n',
  );
});

describe('pieces', () => {
  test.each(['kept', 'sorted'] as const)('a document put together from pieces is the document (%s)', (order) => {
    const items = [object, { a: ['x\ny'] }, 'text', null];
    const pieces = items.map((item) => `\n        ${renderJSON(item, 2, order)}`).join(',');
    expect(`{\n    "items": [${pieces}\n    ]\n}\n`).toBe(toJSONText({ items }, order));
  });

  test('undefined and toJSON are as in JSON.stringify', () => {
    const value = {
      a: undefined,
      b: [undefined],
      c: { toJSON: () => ({ z: 1, y: '<redacted>' }) },
      d: { e: undefined },
    };
    const expected = JSON.stringify(value, null, 4).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
    expect(renderJSON(value, 0, 'sorted')).toBe(expected);
    expect(renderJSON(value, 0)).toBe(expected);
    expect(renderJSON(undefined, 0)).toBe('null');
  });
});
