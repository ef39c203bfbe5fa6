import { expect, test } from 'vitest';
import { summarize } from '../../src/aggregator/ledger.ts';
import { report } from '../../src/aggregator/report.ts';
import type { Outcome } from '../../src/api/outcome.ts';
import { run } from './entries.ts';

const lacking: Outcome = {
  kind: 'answered',
  notFound: [
    { resource: 'gadgets.example.com', name: 'g9', word: 'gadgets', message: 'gadgets.example.com "g9" not found' },
  ],
};
const typeless: Outcome = { kind: 'answered', missingKind: ['gadgets'] };
const options = { allowPartial: false, missingKind: 'note', ignoreNotFound: false } as const;

test('a name is nowhere where its type is served without it or not served at all', () => {
  const entries = run([2, lacking], [4, typeless]);
  const { lines, exitCode } = report(entries, summarize(entries), options);
  expect([lines[0], exitCode]).toEqual(['Error from server (NotFound): gadgets.example.com "g9" not found', 1]);
});

test('one cluster that has it is enough', () => {
  const entries = run([2, lacking], [3, typeless], [1, { kind: 'answered' }]);
  const { lines, exitCode } = report(entries, summarize(entries), options);
  expect(exitCode).toBe(0);
  expect(lines[0]).toBe('note: gadgets.example.com/g9 not found on 5 of 6 clusters: c001, c002, c003, c004, c005');
});
