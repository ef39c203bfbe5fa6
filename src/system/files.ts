import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** A file's text (UTF-8), undefined when it is missing; other failures are the system's errors with their `code`. */
export async function readText(path: string): Promise<string | undefined> {
  return await orMissing(readFile(path, 'utf8'));
}

/**
 * Replaces a file as a whole: readers see the old text or the new one, and a failure leaves nothing behind.
 * A symbolic link stays and its target is replaced. `mode` is that of the new file (0600 when absent).
 */
export async function writeAtomic(path: string, text: string, options: { readonly mode?: number } = {}): Promise<void> {
  const target = await followLinks(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  const mode = options.mode ?? 0o600;
  try {
    await writeFile(temporary, text, { mode, flag: 'wx' });
    // The umask may have taken bits away.
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes a folder and those of its parents that are missing, all 0700; an existing one keeps its mode. */
export async function ensurePrivateDir(path: string): Promise<void> {
  // The parents as well: whoever may write to one of them may put another folder in the place of this one.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** What a path leads to, links followed; `mode` holds the permission bits only. */
export interface FileInfo {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly realPath: string;
}

/** Facts about a file or folder, undefined when it is missing. */
export async function fileInfo(path: string): Promise<FileInfo | undefined> {
  const found = await orMissing(Promise.all([stat(path), realpath(path)]));
  if (found === undefined) return undefined;
  const [info, realPath] = found;
  const { uid, gid, size, mtimeMs } = info;
  return {
    mode: info.mode & 0o7777,
    uid,
    gid,
    size,
    mtimeMs,
    isFile: info.isFile(),
    isDirectory: info.isDirectory(),
    realPath,
  };
}

/** The names in a folder in code-unit order, undefined when it is missing. */
export async function listDir(path: string): Promise<readonly string[] | undefined> {
  return (await orMissing(readdir(path)))?.sort();
}

/** Removes a file; one that is missing is no error. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOTDIR: a parent of the path is a file, so nothing can be there.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The path to write to: the target of a link, also of one whose target does not exist yet. */
async function followLinks(path: string): Promise<string> {
  const real = await orMissing(realpath(path));
  if (real !== undefined) return real;
  const link = await orMissing(lstat(path));
  if (!link?.isSymbolicLink()) return resolve(path);
  return resolve(dirname(path), await readlink(path));
}
