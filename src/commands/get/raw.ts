import { kubectlText } from '../../aggregator/report.ts';
import { CommandError, ExitCode, UsageError } from '../../errors.ts';
import type { Operation } from '../../executor/fanout.ts';
import type { Session } from '../../resource/read.ts';
import type { Prepared } from '../prepare.ts';
import type { Invocation } from '../verb.ts';

/** `get --raw URI`: the server's own bytes, from exactly one cluster. */
export async function getRaw(uri: string, prepared: Prepared, { io, signal }: Invocation): Promise<ExitCode> {
  if (prepared.targets.length !== 1)
    throw new UsageError(
      `--raw goes to exactly one cluster, and ${prepared.targets.length} are selected; name one with --clusters`,
    );
  const mark = uri.indexOf('?');
  // What a URL may not hold is encoded, as kubectl does; what is encoded stays so.
  const path = (mark < 0 ? uri : uri.slice(0, mark)).replaceAll(/[^!-~]/gu, encodeURIComponent);
  const query = mark < 0 ? [] : [...new URLSearchParams(uri.slice(mark + 1))];
  const operation: Operation<Session, Buffer> = async function* (session, attempt) {
    const response = await session.client.do({ method: 'GET', path, query, accept: 'application/json, */*' }, attempt);
    yield response.body;
    return undefined;
  };
  for await (const event of prepared.fleet.each(prepared.targets, operation, signal)) {
    if (event.kind === 'item') await io.out.write(event.item);
    if (event.kind !== 'end' || event.outcome.kind === 'answered') continue;
    const { outcome } = event;
    throw new CommandError(outcome.kind === 'failed' ? outcome.error.message : outcome.reason.message, {
      line: outcome.kind === 'failed' ? kubectlText(outcome.error) : undefined,
    });
  }
  prepared.diagnostics.serverWarnings();
  // Clusters of a guessed inventory may not be all there are.
  return prepared.inventory.uncertain ? ExitCode.partial : ExitCode.ok;
}
