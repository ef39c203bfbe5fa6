import { pathOf } from '../../config/configfile.ts';
import { configKey, setConfigKey, unsetConfigKey } from '../../config/editconfig.ts';
import { configChoice } from '../../config/load.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { readText, removeFile, writeAtomic } from '../../system/files.ts';
import { openQuestions } from '../questions.ts';
import type { Invocation, Verb } from '../verb.ts';
import { takes } from './show.ts';

/** `kubectl mc config set KEY VALUE`. */
export const configSet: Verb = {
  name: 'set',
  use: 'set KEY VALUE',
  short: 'Set one value',
  long: 'Sets the value of one key and keeps everything else in the file, comments included. Lists are separated by commas.',
  example:
    'kubectl mc config set execution.maxConcurrency 20\nkubectl mc config set execution.timeout 1m\nkubectl mc config set discovery.namespaces fleet,edge',
  flags: [],
  async run(invocation) {
    const [name, value] = takes(invocation, 2, 'config set needs a KEY and a VALUE');
    const { path, content } = await setConfigKey(request(invocation), configKey(name as string), value as string);
    await say(
      invocation,
      content.warnings.filter((warning) => warning.includes(`${name}`)).map((text) => `Warning: ${text}`),
    );
    await invocation.io.err.write(escapeMessage(`${name} is set in ${path}\n`));
    return ExitCode.ok;
  },
};

/** `kubectl mc config unset KEY`. */
export const configUnset: Verb = {
  name: 'unset',
  use: 'unset KEY',
  short: 'Go back to the default of one key',
  long: 'Takes one key, or a whole section, out of the file: its default holds again.',
  example: 'kubectl mc config unset execution.timeout',
  flags: [],
  async run(invocation) {
    const [name] = takes(invocation, 1, 'config unset needs one KEY');
    const { path, changed } = await unsetConfigKey(request(invocation), configKey(name as string));
    await say(invocation, [changed ? `${name} is no longer set in ${path}` : `note: ${name} is not set in ${path}`]);
    return ExitCode.ok;
  },
};

const resetFlags = [
  { name: 'yes', short: 'y', kind: 'bool', help: 'Do not ask' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc config reset`: back to the defaults, the old file kept beside. */
export const configReset: Verb = {
  name: 'reset',
  use: 'reset [flags]',
  short: 'Go back to the defaults of everything',
  long: 'Removes the configuration file, so that all defaults hold again. The file is kept beside as FILE.backup.',
  example: 'kubectl mc config reset --yes',
  flags: resetFlags,
  async run(invocation) {
    takes(invocation, 0, 'config reset takes no arguments; "config unset KEY" resets one key');
    const { values } = invocation.flags as FlagSet<typeof resetFlags>;
    const path = pathOf(configChoice(request(invocation)));
    const text = path === undefined ? undefined : await readText(path);
    if (path === undefined || text === undefined) {
      await say(invocation, ['note: there is no configuration file']);
      return ExitCode.ok;
    }
    const questions = values.yes ? undefined : openQuestions(invocation);
    if (!values.yes && !questions) throw new UsageError('config reset needs --yes where it cannot ask');
    if (questions && !(await questions.confirm(`Remove ${path}?`, false))) return ExitCode.failure;
    await writeAtomic(`${path}.backup`, text);
    await removeFile(path);
    await say(invocation, [`removed ${path}, a copy is in ${path}.backup`]);
    return ExitCode.ok;
  },
};

function request({ host, clock, signal, global }: Invocation) {
  return { host, clock, signal, flag: global.values.config };
}

async function say({ io }: Invocation, lines: readonly string[]): Promise<void> {
  for (const line of lines) await io.err.write(`${escapeMessage(line)}\n`);
}
