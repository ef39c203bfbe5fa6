import { expect, test } from 'vitest';
import { count, line, sum } from '../tally.ts';

const file = (status: string, ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const report = (...testResults: readonly object[]) => JSON.stringify({ testResults });

test.each([
  ['all passed', report(file('passed', 'passed', 'passed')), 0, '2 passed, 0 failed'],
  ['one failed', report(file('failed', 'passed', 'failed'), file('passed', 'passed')), 1, '2 passed, 1 failed'],
  [
    'skipped in any way',
    report(file('passed', 'passed', 'skipped', 'pending', 'todo')),
    0,
    '1 passed, 0 failed, 3 skipped',
  ],
  ['a file that does not load', report(file('failed'), file('passed', 'passed')), 1, '1 passed, 1 failed'],
  ['an error outside of any test', report(file('passed', 'passed')), 1, '1 passed, 1 failed'],
  ['no test found', report(), 1, '0 passed, 1 failed'],
  ['a crash without a report', undefined, 139, '0 passed, 1 failed'],
  ['a crash in the middle of the report', '{"testResults":[', 0, '0 passed, 1 failed'],
])('%s', (_what, json, exitCode, expected) => {
  expect(line(count(json, exitCode))).toBe(expected);
});

test('tallies add up', () => {
  expect(sum([count(report(file('passed', 'passed')), 0), { passed: 1, failed: 2, skipped: 3 }])).toEqual({
    passed: 2,
    failed: 2,
    skipped: 3,
  });
});
