import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { readYAML } from '../serializer/fastyaml.ts';
import { readText } from '../system/files.ts';
import type { Host } from '../system/host.ts';
import { expandPath } from '../system/paths.ts';
import { missingFile, reasonOf } from './clusterinfo.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { type KubeconfigFile, parseKubeconfig, ShapeError } from './parse.ts';

/** One file that must exist, in order of precedence: `--kubeconfig`, KUBECTL_MC_KUBECONFIG, the config file's `kubeconfig` (absolute already); "" is absent. */
export interface KubeconfigChoice {
  readonly flag?: string | undefined;
  readonly env?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * Loads by kubectl's rules: the chosen file, else the files of KUBECONFIG (the first to name a thing wins, missing ones
 * are passed over), else ~/.kube/config. UsageError for a chosen file that is missing and for content kubectl refuses.
 */
export async function loadKubeconfig(request: {
  readonly host: Host;
  readonly files: KubeconfigChoice;
}): Promise<Kubeconfig> {
  const { host, files } = request;
  const given = files.flag || files.env;
  if (given) return await loadFile(expandPath(given, { home: host.home, env: host.env, base: host.cwd }), given);
  if (files.config) return await loadFile(files.config);

  const paths = [...new Set(searchPath(host))].map((path) => resolve(host.cwd, path));
  const loaded = await Promise.all(paths.map(async (path) => ({ path, content: await read(path) })));
  return merge(loaded);
}

/** Loads exactly one file; UsageError in kubectl's words, which name it as it was `given`, when it is missing. */
export async function loadFile(path: string, given: string = path): Promise<Kubeconfig> {
  const content = await read(path);
  if (content === undefined) throw new UsageError(`stat ${given}: ${missingFile}`);
  return merge([{ path, content }]);
}

function searchPath(host: Host): readonly string[] {
  const list = host.env['KUBECONFIG'];
  if (list) return list.split(host.platform === 'win32' ? ';' : ':').filter((path) => path !== '');
  return host.home === undefined ? [] : [join(host.home, '.kube', 'config')];
}

async function read(path: string): Promise<KubeconfigFile | undefined> {
  const text = await readText(path).catch((error: unknown) => {
    throw refused(path, `read ${path}: ${reasonOf(error)}`);
  });
  if (text === undefined) return undefined;
  try {
    return parseKubeconfig(await readYAML(text, path), path);
  } catch (error) {
    if (error instanceof ShapeError) throw refused(path, `${await placeOf(error, text, path)}${error.message}`);
    // The reader names the file as well.
    if (error instanceof UsageError) throw refused(path, error.message.replace(`${path}:`, ''));
    throw error;
  }
}

function refused(path: string, what: string): UsageError {
  return new UsageError(`error loading config file "${path}": ${what}`);
}

/** `line:column: `, or nothing for a text that only the tolerant reader takes. */
async function placeOf(error: ShapeError, text: string, path: string): Promise<string> {
  const { parseWithPositions } = await import('../serializer/positions.ts');
  try {
    const { line, column } = (await parseWithPositions(text, path)).at(error.path);
    return `${line}:${column}: `;
  } catch {
    return '';
  }
}

function merge(loaded: readonly { readonly path: string; readonly content: KubeconfigFile | undefined }[]): Kubeconfig {
  const there = loaded.flatMap(({ content }) => content ?? []);
  const currentContext = there.find((file) => file.currentContext !== undefined)?.currentContext;
  return {
    contexts: firstWins(there.map((file) => file.contexts)),
    clusters: firstWins(there.map((file) => file.clusters)),
    users: firstWins(there.map((file) => file.users)),
    ...(currentContext !== undefined && { currentContext }),
    files: loaded.filter(({ content }) => content !== undefined).map(({ path }) => path),
    missing: loaded.filter(({ content }) => content === undefined).map(({ path }) => path),
  };
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const [first, ...rest] = maps;
  if (first === undefined) return new Map();
  if (rest.length === 0) return first;
  const merged = new Map(first);
  for (const map of rest) for (const [name, entry] of map) if (!merged.has(name)) merged.set(name, entry);
  return merged;
}
