import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sweepCache } from './cachesweep.ts';
import type { Clock } from './clock.ts';
import { ensurePrivateDir, fileInfo, listDir, readText, removeFile, writeAtomic } from './files.ts';

/** A cache that outlives the process. It never fails: what cannot be read is absent. Callers keep secrets out of it. */
export interface DiskCache {
  /** The value and its age in milliseconds; age limits are the caller's business. */
  get(key: string): Promise<{ readonly value: unknown; readonly ageMs: number } | undefined>;
  /** Stores a JSON value. */
  set(key: string, value: unknown): Promise<void>;
  drop(key: string): Promise<void>;
}

/** Where and how the cache lives; without `dir`, or where it cannot be used, it lives in memory. */
export interface DiskCacheOptions {
  readonly dir: string | undefined;
  readonly clock: Clock;
  /** The effective user id; a folder that belongs to somebody else is not used. Absent on Windows. */
  readonly uid?: number | undefined;
  /** Called at most once, with one line for the user. */
  readonly onWarning: (message: string) => void;
}

/** Opens the cache: one file per key (named by its SHA-256, 0600) in a private folder, replaced atomically, so any number of processes may share it. What is old goes with a write (see `sweepCache`). */
export function openDiskCache(options: DiskCacheOptions): DiskCache {
  const { clock } = options;
  const memory = new Map<string, Entry>();
  const folder = openFolder(options);
  const swept: { done?: Promise<void> } = {};

  return {
    async get(key) {
      const kept = memory.get(key);
      if (kept) return aged(kept, clock.now());
      const dir = await folder.usable();
      if (dir === undefined) return undefined;
      return aged(parseEntry(await readText(fileOf(dir, key)).catch(() => undefined), key), clock.now());
    },
    async set(key, value) {
      const entry: Entry = { key, at: clock.now(), value };
      const dir = await folder.writable();
      if (dir === undefined) {
        memory.set(key, entry);
        return;
      }
      try {
        await writeAtomic(fileOf(dir, key), JSON.stringify(entry));
        swept.done ??= sweepCache(dir, clock);
        await swept.done;
      } catch (error) {
        memory.set(key, entry);
        folder.failed(error);
      }
    },
    async drop(key) {
      memory.delete(key);
      const dir = await folder.usable();
      if (dir !== undefined) await removeFile(fileOf(dir, key)).catch(folder.failed);
    },
  };
}

interface Entry {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: unknown;
}

function fileOf(dir: string, key: string): string {
  return join(dir, `${createHash('sha256').update(key).digest('hex')}.json`);
}

/** Truncated, foreign and wrong files are no entries; the key inside guards against a renamed file. */
function parseEntry(text: string | undefined, key: string): Entry | undefined {
  if (text === undefined) return undefined;
  try {
    const entry = JSON.parse(text) as Partial<Entry> | null;
    return entry?.key === key && typeof entry.at === 'number' && 'value' in entry ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** An entry from the future means that the clock was set back: its age is unknown, so it is not used. */
function aged(entry: Entry | undefined, now: number): { readonly value: unknown; readonly ageMs: number } | undefined {
  if (entry === undefined || entry.at > now) return undefined;
  return { value: entry.value, ageMs: now - entry.at };
}

/** The cache folder: looked at once, made when first written, given up after the first failure. */
function openFolder(options: DiskCacheOptions) {
  const { dir } = options;
  const state: { checked?: Promise<boolean>; broken: boolean } = { broken: false };
  const warn = (what: string) => {
    if (!state.broken) options.onWarning(`${what}; continuing without it`);
    state.broken = true;
  };
  const failed = (error: unknown) => warn(`cannot write the cache ${dir}: ${reasonOf(error)}`);

  const check = async (path: string): Promise<boolean> => {
    const info = await fileInfo(path);
    if (info === undefined) return true;
    if (!info.isDirectory) warn(`cannot write the cache ${path}: not a folder`);
    else if (options.uid !== undefined && info.uid !== options.uid)
      warn(`not using the cache ${path}: it belongs to another user`);
    else if (options.uid !== undefined && (info.mode & 0o022) !== 0)
      warn(`not using the cache ${path}: others may write to it`);
    return !state.broken;
  };
  const usable = async (): Promise<string | undefined> => {
    if (dir === undefined || state.broken) return undefined;
    state.checked ??= check(dir).catch((error: unknown) => {
      failed(error);
      return false;
    });
    return (await state.checked) && !state.broken ? dir : undefined;
  };
  return {
    usable,
    failed,
    async writable(): Promise<string | undefined> {
      const path = await usable();
      if (path === undefined) {
        if (dir === undefined) warn('cannot write the cache: there is no home folder');
        return undefined;
      }
      try {
        await ensurePrivateDir(path);
        return path;
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

/** Drops every entry of a cache folder whose key begins so; like the cache itself it never fails. */
export async function dropEntries(dir: string, keyPrefix: string): Promise<void> {
  const names = (await listDir(dir).catch(() => undefined)) ?? [];
  // The key is written first (see `set`), so nothing has to be parsed.
  const start = `{"key":${JSON.stringify(keyPrefix).slice(0, -1)}`;
  for (const name of names) {
    if (!/^[0-9a-f]{64}\.json$/.test(name)) continue;
    const path = join(dir, name);
    const text = await readText(path).catch(() => undefined);
    if (text?.startsWith(start)) await removeFile(path).catch(() => undefined);
  }
}
