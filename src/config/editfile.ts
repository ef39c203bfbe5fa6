import { dirname } from 'node:path';
import { API_VERSION } from '../api/result.ts';
import { UsageError } from '../errors.ts';
import { editYAML, type YAMLEdit } from '../serializer/yamledit.ts';
import type { Clock } from '../system/clock.ts';
import { ensurePrivateDir, readText, writeAtomic } from '../system/files.ts';
import { withFileLock } from '../system/lock.ts';
import { type FileChoice, pathOf } from './configfile.ts';

/** What editing a file of ours needs besides the file itself. */
export interface EditContext {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** A file after an edit. */
export interface Edited<T> {
  readonly path: string;
  /** False where the edit was about nothing: the file was not touched. */
  readonly changed: boolean;
  /** What the file holds now, read and checked. */
  readonly content: T;
}

/**
 * Edits a file of ours under its lock: read, changed, checked by `read` (which throws for what may not be written) and
 * replaced as a whole, 0600. A missing file begins with its header. UsageError where there is no place for the file.
 */
export async function editConfigFile<T>(
  choice: FileChoice,
  context: EditContext,
  read: (text: string, path: string) => Promise<T>,
  edit: (open: YAMLEdit, content: T) => YAMLEdit,
): Promise<Edited<T>> {
  const path = pathOf(choice);
  if (path === undefined)
    throw new UsageError(`there is no home folder; name the file with ${choice.flag.name} or ${choice.variable}`);
  await ensurePrivateDir(dirname(path));
  const { clock, signal } = context;
  return await withFileLock(path, { clock, timeoutMs: 5000, ...(signal && { signal }) }, async () => {
    const before = (await readText(path)) ?? '';
    const content = await read(before, path);
    const open = await editYAML(before, path);
    const start = open.value === null ? await editYAML(withHeader(before, choice.kind), path) : open;
    const { text } = edit(start, content);
    if (text === start.text) return { path, changed: false, content };
    const after = await read(text, path);
    await writeAtomic(path, text, { mode: 0o600 });
    return { path, changed: true, content: after };
  });
}

function withHeader(comments: string, kind: string): string {
  const gap = comments === '' || comments.endsWith('\n') ? '' : '\n';
  return `${comments}${gap}apiVersion: ${API_VERSION}\nkind: ${kind}\n`;
}
