import { join, resolve } from 'node:path';

/** What a path in a flag or a file is read against; `base` is the folder of the file that holds it, the working folder for flags. */
export interface PathContext {
  readonly home: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly base: string;
}

/**
 * Makes a path absolute: `~` and `~/x` are the home folder, `$VAR` and `${VAR}` the environment's values (unset: empty, as in a
 * shell), anything relative is below `base`. "" stays "", `~user` is an ordinary name.
 */
export function expandPath(value: string, context: PathContext): string {
  if (value === '') return '';
  const home = context.home !== undefined && /^~(?=\/|$)/.test(value) ? join(context.home, value.slice(1)) : value;
  // One pass, so that a variable's value is never expanded again.
  const expanded = home.replaceAll(
    /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (_, braced, bare) => {
      return context.env[braced ?? bare] ?? '';
    },
  );
  return expanded === '' ? '' : resolve(context.base, expanded);
}
