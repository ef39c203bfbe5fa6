import type { ExitCode } from '../errors.ts';
import { keepLastResults } from '../fleet/lastresults.ts';
import { finish } from './finish.ts';
import type { Ledger } from './ledger.ts';
import type { Prepared } from './prepare.ts';
import type { Invocation } from './verb.ts';

/** Ends a command that asked its clusters something: the lines on stderr, what `clusters list` will know, and the exit code. */
export async function conclude(ledger: Ledger, prepared: Prepared, invocation: Invocation): Promise<ExitCode> {
  const summary = ledger.summary();
  const exitCode = finish({ ledger, summary, prepared, invocation, ignoreNotFound: false, nothingFound: undefined });
  const { settings, cache, inventory, targets } = prepared;
  if (!settings.useCache || invocation.signal.aborted) return exitCode;
  const servers = new Map(
    targets.flatMap(({ cluster, access }) => (access.kind === 'config' ? [[cluster.name, access.config.server]] : [])),
  );
  await keepLastResults(cache, inventory, ledger.entries(), servers, invocation.clock.now());
  return exitCode;
}
