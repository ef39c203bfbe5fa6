import { errorOf, type LedgerEntry } from '../../aggregator/ledger.ts';
import { API_VERSION } from '../../api/result.ts';
import { drawGrid } from '../../printers/table/grid.ts';
import { plainTable } from '../../printers/table/plain.ts';
import { escapeCell } from '../../streams/escape.ts';
import { instantText } from '../expiry.ts';
import { failedState, type State, signOf, stateText } from './sign.ts';
import type { Tested } from './testrun.ts';
import { faultOf, STEPS, type TestStep } from './teststep.ts';

/** A cluster, its steps, how it ended, and the kubectl command that shows the same. */
export interface TestResult extends Tested {
  readonly entry: LedgerEntry;
  readonly kubectl: string | undefined;
}

/** How text is drawn. */
export interface TestViewOptions {
  readonly ascii: boolean;
  readonly columns: number | undefined;
}

/** connected: every step is good; degraded: it answers, but something is to be looked at. */
export function stateOf({ entry, steps }: TestResult): State {
  const error = errorOf(entry.outcome);
  if (entry.outcome.kind === 'skipped' || steps.length === 0) return 'unknown';
  if (error) return failedState(error);
  return steps.some(({ state }) => state === 'warning') ? 'degraded' : 'connected';
}

/** The step at which a cluster failed first. */
export function failedAt({ steps }: Tested): TestStep | undefined {
  return steps.find(({ state }) => state === 'failed');
}

/** All steps of one cluster in a box, and what to try by hand. */
export async function oneCluster(result: TestResult, options: TestViewOptions): Promise<string> {
  const { steps, target, kubectl } = result;
  const grid = await drawGrid({
    head: ['', 'Step', 'Time', 'Result'],
    rows: steps.map((step) => [mark(step, options.ascii), step.name, timeOf(step), step.detail]),
    columns: options.columns,
    ascii: options.ascii,
  });
  const lines = [`${target.cluster.name}: ${stateText(stateOf(result), options.ascii)}${endText(result)}`];
  if (kubectl) lines.push(`With kubectl: ${kubectl}`);
  return `${steps.length > 0 ? grid : ''}${lines.map(escapeCell).join('\n')}\n`;
}

/** One row for each cluster, then the lines to try by hand for those that failed. */
export function manyClusters(results: readonly TestResult[], options: TestViewOptions): string {
  const headers = ['CLUSTER', 'STATUS', ...STEPS.map((name) => name.toUpperCase()), 'NOTE'];
  const rows = results.map((result) => {
    const { target, steps } = result;
    const cells = STEPS.map((name) => {
      const step = steps.find((one) => one.name === name);
      if (!step || step.state === 'skipped') return '-';
      return step.state === 'ok' ? timeOf(step) : mark(step, options.ascii);
    });
    return [target.cluster.name, stateText(stateOf(result), options.ascii), ...cells, noteOf(result)].map(escapeCell);
  });
  const tries = results.flatMap((result) => (failedAt(result) && result.kubectl ? [escapeCell(result.kubectl)] : []));
  return (
    plainTable(headers, rows) +
    (tries.length > 0 ? `\nWith kubectl:\n${tries.map((line) => `  ${line}\n`).join('')}` : '')
  );
}

function mark({ state }: TestStep, ascii: boolean): string {
  if (state === 'skipped') return '-';
  return signOf(state === 'ok' ? 'connected' : state === 'warning' ? 'degraded' : 'disconnected', ascii);
}

function timeOf({ ms, state }: TestStep): string {
  return ms === undefined || state === 'skipped' ? '-' : `${Math.round(ms)}ms`;
}

function endText(result: TestResult): string {
  const note = noteOf(result);
  return note ? `, ${note}` : '';
}

function noteOf(result: TestResult): string {
  const failed = failedAt(result);
  if (failed) return `failed at ${failed.name}: ${failed.detail}`;
  const { outcome } = result.entry;
  const error = errorOf(outcome);
  if (error) return `${error.type}: ${error.message}`;
  if (outcome.kind === 'skipped') return outcome.reason.message;
  return result.steps
    .filter(({ state }) => state === 'warning')
    .map(({ detail, warning }) => warning ?? detail)
    .join(', ');
}

/** The same for programs. */
export function testDocument(results: readonly TestResult[]) {
  const items = results.map((result) => {
    const { entry, steps, target, kubectl } = result;
    const failed = failedAt(result);
    const error = errorOf(entry.outcome);
    const fault = failed?.error && faultOf(failed.error);
    return {
      cluster: target.cluster.name,
      status: stateOf(result),
      success: entry.outcome.kind === 'answered',
      ...(failed && { failedStep: failed.name }),
      ...(fault && { fault }),
      steps: steps.map(({ name, state, ms, detail, value, certificate }) => ({
        step: name,
        state,
        ...(ms !== undefined && { ms: Math.round(ms * 10) / 10 }),
        detail,
        ...(value !== undefined && { value }),
        ...(certificate && { certificate: { ...certificate, expiresAt: instantText(certificate.expiresAt) } }),
      })),
      ...(error && { error }),
      ...(entry.outcome.kind === 'skipped' && { skipped: entry.outcome.reason }),
      ...(kubectl && { kubectl }),
    };
  });
  return { apiVersion: API_VERSION, kind: 'ClusterTestList', items };
}
