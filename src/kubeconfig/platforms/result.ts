import { posix, win32 } from 'node:path';
import { CommandError } from '../../errors.ts';
import { readYAML } from '../../serializer/fastyaml.ts';
import { isRecord } from '../parse.ts';
import type { Platform } from './registry.ts';

/** A cluster, a user and the context that joins them, as they will stand in the kubeconfig. */
export interface FetchedContext {
  readonly context: string;
  readonly namespace?: string;
  readonly cluster: NamedFields;
  readonly user: NamedFields;
}

/** One entry of `clusters` or `users`. */
export interface NamedFields {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const TOP = ['apiVersion', 'kind', 'clusters', 'contexts', 'users', 'current-context', 'preferences'];
const CLUSTER = ['server', 'certificate-authority-data', 'tls-server-name', 'proxy-url'];
const CONTEXT = ['cluster', 'user', 'namespace'];
const USER = ['exec', 'client-certificate-data', 'client-key-data', 'token'];
const EXEC = ['apiVersion', 'command', 'args', 'env', 'interactiveMode', 'provideClusterInfo', 'installHint'];

/**
 * Reads what a cloud's tool wrote: one cluster, one user and one context with nothing in them but what the tool is known to
 * write, and no program but the cloud's own plugin. CommandError for anything else; values never stand in its message.
 */
export async function readFetched(text: string, platform: Platform): Promise<FetchedContext> {
  const wrong = (what: string) =>
    new CommandError(`${platform.command} wrote a kubeconfig that ${what}; set up this context by hand`);
  const root = await readYAML(text, 'its kubeconfig').catch(() => {
    throw wrong('cannot be read');
  });
  const only = (value: unknown, allowed: readonly string[], where: string): Record<string, unknown> => {
    if (!isRecord(value)) throw wrong(`has no ${where}`);
    const strange = Object.keys(value).find((key) => !allowed.includes(key) && value[key] !== null);
    if (strange !== undefined) throw wrong(`has the unexpected field "${strange}" in its ${where}`);
    return value;
  };
  const top = only(root, TOP, 'contents');
  const single = (list: string, key: string, allowed: readonly string[]): NamedFields => {
    const [item, ...others] = Array.isArray(top[list]) ? (top[list] as readonly unknown[]) : [];
    const entry = only(item, ['name', key], `${key} entry`);
    if (others.length > 0 || typeof entry['name'] !== 'string' || entry['name'] === '')
      throw wrong(`does not have exactly one ${key}`);
    return { name: entry['name'], fields: only(entry[key], allowed, key) };
  };
  const cluster = single('clusters', 'cluster', CLUSTER);
  const user = single('users', 'user', USER);
  const context = single('contexts', 'context', CONTEXT);
  if (context.fields['cluster'] !== cluster.name || context.fields['user'] !== user.name)
    throw wrong('joins other entries than its own');
  if (typeof cluster.fields['server'] !== 'string') throw wrong('names no server');
  checkPlugin(user.fields['exec'], platform, only, wrong);
  const { namespace } = context.fields;
  return {
    context: context.name,
    ...(typeof namespace === 'string' && namespace !== '' && { namespace }),
    cluster: { ...cluster, fields: present(cluster.fields) },
    user: { ...user, fields: present(user.fields) },
  };
}

/** True for the login that old versions of az write and no current client knows. */
export async function needsConversion(text: string): Promise<boolean> {
  const root = await readYAML(text, 'its kubeconfig').catch(() => undefined);
  const users = isRecord(root) && Array.isArray(root['users']) ? (root['users'] as readonly unknown[]) : [];
  return users.some((one) => isRecord(one) && isRecord(one['user']) && isRecord(one['user']['auth-provider']));
}

function checkPlugin(
  value: unknown,
  { plugins, pluginVariables }: Platform,
  only: (value: unknown, allowed: readonly string[], where: string) => Record<string, unknown>,
  wrong: (what: string) => CommandError,
): void {
  if (value === undefined || value === null) return;
  const exec = only(value, EXEC, 'exec section');
  const { command, env } = exec;
  const name = typeof command === 'string' ? win32.basename(posix.basename(command)).replace(/\.exe$/i, '') : '';
  if (!plugins.includes(name)) throw wrong('runs another program than the plugin of its cloud');
  for (const one of Array.isArray(env) ? (env as readonly unknown[]) : []) {
    const variable = isRecord(one) ? one['name'] : undefined;
    if (typeof variable !== 'string' || !pluginVariables.test(variable))
      throw wrong('sets a variable that is none of its cloud');
  }
}

function present(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
