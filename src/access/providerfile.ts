import { sep } from 'node:path';
import { UsageError } from '../errors.ts';
import { resolvePath } from '../kubeconfig/clusterinfo.ts';
import { readText } from '../system/files.ts';
import type { Host } from '../system/host.ts';
import { refuseForeignFile } from '../system/ownership.ts';
import { type GoObject, GoTypeError, goObject } from './gojson.ts';

/** The command of a provider, from this machine alone (client-go's ExecConfig). */
export interface ProviderExec {
  readonly apiVersion: string;
  /** A bare name is looked up in PATH; anything else is absolute. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  /** As written, "" where it is not. */
  readonly interactiveMode: string;
}

/** One entry of the provider file (KEP-4322, "Access providers"): how this machine logs in where a profile offers the name. */
export interface Provider {
  readonly name: string;
  readonly exec: ProviderExec | undefined;
  /** Append or Ignore; other words are refused when a file is loaded. */
  readonly cliArgsPolicy: string;
  /** AppendIfNotExists, Replace or Ignore. */
  readonly envVarsPolicy: string;
  /** Names of the deny list that a profile may set all the same. */
  readonly allowedEnv: readonly string[];
  /** Host globs or origins that the provider's clusters must be at; [] = any. */
  readonly allowedServers: readonly string[];
  /** Namespaces of the hub that the provider is for; [] = any. */
  readonly allowedNamespaces: readonly string[];
  /** Cluster managers that the provider is for; [] = any. */
  readonly clusterManagers: readonly string[];
}

const CLI_POLICIES = ['Append', 'Ignore'] as const;
const ENV_POLICIES = ['AppendIfNotExists', 'Replace', 'Ignore'] as const;

/** Which file is read; one that nobody named may be missing. */
export interface ProviderFileChoice {
  readonly path: string;
  readonly named: boolean;
  readonly host: Host;
}

/** Loads the provider file; UsageError for one that is missing though named, that others may write, or that is wrong. */
export async function loadProviders({ path, named, host }: ProviderFileChoice): Promise<readonly Provider[]> {
  const failed = (reason: string, cause?: unknown) =>
    new UsageError(`failed to read access config file ${path}: ${reason}`, { cause });
  if (path === '') return [];
  await refuseForeignFile(path, host);
  const text = await readText(path).catch((error: NodeJS.ErrnoException): never => {
    throw failed(error.code ?? error.message, error);
  });
  if (text === undefined && named) throw failed('no such file');
  return text === undefined ? [] : parseProviders(text, path);
}

/** Parses the JSON of a provider file; `path` is for messages and for relative commands. */
export function parseProviders(text: string, path: string): readonly Provider[] {
  try {
    const file = goObject(JSON.parse(text));
    const entries = file.objects('providers');
    return readProviders(file, path).map((provider, at) => checked(provider, entries[at] as GoObject, path));
  } catch (error) {
    if (!(error instanceof GoTypeError || error instanceof SyntaxError)) throw error;
    throw new UsageError(`failed to unmarshal access providers of ${path}: ${error.message}`, { cause: error });
  }
}

/** The providers of a file as Go reads them, policies unchecked. */
export function readProviders(file: GoObject, path: string): readonly Provider[] {
  return file.objects('providers').map((entry) => readProvider(entry, path));
}

function readProvider(entry: GoObject, path: string): Provider {
  const exec = entry.object('execConfig');
  return {
    name: entry.text('name'),
    exec: exec && readExec(exec, path),
    cliArgsPolicy: entry.text('profileSourcedCLIArgsPolicy') || 'Ignore',
    envVarsPolicy: entry.text('profileSourcedEnvVarsPolicy') || 'Ignore',
    allowedEnv: entry.texts('allowedEnv'),
    allowedServers: entry.texts('allowedServers'),
    allowedNamespaces: entry.texts('allowedNamespaces'),
    clusterManagers: entry.texts('clusterManagers'),
  };
}

function readExec(exec: GoObject, path: string): ProviderExec {
  const command = exec.text('command');
  return {
    apiVersion: exec.text('apiVersion'),
    // Never the working folder: entering somebody's repository must not choose what runs.
    command: command.includes(sep) || command.includes('/') ? resolvePath(command, path) : command,
    args: exec.texts('args'),
    env: exec.objects('env').map((variable) => ({ name: variable.text('name'), value: variable.text('value') })),
    installHint: exec.text('installHint'),
    provideClusterInfo: exec.flag('provideClusterInfo'),
    interactiveMode: exec.text('interactiveMode'),
  };
}

const KNOWN: readonly string[] = ['execConfig', 'profileSourcedCLIArgsPolicy', 'profileSourcedEnvVarsPolicy'];

/** What Go passes over in silence: a misspelt policy would mean Ignore, a misspelt execConfig no command at all. */
function checked(provider: Provider, entry: GoObject, path: string): Provider {
  const fail = (message: string): never => {
    throw new UsageError(`${path}: provider "${provider.name}": ${message}`);
  };
  const unknown = entry
    .keys()
    .find(
      (key) => /^(?:profileSourced|exec)/i.test(key) && !KNOWN.some((one) => one.toLowerCase() === key.toLowerCase()),
    );
  if (unknown !== undefined) fail(`unknown key "${unknown}"; there are ${KNOWN.join(', ')}`);
  const one = (key: string, value: string, words: readonly string[]) => {
    if (!words.includes(value)) fail(`${key} "${value}" is not one of ${words.join(', ')}`);
  };
  one('profileSourcedCLIArgsPolicy', provider.cliArgsPolicy, CLI_POLICIES);
  one('profileSourcedEnvVarsPolicy', provider.envVarsPolicy, ENV_POLICIES);
  return provider;
}
