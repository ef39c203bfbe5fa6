import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone at the end of the process at the latest, however that comes. */
export interface TempFolder {
  readonly path: string;
  remove(): void;
}

/** Makes an empty one. */
export function makeTempFolder(name: string): TempFolder {
  const path = mkdtempSync(join(tmpdir(), `kubectl-mc-${name}-`));
  const sweep = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', sweep);
  return {
    path,
    remove() {
      process.off('exit', sweep);
      sweep();
    },
  };
}
