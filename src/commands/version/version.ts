import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import type { Verb } from '../verb.ts';

const flags = [
  {
    name: 'client',
    kind: 'bool',
    help: 'Only the version of kubectl mc itself; the only thing this command does so far',
  },
  { name: 'output', short: 'o', kind: 'string', choices: ['json', 'yaml'], value: 'FORMAT', help: 'json or yaml' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc version`: the version of this program. */
export const version: Verb = {
  name: 'version',
  use: 'version [flags]',
  short: 'Show the version of kubectl mc',
  long: 'Prints the version of kubectl mc itself.',
  example: '',
  flags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof flags>;
    const [extra] = [...invocation.positionals, ...invocation.rest];
    if (extra !== undefined) throw new UsageError(`unexpected argument: ${extra}`);
    const document = { clientVersion: { gitVersion: `v${invocation.version}` } };
    const { out } = invocation.io;
    if (values.output === 'json') await out.write(`${JSON.stringify(document, null, 2)}\n`);
    else if (values.output === 'yaml')
      await out.write(`clientVersion:\n  gitVersion: ${document.clientVersion.gitVersion}\n`);
    else await out.write(`Client Version: ${document.clientVersion.gitVersion}\n`);
    return ExitCode.ok;
  },
};
