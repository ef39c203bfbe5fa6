import { expect, test } from 'vitest';
import { terminalSafe } from '../../src/streams/terminalsafe.ts';

const written = (isTTY: boolean, format: string, chunk: string | Uint8Array) => {
  const chunks: (string | Uint8Array)[] = [];
  const out = {
    isTTY,
    columns: undefined,
    closed: new AbortController().signal,
    write: (one: string | Uint8Array) => void chunks.push(one),
  };
  terminalSafe(out, /^jsonl?$/.test(format) ? 'json' : 'text').write(chunk);
  return chunks[0];
};

test.each([
  [true, 'json', '"a\u202eb\x9b"\n', '"a\\u202eb\\u009b"\n'],
  [true, 'jsonl', '"a\u200bb"\n', '"a\\u200bb"\n'],
  [true, 'yaml', 'a: b\u202e\x1b[2J\n', 'a: b\\u{202e}^[[2J\n'],
  [true, 'name', 'pod/x\u202e\n', 'pod/x\\u{202e}\n'],
  [true, 'jsonpath', '\x1b[2J', '^[[2J'],
  [false, 'json', '"a\u202eb"', '"a\u202eb"'],
  [false, 'yaml', '\x1b[2J', '\x1b[2J'],
])('terminal %s, -o %s', (isTTY, format, text, expected) => {
  expect(written(isTTY, format, text)).toBe(expected);
  if (isTTY) expect(written(isTTY, format, Buffer.from(text))).toBe(expected);
});
