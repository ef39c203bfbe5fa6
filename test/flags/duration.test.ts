import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { formatDuration, parseDuration } from '../../src/flags/duration.ts';

test.each<[string, number]>([
  ['0', 0],
  ['0s', 0],
  ['-0', 0],
  ['5', 5000],
  ['1.5', 1500],
  ['.5', 500],
  ['30s', 30_000],
  ['300ms', 300],
  ['1h2m3.5s', 3_723_500],
  ['1.5h', 5_400_000],
  ['90m', 5_400_000],
  ['1m1m', 120_000],
  ['500us', 0.5],
  ['500µs', 0.5],
  ['500μs', 0.5],
  ['+5s', 5000],
  ['-1s', -1000],
  ['24h', 86_400_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['s', 'time: invalid duration "s"'],
  ['.s', 'time: invalid duration ".s"'],
  ['abc', 'time: invalid duration "abc"'],
  ['1 s', 'time: unknown unit " s" in duration "1 s"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['5x', 'time: unknown unit "x" in duration "5x"'],
  ['1h30', 'time: missing unit in duration "1h30"'],
  ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
  ['9999999999h', 'time: invalid duration "9999999999h"'],
  ['1e3', 'time: unknown unit "e" in duration "1e3"'],
])('%j is refused', (text, message) => {
  expect(() => parseDuration(text)).toThrow(new UsageError(message));
});

test('an error names the flag', () => {
  expect(() => parseDuration('5x', '--timeout')).toThrow(
    'invalid argument "5x" for "--timeout" flag: time: unknown unit "x" in duration "5x"',
  );
});

test.each<[number, string]>([
  [0, '0s'],
  [300, '300ms'],
  [0.5, '0.5ms'],
  [1000, '1s'],
  [3500, '3.5s'],
  [60_000, '1m'],
  [300_000, '5m'],
  [90_000, '1m30s'],
  [5_400_000, '1h30m'],
  [86_400_000, '24h'],
  [3_600_100, '1h0.1s'],
  [-1000, '-1s'],
])('%d ms is written %s and read back', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});
