import { CONFIG_KIND } from '../../api/config.ts';
import { API_VERSION } from '../../api/result.ts';
import { pathOf } from '../../config/configfile.ts';
import { configKey, valueOfKey, writtenConfig } from '../../config/editconfig.ts';
import { configChoice, loadConfig } from '../../config/load.ts';
import { ExitCode, UsageError } from '../../errors.ts';
import type { FlagSet, FlagSpec } from '../../flags/flag.ts';
import { toJSONText } from '../../serializer/json.ts';
import { toYAML } from '../../serializer/yaml.ts';
import { escapeMessage } from '../../streams/escape.ts';
import { readText } from '../../system/files.ts';
import type { Invocation, Verb } from '../verb.ts';

const viewFlags = [
  { name: 'output', short: 'o', kind: 'string', choices: ['yaml', 'json'], value: 'FORMAT', help: 'yaml or json' },
  { name: 'raw', kind: 'bool', help: 'Print the file as it is, without the defaults' },
] as const satisfies readonly FlagSpec[];

/** `kubectl mc config view`: everything that is configured, with the defaults. */
export const configView: Verb = {
  name: 'view',
  use: 'view [flags]',
  short: 'Print the configuration',
  long: 'Prints the configuration with every key that there is, defaults included.',
  example: '# Only what the file says\nkubectl mc config view --raw',
  flags: viewFlags,
  async run(invocation) {
    const { values } = invocation.flags as FlagSet<typeof viewFlags>;
    takes(invocation, 0, 'config view takes no arguments');
    const { config, path } = await load(invocation);
    if (values.raw) await invocation.io.out.write(path === undefined ? '' : ((await readText(path)) ?? ''));
    else {
      const document = { apiVersion: API_VERSION, kind: CONFIG_KIND, ...(writtenConfig(config) as object) };
      await invocation.io.out.write(values.output === 'json' ? toJSONText(document) : toYAML(document));
    }
    return ExitCode.ok;
  },
};

/** `kubectl mc config get KEY`: one value, plain. */
export const configGet: Verb = {
  name: 'get',
  use: 'get KEY',
  short: 'Print one value',
  long: 'Prints the value of one key, or its default; a section is printed as YAML.',
  example: 'kubectl mc config get execution.timeout',
  flags: [],
  async run(invocation) {
    const [name] = takes(invocation, 1, 'config get needs one KEY');
    const key = configKey(name as string);
    const value = valueOfKey((await load(invocation)).config, key);
    const plain = typeof value !== 'object' || value === null;
    await invocation.io.out.write(plain ? `${value ?? ''}\n` : toYAML(value));
    return ExitCode.ok;
  },
};

/** `kubectl mc config path`: where the file is. */
export const configPath: Verb = {
  name: 'path',
  use: 'path',
  short: 'Print where the configuration file is',
  long: 'Prints the path of the configuration file, whether or not there is one.',
  example: 'kubectl mc config path',
  flags: [],
  async run(invocation) {
    takes(invocation, 0, 'config path takes no arguments');
    const path = pathOf(configChoice({ host: invocation.host, flag: invocation.global.values.config }));
    if (path === undefined) throw new UsageError('there is no home folder; name the file with --config');
    await invocation.io.out.write(`${path}\n`);
    return ExitCode.ok;
  },
};

/** Exactly so many arguments; UsageError with the message otherwise. */
export function takes({ positionals, rest }: Invocation, count: number, message: string): readonly string[] {
  const all = [...positionals, ...rest];
  if (all.length !== count) throw new UsageError(message);
  return all;
}

async function load({ host, global, io }: Invocation) {
  const loaded = await loadConfig({ host, flag: global.values.config });
  for (const warning of loaded.warnings) await io.err.write(`${escapeMessage(`Warning: ${warning}`)}\n`);
  return loaded;
}
