import { ExitCode } from '../../errors.ts';
import { drawGrid } from '../../printers/table/grid.ts';
import { type Probed, probeTargets, probeText } from '../clusters/probe.ts';
import { prepare } from '../prepare.ts';
import type { Invocation } from '../verb.ts';
import type { Found } from './session.ts';

/** Reads everything anew, asks every cluster for its version and prints what became of each; the exit code is that of a read. */
export async function testAll(invocation: Invocation, found: readonly Found[], ascii: boolean): Promise<ExitCode> {
  const prepared = await prepare(invocation, 'setup');
  try {
    const probed = await probeTargets(prepared, invocation.signal);
    invocation.signal.throwIfAborted();
    const how = new Map(
      found.map(({ missing, fetched }) => [
        missing.target.cluster.name,
        wayOf(missing.facts?.provider, fetched !== undefined),
      ]),
    );
    const rows = probed.map((one) => rowOf(one, how.get(one.target.cluster.name)));
    const { out } = invocation.io;
    await out.write(
      await drawGrid({ head: ['CLUSTER', 'CONTEXT', 'SETUP', 'TEST'], rows, columns: out.columns, ascii }),
    );
    const left = probed.filter(({ outcome }) => outcome.kind === 'skipped').length;
    const answered = probed.filter(({ outcome }) => outcome.kind === 'answered').length;
    if (left > 0)
      await invocation.io.err.write(
        `note: ${left} of ${probed.length} clusters are left out; run setup again for them\n`,
      );
    if (answered === 0) return ExitCode.failure;
    return answered + left === probed.length ? ExitCode.ok : ExitCode.partial;
  } finally {
    await prepared.close();
  }
}

function wayOf(provider: string | undefined, fetched: boolean): string {
  return fetched ? `fetched (${provider})` : 'mapped by you';
}

function rowOf(probed: Probed, how: string | undefined): readonly string[] {
  const { cluster, access } = probed.target;
  const context = access.kind === 'config' ? access.context : undefined;
  const ready = access.kind === 'ended' ? 'none' : 'was there';
  return [cluster.name, context ?? '-', how ?? ready, probeText(probed)];
}
