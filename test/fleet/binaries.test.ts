import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureBinaries, progressLine, whyNoBinaries } from '../../hack/envtest/build.ts';
import { cachedBinaries, cacheFolder, PARTS } from '../../hack/envtest/cache.ts';

const dir = mkdtempSync(join(tmpdir(), 'kmc-binaries-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A folder with a `go` that says it is the version. */
function fakeGo(version: string): string {
  const folder = join(dir, version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go'), `#!/bin/sh\necho go version go${version} linux/amd64\n`, { mode: 0o755 });
  return folder;
}

describe('the programs of the real fleet', () => {
  it.each([
    ['there is no Go', { PATH: '/nonexistent' }, 'Go is not on PATH and KUBEBUILDER_ASSETS is not set'],
    [
      'Go is too old',
      { PATH: fakeGo('1.25.3') },
      'Go 1.26 or newer is needed to build the test fleet (found go1.25) and KUBEBUILDER_ASSETS is not set',
    ],
    [
      'KUBEBUILDER_ASSETS is empty',
      { KUBEBUILDER_ASSETS: dir },
      `KUBEBUILDER_ASSETS is set, but there is no kube-apiserver, etcd, kubectl in ${dir}`,
    ],
  ])('cannot be had when %s', async (_, more, message) => {
    const env = { XDG_CACHE_HOME: join(dir, 'cache'), ...more };
    expect(whyNoBinaries(env)).toBe(message);
    await expect(ensureBinaries({ env })).rejects.toThrow(message);
  });

  it('can be built with a new Go', () => {
    expect(whyNoBinaries({ XDG_CACHE_HOME: dir, PATH: fakeGo('1.26.0') })).toBeUndefined();
    expect(whyNoBinaries({ XDG_CACHE_HOME: dir, PATH: fakeGo('2.0.1') })).toBeUndefined();
  });

  it('come from KUBEBUILDER_ASSETS where that is set', async () => {
    const assets = join(dir, 'assets');
    mkdirSync(assets);
    for (const name of ['kube-apiserver', 'etcd', 'kubectl']) writeFileSync(join(assets, name), '');
    const env = { KUBEBUILDER_ASSETS: assets, PATH: '' };
    expect(whyNoBinaries(env)).toBeUndefined();
    const [apiserver, etcd, kubectl] = ['kube-apiserver', 'etcd', 'kubectl'].map((name) => join(assets, name));
    expect(await ensureBinaries({ env })).toEqual({ apiserver, etcd, kubectl });
  });

  it('come from a complete cache folder, without Go', async () => {
    const env = { XDG_CACHE_HOME: join(dir, 'complete'), PATH: '' };
    const folder = cacheFolder(env);
    expect(folder).toMatch(/\/complete\/kubectl-mc-envtest\/[0-9a-f]{16}$/);
    mkdirSync(join(folder, 'bin'), { recursive: true });
    for (const path of Object.values(cachedBinaries(folder))) writeFileSync(path, '');
    expect(whyNoBinaries(env)).toBeUndefined();
    expect(await ensureBinaries({ env })).toEqual(cachedBinaries(folder));
  });

  it('are cached in the home folder, or in the temp folder where there is none', () => {
    expect(cacheFolder({ HOME: '/home/x' })).toMatch(/^\/home\/x\/\.cache\/kubectl-mc-envtest\//);
    expect(cacheFolder({}).startsWith(tmpdir())).toBe(true);
  });

  it('say in the log what went wrong with a build', async () => {
    const folder = fakeGo('1.26.9');
    writeFileSync(
      join(folder, 'go'),
      '#!/bin/sh\n[ $1 = version ] && echo go1.26.9 && exit\necho no network >&2\nexit 1\n',
      { mode: 0o755 },
    );
    const env = { XDG_CACHE_HOME: join(dir, 'failing'), PATH: `${folder}:${process.env['PATH']}` };
    const log = join(cacheFolder(env), `${PARTS[0]!.module}.log`);
    await expect(ensureBinaries({ env })).rejects.toThrow(`cannot build etcd: no network (log: ${log})`);
  });

  it('report what is going on in one line', () => {
    expect(progressLine({ what: 'etcd', state: 'building', seconds: 0 })).toBe('envtest: building etcd');
    expect(progressLine({ what: 'etcd', state: 'built', seconds: 48 })).toBe('envtest: built etcd 48s');
    expect(progressLine({ what: 'x', state: 'waiting', seconds: 10, detail: 'process 1 h builds' })).toBe(
      'envtest: waiting for x 10s (process 1 h builds)',
    );
  });
});
