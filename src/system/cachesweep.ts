import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { fileInfo, listDir, removeFile, writeAtomic } from './files.ts';

const dayMs = 24 * 60 * 60 * 1000;
const keptMs = 7 * dayMs;
const stamp = 'swept';
// Entries, and what a process that was killed had begun to write.
const swept = /^(?:[0-9a-f]{64}\.json|\..+\.tmp)$/;

/**
 * Removes what nobody has written for seven days from a cache folder, at most once a day; the age of a file named `swept`
 * says when that was. It never fails.
 */
export async function sweepCache(dir: string, clock: Clock): Promise<void> {
  const now = clock.now();
  try {
    const last = await fileInfo(join(dir, stamp));
    // A stamp from the future means that the clock was set back.
    if (last !== undefined && Math.abs(now - last.mtimeMs) < dayMs) return;
    await writeAtomic(join(dir, stamp), 'The age of this file says when old entries were last removed.\n');
    for (const name of (await listDir(dir)) ?? []) {
      if (!swept.test(name)) continue;
      const info = await fileInfo(join(dir, name));
      if (info && now - info.mtimeMs > keptMs) await removeFile(join(dir, name));
    }
  } catch {
    // An old file more is no reason to trouble anybody.
  }
}
