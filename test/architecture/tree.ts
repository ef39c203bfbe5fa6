import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Source, scan } from './scan.ts';

/** The folder that holds package.json. */
export const root = resolve(import.meta.dirname, '../..');

/** All TypeScript files below `folder` (relative to the root), scanned, in a stable order. */
export function sourcesBelow(folder: string): readonly Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => scan(path, readFileSync(join(root, path), 'utf8')));
}

/** Paths of what belongs to the repository: tracked, or new and not ignored. */
export function repositoryFiles(): readonly string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // The index may still name a file that was just removed.
  return list.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}
