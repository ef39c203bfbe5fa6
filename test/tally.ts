/** How many checks and tests passed, failed or did not run. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report (jest's format) that is counted. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** `3 passed, 0 failed`, and `, 2 skipped` where there are any. */
export function line({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** The sum of tallies. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/**
 * Counts a run of vitest. A file that failed without a failed test (it could not be loaded) is one failure; so is a run
 * that ended badly for any other reason, above all one that left no readable report.
 */
export function count(json: string | undefined, exitCode: number): Tally {
  let report: Report;
  try {
    report = JSON.parse(json ?? '');
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const tally = sum(
    report.testResults.map(({ status, assertionResults }) => {
      const having = (...wanted: readonly string[]) =>
        assertionResults.filter((test) => wanted.includes(test.status)).length;
      const [passed, failed] = [having('passed'), having('failed')];
      return {
        passed,
        failed: failed === 0 && status === 'failed' ? 1 : failed,
        skipped: assertionResults.length - passed - failed,
      };
    }),
  );
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}
