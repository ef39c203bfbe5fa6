import { delimiter, dirname, join } from 'node:path';
import { isRecord } from '../../kubeconfig/parse.ts';
import { fileInfo, readText } from '../../system/files.ts';
import { findExecutable } from '../../system/findexecutable.ts';
import type { Host } from '../../system/host.ts';
import type { Finding } from './finding.ts';

const PROGRAM = 'kubectl-mc';

/** Findings about the program that `kubectl mc` would really start: the first kubectl-mc on PATH. `version` is our own. */
export async function checkOtherPlugin(host: Host, version: string): Promise<readonly Finding[]> {
  // On Windows the program on PATH is a launcher outside of its package.
  if (host.platform === 'win32') return [];
  const [first, ...others] = await programsOnPath(host);
  if (first === undefined)
    return [
      {
        severity: 'hint',
        code: 'not-on-path',
        what: `no ${PROGRAM} is on PATH, so "kubectl mc" does not work`,
        where: 'PATH',
        fix: `add the folder that holds ${PROGRAM} to PATH`,
      },
    ];
  const found = await versionOf(first);
  if (found === version) return [];
  if (found !== undefined)
    return [
      {
        severity: 'hint',
        code: 'other-version',
        what: `"kubectl mc" starts version ${found}, and this is ${version}`,
        where: first,
        fix: 'remove the one that is not wanted',
      },
    ];
  const ours = await firstOf(others, async (path) => (await versionOf(path)) !== undefined);
  const order = ours === undefined ? '' : `, or put ${dirname(ours)} before ${dirname(first)} in PATH`;
  return [
    {
      severity: 'error',
      code: 'other-kubectl-mc',
      what: `"kubectl mc" starts another program than this one`,
      where: first,
      fix: `find out what it is, and remove it if it is not yours${order}`,
    },
  ];
}

async function programsOnPath(host: Host): Promise<readonly string[]> {
  const folders = host.env['PATH']?.split(delimiter) ?? [];
  const found = await Promise.all(
    [...new Set(folders)].map((PATH) => findExecutable(PROGRAM, { env: { PATH }, platform: host.platform })),
  );
  return found.filter((path) => path !== undefined);
}

/** The version of the package that a program lies in (links followed), undefined where that is not ours. */
async function versionOf(program: string): Promise<string | undefined> {
  const real = (await fileInfo(program).catch(() => undefined))?.realPath ?? program;
  const text = await readText(join(dirname(real), '..', 'package.json')).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const manifest: unknown = JSON.parse(text);
    return isRecord(manifest) && manifest['name'] === PROGRAM ? String(manifest['version']) : undefined;
  } catch {
    return undefined;
  }
}

async function firstOf(
  paths: readonly string[],
  fits: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const path of paths) if (await fits(path)) return path;
  return undefined;
}
