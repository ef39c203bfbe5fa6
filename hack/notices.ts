import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Folders (relative to the root) of the packages of which at least one byte is in the bundle, sorted. */
export function bundledPackages(metafile: Metafile): readonly string[] {
  const folders = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort();
}

/** The licence texts of all bundled packages; throws where a package states neither a text nor a licence. */
export function notices(root: string, metafile: Metafile): string {
  const parts = bundledPackages(metafile).map((folder) => {
    const path = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
    if (file === undefined && !license) throw new Error(`${name}@${version} is bundled and states no licence`);
    const notice = join(path, 'NOTICE');
    const texts = [
      file === undefined ? `License: ${license}` : readFileSync(join(path, file), 'utf8').trim(),
      ...(existsSync(notice) ? [readFileSync(notice, 'utf8').trim()] : []),
    ];
    return `${name}@${version}\n\n${texts.join('\n\n')}\n`;
  });
  return `Packages bundled into kubectl mc, and their licences.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
