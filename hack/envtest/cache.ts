import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** One `go build` call: which module it runs in, what it links, and the programs that come out of it. */
export interface Part {
  readonly title: string;
  /** Folder beside this file that holds go.mod and go.sum. */
  readonly module: string;
  readonly ldflags: string;
  /** Output file name in the cache → Go package of its main function. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Kubernetes refuses to talk to a server whose version cannot be parsed, so the linker has to write it in. */
function kubernetes(version: string): string {
  const [major, minor] = version.split('.');
  const variable = '-X k8s.io/component-base/version';
  return `-s -w ${variable}.gitVersion=v${version} ${variable}.gitMajor=${major} ${variable}.gitMinor=${minor}`;
}

/** Everything that gets built, cheapest first, so that a broken set-up shows early. */
export const PARTS: readonly Part[] = [
  { title: 'etcd', module: 'etcd', ldflags: '-s -w', programs: { etcd: 'go.etcd.io/etcd/server/v3' } },
  {
    title: 'kube-apiserver and kubectl 1.36.3',
    module: 'k8s-1.36',
    ldflags: kubernetes('1.36.3'),
    programs: { 'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver', kubectl: 'k8s.io/kubernetes/cmd/kubectl' },
  },
  {
    title: 'kube-apiserver 1.33.13',
    module: 'k8s-1.33',
    ldflags: kubernetes('1.33.13'),
    programs: { 'kube-apiserver-1.33': 'k8s.io/kubernetes/cmd/kube-apiserver' },
  },
  { title: 'kwok', module: 'kwok', ldflags: '-s -w', programs: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' } },
];

/** Flags of every build; no version control stamp, because the module folders are not repositories of their own. */
export const BUILD_FLAGS: readonly string[] = ['-trimpath', '-buildvcs=false'];

/** The folder with the module folders in it. */
export const MODULES = import.meta.dirname;

/** Paths of the programs that a test fleet is made of; absent where KUBEBUILDER_ASSETS has no such program. */
export interface Binaries {
  readonly apiserver: string;
  readonly apiserverOld?: string;
  readonly etcd: string;
  readonly kubectl: string;
  readonly kwok?: string;
}

/** `${XDG_CACHE_HOME:-~/.cache}/kubectl-mc-envtest/<hash of module files and flags>`, under the temp folder where there is no home. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256');
  for (const part of PARTS) {
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULES, part.module, file)));
    hash.update(JSON.stringify([part, BUILD_FLAGS, process.platform, process.arch]));
  }
  return join(cacheRoot(env), 'kubectl-mc-envtest', hash.digest('hex').slice(0, 16));
}

function cacheRoot(env: NodeJS.ProcessEnv): string {
  if (env['XDG_CACHE_HOME']) return env['XDG_CACHE_HOME'];
  const home = env['HOME'] || (process.platform === 'win32' ? homedir() : '');
  if (home) return join(home, '.cache');
  // Shared by all users of the machine: a name of our own keeps strangers' binaries out.
  return join(tmpdir(), `cache-${userInfo().username}`);
}

/** The programs in a cache folder, whether or not they are there yet. */
export function cachedBinaries(folder: string): Required<Binaries> {
  const bin = (name: string) => join(folder, 'bin', name);
  return {
    apiserver: bin('kube-apiserver'),
    apiserverOld: bin('kube-apiserver-1.33'),
    etcd: bin('etcd'),
    kubectl: bin('kubectl'),
    kwok: bin('kwok'),
  };
}

/** The parts of which at least one program is missing in the folder. */
export function missingParts(folder: string): readonly Part[] {
  return PARTS.filter((part) => Object.keys(part.programs).some((name) => !existsSync(join(folder, 'bin', name))));
}
