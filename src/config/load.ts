import { CONFIG_KIND, type Config } from '../api/config.ts';
import type { Host } from '../system/host.ts';
import { type ConfigFile, type FileChoice, fieldFile, readConfigFile } from './configfile.ts';
import { readField } from './fields.ts';
import { notSupportedYet } from './notyet.ts';
import { configSchema } from './schema.ts';

/** The configuration with what the user should know about the file: unknown keys, values that do nothing yet. */
export interface LoadedConfig {
  readonly config: Config;
  /** Absent when there is no file. */
  readonly path?: string;
  /** One line each, beginning `FILE:LINE:COL: `. */
  readonly warnings: readonly string[];
}

/** Loads `--config`, KUBECTL_MC_CONFIG or ~/.kube/kubectl-mc-config.yaml (which may be missing); UsageError for anything wrong in it. */
export async function loadConfig(request: {
  readonly host: Host;
  readonly flag?: string | undefined;
}): Promise<LoadedConfig> {
  const { host } = request;
  return configOf(await readConfigFile(configChoice(request)), host);
}

/** Which file is the configuration file. */
export function configChoice(request: { readonly host: Host; readonly flag?: string | undefined }): FileChoice {
  return {
    host: request.host,
    kind: CONFIG_KIND,
    flag: { name: '--config', value: request.flag },
    variable: 'KUBECTL_MC_CONFIG',
    defaultName: 'kubectl-mc-config.yaml',
  };
}

/** The configuration that a parsed file holds; UsageError for anything wrong in it. */
export function configOf(found: ConfigFile | undefined, host: Host): LoadedConfig {
  if (found === undefined) return { config: defaultConfig(host), warnings: [] };
  const warnings: string[] = [];
  const file = fieldFile({
    ...found,
    host,
    onWarning: (message) => warnings.push(message),
    onWritten: notSupportedYet,
  });
  return { config: readField(configSchema, found.value, [], file), path: found.path, warnings };
}

/** What holds when nothing is configured. */
export function defaultConfig(host: Host): Config {
  const nothing = () => {
    throw new Error('defaults need no file');
  };
  const paths = { home: host.home, env: host.env, base: host.cwd };
  return readField(configSchema, undefined, [], {
    paths,
    fail: nothing,
    textAt: nothing,
    unknownKey: nothing,
    written: nothing,
  });
}
