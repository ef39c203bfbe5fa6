import { describe, expect, test } from 'vitest';
import { COLOURS } from '../../src/api/mapping.ts';
import { paint, useColour } from '../../src/streams/colour.ts';
import { displayWidth, truncate } from '../../src/streams/width.ts';

describe('colours', () => {
  test('every colour of the mapping file has a code of its own', () => {
    const painted = COLOURS.map((colour) => paint('x', colour));
    expect(new Set(painted).size).toBe(COLOURS.length);
    expect(painted).not.toContain('x');
    expect(paint('x', 'red')).toBe('\x1b[31mx\x1b[39m');
  });

  test('no code around nothing, nor for names nobody knows', () => {
    expect(paint('', 'red')).toBe('');
    expect(paint('x', 'toString')).toBe('x');
  });

  test.each([
    ['auto', {}, true, true, true],
    ['auto', {}, false, true, false],
    ['auto', {}, true, false, false],
    ['auto', { NO_COLOR: '1' }, true, true, false],
    ['auto', { NO_COLOR: '' }, true, true, true],
    ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, true, false],
    ['auto', { FORCE_COLOR: '1' }, false, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, true, false],
    ['auto', { TERM: 'dumb' }, true, true, false],
    ['always', { NO_COLOR: '1' }, false, false, true],
    ['never', { FORCE_COLOR: '1' }, true, true, false],
  ] as const)('--color=%s %j terminal=%s colorize=%s → %s', (flag, env, isTTY, configColorize, expected) => {
    expect(useColour({ flag, env, isTTY, configColorize })).toBe(expected);
  });
});

describe('width', () => {
  test.each([
    ['', 0],
    ['plain-name', 10],
    ['café', 4],
    ['cafe\u0301', 4],
    ['日本', 4],
    ['한글', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ﾊﾝｶｸ', 4],
    ['Ａ', 2],
    ['😀', 2],
    ['🇩🇪', 4],
    ['⚠', 1],
    ['⚠\ufe0f', 2],
    ['✓ ok', 4],
    ['⟳', 1],
    ['שלום', 4],
    ['…', 1],
    ['\u{20000}', 2],
  ])('%j takes %i', (text, cells) => {
    expect(displayWidth(text)).toBe(cells);
  });

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc...'],
    ['日本語です', 8, '日本...'],
  ])('truncate %j to %i', (text, cells, expected) => {
    expect(truncate(text, cells)).toBe(expected);
  });
});
