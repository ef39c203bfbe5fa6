import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute, posix, win32 } from 'node:path';

/** Where programs are looked for. */
export interface ExecutableSearch {
  /** PATH, and PATHEXT on Windows. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Asked for absolute paths; the file system decides when absent. */
  readonly isExecutable?: (path: string) => Promise<boolean>;
}

/**
 * The absolute path of a program, undefined where there is none. A command with a separator must be absolute and is only
 * checked; empty and relative entries of PATH are passed over (as Go's LookPath refuses them), and so is Windows' working folder.
 */
export async function findExecutable(command: string, search: ExecutableSearch): Promise<string | undefined> {
  const windows = search.platform === 'win32';
  const path = windows ? win32 : posix;
  const isExecutable = search.isExecutable ?? isRunnable;
  const endings = windows ? windowsEndings(command, variable(search.env, 'PATHEXT')) : [''];
  const firstOf = async (base: string): Promise<string | undefined> => {
    for (const ending of endings) if (await isExecutable(base + ending)) return base + ending;
    return undefined;
  };
  if (command.includes('/') || (windows && command.includes('\\')))
    return path.isAbsolute(command) ? await firstOf(command) : undefined;
  if (command === '') return undefined;
  const folders = (windows ? variable(search.env, 'PATH') : search.env['PATH'])?.split(path.delimiter) ?? [];
  for (const folder of folders) {
    if (!path.isAbsolute(folder)) continue;
    const found = await firstOf(path.join(folder, command));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Windows does not tell `Path` from `PATH`. */
function variable(env: ExecutableSearch['env'], name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

function windowsEndings(command: string, pathExt: string | undefined): readonly string[] {
  const endings = (pathExt || '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';').filter(Boolean);
  return endings.some((ending) => command.toLowerCase().endsWith(ending)) ? [''] : endings;
}

async function isRunnable(path: string): Promise<boolean> {
  if (!isAbsolute(path)) return false;
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
