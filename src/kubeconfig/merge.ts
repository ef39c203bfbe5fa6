import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CommandError } from '../errors.ts';
import { editYAML, type YAMLEdit } from '../serializer/yamledit.ts';
import type { Clock } from '../system/clock.ts';
import { ensurePrivateDir, readText, writeAtomic } from '../system/files.ts';
import { withFileLock } from '../system/lock.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { isRecord } from './parse.ts';
import type { FetchedContext, NamedFields } from './platforms/result.ts';

/** What is merged, and into what. */
export interface MergeRequest {
  /** The file to write, made when missing. */
  readonly file: string;
  readonly additions: readonly FetchedContext[];
  /** Everything that is loaded today, of all files: their names stay whose they are. */
  readonly loaded: Kubeconfig;
  /** Whether contexts of the same name may be replaced (in `file` only). */
  readonly overwrite: boolean;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Adds contexts to a kubeconfig under the lock that kubectl takes, everything else in it kept byte for byte; resolves to the
 * path of the backup (undefined for a new file). CommandError for a context that is there already.
 */
export async function mergeIntoKubeconfig(request: MergeRequest): Promise<string | undefined> {
  const { file, clock, signal } = request;
  await ensurePrivateDir(dirname(file));
  return await withFileLock(file, { clock, timeoutMs: 5000, ...(signal && { signal }) }, async () => {
    const before = await readText(file);
    const after = await mergedText(before ?? '', request);
    // The date keeps the backups of several runs apart.
    const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const backup = before === undefined ? undefined : `${file}.backup-${stamp}`;
    if (backup !== undefined && before !== undefined) await writeAtomic(backup, before, { mode: 0o600 });
    await writeAtomic(file, after, { mode: 0o600 });
    return backup;
  });
}

/** The text of a kubeconfig with further contexts in it. */
export async function mergedText(
  text: string,
  { file, additions, loaded, overwrite }: Pick<MergeRequest, 'file' | 'additions' | 'loaded' | 'overwrite'>,
): Promise<string> {
  const opened = await editYAML(text, file);
  const start = opened.value === null ? await editYAML(`${text}apiVersion: v1\nkind: Config\n`, file) : opened;
  const lists = { clusters: named(start, 'clusters', 'cluster'), users: named(start, 'users', 'user') };
  const contexts = named(start, 'contexts', 'context');
  const fresh = { clusters: [] as unknown[], contexts: [] as unknown[], users: [] as unknown[] };
  const state = { open: start };
  // What contexts of this run use, which a later one may not overwrite under them.
  const taken = { clusters: new Set<string>(), users: new Set<string>() };
  const put = (list: 'clusters' | 'users', key: 'cluster' | 'user', { name, fields }: NamedFields, context: string) => {
    const others = new Map([...loaded[list]].filter(([, entry]) => entry.file !== file).map(([k, v]) => [k, v.fields]));
    for (const candidate of candidates(name, context)) {
      const mine = lists[list].get(candidate);
      const there = mine?.fields ?? others.get(candidate);
      if (there !== undefined && isDeepStrictEqual({ ...there }, { ...fields })) {
        taken[list].add(candidate);
        return candidate;
      }
      // An entry that another context uses too is not ours to change: tools give the same general names to all of theirs.
      const shared =
        taken[list].has(candidate) ||
        [...loaded.contexts].some(([other, used]) => other !== context && used[key] === candidate);
      if (mine !== undefined && mine.index !== undefined && overwrite && candidate === name && !shared) {
        state.open = state.open.apply({ kind: 'set', path: [list, mine.index, key], value: fields });
        lists[list].set(candidate, { fields, index: mine.index });
        taken[list].add(candidate);
        return candidate;
      }
      if (there !== undefined) continue;
      fresh[list].push({ [key]: fields, name: candidate });
      lists[list].set(candidate, { fields, index: undefined });
      taken[list].add(candidate);
      return candidate;
    }
    throw new Error('there is always another name');
  };
  for (const { context, namespace, cluster, user } of additions) {
    const there = contexts.get(context);
    if (there !== undefined ? !overwrite || there.index === undefined : loaded.contexts.has(context))
      throw new CommandError(`context "${context}" is already in your kubeconfig; --overwrite replaces it`);
    const fields = {
      cluster: put('clusters', 'cluster', cluster, context),
      ...(namespace !== undefined && { namespace }),
      user: put('users', 'user', user, context),
    };
    contexts.set(context, { fields, index: undefined });
    if (there === undefined) fresh.contexts.push({ context: fields, name: context });
    else state.open = state.open.apply({ kind: 'set', path: ['contexts', there.index ?? 0, 'context'], value: fields });
  }
  for (const list of ['clusters', 'contexts', 'users'] as const)
    if (fresh[list].length > 0) state.open = state.open.apply({ kind: 'append', path: [list], values: fresh[list] });
  return state.open.text;
}

interface Entry {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Its place in the file, undefined for one of ours that is not written yet. */
  readonly index: number | undefined;
}

function named(open: YAMLEdit, list: string, key: string): Map<string, Entry> {
  const items = isRecord(open.value) && Array.isArray(open.value[list]) ? (open.value[list] as readonly unknown[]) : [];
  return new Map(
    items.flatMap((item, index) => {
      if (!isRecord(item) || typeof item['name'] !== 'string') return [];
      const fields = isRecord(item[key]) ? item[key] : {};
      return [[item['name'], { fields, index }] as const];
    }),
  );
}

/** The tool's own name, the context's, then numbered ones. */
function* candidates(name: string, context: string): Generator<string> {
  yield name;
  if (context !== name) yield context;
  for (let number = 2; ; number++) yield `${context}-${number}`;
}
