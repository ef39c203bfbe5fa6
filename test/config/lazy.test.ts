import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Loads config and mapping in a process of its own and tells which packages that needed. */
async function packagesLoaded(home: string): Promise<readonly string[]> {
  const url = (path: string) => JSON.stringify(new URL(`../../src/config/${path}`, import.meta.url).href);
  const script = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ load(url, context, next) { const found = /node_modules\\/([^/]+)/.exec(url); if (found) seen.add(found[1]); return next(url, context); } });
    const { loadConfig } = await import(${url('load.ts')});
    const { loadMapping } = await import(${url('mapping.ts')});
    const host = { env: {}, home: ${JSON.stringify(home)}, cwd: '/', platform: 'linux', uid: 0 };
    await loadConfig({ host });
    await loadMapping({ host });
    console.log(JSON.stringify([...seen]));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout) as readonly string[];
}

test('without files no YAML library is loaded, with a file the quick one', async () => {
  const home = await mkdtemp(join(tmpdir(), 'kubectl-mc-lazy-'));
  expect(await packagesLoaded(home)).toEqual([]);
  await mkdir(join(home, '.kube'));
  await writeFile(
    join(home, '.kube', 'kubectl-mc-config.yaml'),
    'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: Config\nexecution: {timeout: 3s}\n',
  );
  expect(await packagesLoaded(home)).toEqual(['js-yaml']);
});
