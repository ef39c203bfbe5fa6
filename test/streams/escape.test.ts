import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { escapeCell, escapeJSONText, escapeLog, escapeMessage } from '../../src/streams/escape.ts';

interface Vector {
  readonly id: string;
  readonly given: { readonly mode: string; readonly input: string; readonly prefix?: string };
  readonly expect: { readonly output: string };
}

const vectors = parse(readFileSync(new URL('escape-vectors.yaml', import.meta.url), 'utf8')) as Vector[];
const modes: Readonly<Record<string, (given: Vector['given']) => string>> = {
  cell: ({ input }) => escapeCell(input),
  message: ({ input, prefix }) => escapeMessage(input, prefix),
  'log-tty': ({ input }) => escapeLog(input),
  'json-tty': ({ input }) => escapeJSONText(JSON.stringify(input)),
};

test.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, { given, expect: expected }) => {
  expect(modes[given.mode]?.(given)).toBe(expected.output);
});

// Every range of the set, by its ends.
const unsafe = [
  0x00, 0x1f, 0x7f, 0x80, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x2069, 0xfeff, 0xfff9,
  0xfffb, 0xe0000, 0xe007f,
];
const safe = [
  0x20, 0x7e, 0xa0, 0xac, 0xae, 0x200a, 0x2010, 0x2027, 0x202f, 0x205f, 0x206a, 0xfff8, 0xfffc, 0xe0080, 0x1f600, 0x5d0,
];

describe('the set', () => {
  test.each(unsafe)('U+%x is made visible', (code) => {
    const sign = String.fromCodePoint(code);
    const visible = `\\u{${code.toString(16)}}`;
    expect(escapeCell(`a${sign}b`)).toBe(`a${visible}b`);
    expect(escapeMessage(`a${sign}b`)).toBe(`a${visible}b`);
    expect(escapeLog(`a${sign}b`)).toBe(`a${visible}b`);
    const json = escapeJSONText(JSON.stringify(`a${sign}b`));
    expect(json).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(json)).toBe(`a${sign}b`);
  });

  test.each(safe)('U+%x is untouched', (code) => {
    const text = `a${String.fromCodePoint(code)}b`;
    for (const escaped of [escapeCell(text), escapeMessage(text), escapeLog(text)]) expect(escaped).toBe(text);
    expect(escapeJSONText(JSON.stringify(text))).toBe(JSON.stringify(text));
  });
});

test.each([
  ['one line', '> ', '> one line'],
  ['', '> ', '> '],
  ['a\n', '> ', '> a\n'],
  ['a\n\nb\n', '> ', '> a\n> \n> b\n'],
  ['a\r\nb\rc', '', 'a\nb\\u{d}c'],
  ['tab\there', '', 'tab\there'],
])('message %j with prefix %j', (text, prefix, expected) => {
  expect(escapeMessage(text, prefix)).toBe(expected);
});

test.each([
  ['\x1b[m', '\x1b[m'],
  ['\x1b[38;5;1mx\x1b[38:2::1:2:3m', '\x1b[38;5;1mx\x1b[38:2::1:2:3m'],
  ['\x1b[1;31', '^[[1;31'],
  ['\x1b[?25l', '^[[?25l'],
  ['\x1b[1 m', '^[[1 m'],
  ['\x9b31m', '\\u{9b}31m'],
  ['\x1b\x1b[0m', '^[\x1b[0m'],
])('log %j', (text, expected) => {
  expect(escapeLog(text)).toBe(expected);
});

test('a document keeps its layout', () => {
  const json = JSON.stringify({ a: ['\x7f'] }, null, 4);
  expect(escapeJSONText(json)).toBe('{\n    "a": [\n        "\\u007f"\n    ]\n}');
});
