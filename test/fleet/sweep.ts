import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OLD_MS = 10 * 60_000;

/** Removes folders of earlier fleets whose owner was killed; younger ones stay, somebody may want their logs. */
export function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith('kmc-fleet-')) continue;
    const dir = join(tmpdir(), name);
    try {
      const owner = Number(readFileSync(join(dir, 'owner'), 'utf8'));
      if (!isAlive(owner) && Date.now() - statSync(dir).mtimeMs > OLD_MS) rmSync(dir, { recursive: true, force: true });
    } catch {
      // Not ours to read, or just being made or removed by somebody else.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
