import { resolve } from 'node:path';
import type { Config } from '../../api/config.ts';
import type { Mapping } from '../../api/mapping.ts';
import { environmentSettings } from '../../config/settings.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { loadFile } from '../../kubeconfig/load.ts';
import { fileInfo } from '../../system/files.ts';
import type { Host } from '../../system/host.ts';
import { expandPath } from '../../system/paths.ts';
import { type FileFact, factOf } from './filefact.ts';
import { type Finding, tryTo } from './finding.ts';

/** All kubeconfig files that commands would read. */
export interface Kubeconfigs {
  readonly files: readonly FileFact[];
  readonly findings: readonly Finding[];
  /** The readable ones of the user's own, merged: the first file to name a thing wins. */
  readonly merged: Kubeconfig;
  /** Files that entries of the mapping name for themselves, by path. */
  readonly own: ReadonlyMap<string, Kubeconfig>;
  /** Every readable file, by path. */
  readonly all: ReadonlyMap<string, Kubeconfig>;
}

/** Where to look. */
export interface KubeconfigSearch {
  readonly host: Host;
  readonly flag: string | undefined;
  readonly config: Config;
  readonly mapping: Mapping;
}

/** Reads each file on its own, so that a broken one does not hide the others. */
export async function readKubeconfigs({ host, flag, config, mapping }: KubeconfigSearch): Promise<Kubeconfigs> {
  const files: FileFact[] = [];
  const findings: Finding[] = [];
  const all = new Map<string, Kubeconfig>();
  const { paths, named } = searched(host, flag, config);
  const ownPaths = mapping.clusters.flatMap(({ kubeconfig }) => kubeconfig ?? []);
  for (const path of new Set([...paths, ...ownPaths])) {
    const mustExist = named || ownPaths.includes(path);
    const state: { problem?: string } = {};
    const failed = (what: string) => {
      state.problem = what;
      const fix = 'correct the file, or leave it out of --kubeconfig, KUBECONFIG and the mapping file';
      findings.push({ severity: 'error', code: 'kubeconfig-unusable', what, where: path, fix });
    };
    if (mustExist || (await fileInfo(path).catch(() => true)) !== undefined) {
      const loaded = await tryTo(() => loadFile(path), failed);
      if (loaded) all.set(path, loaded);
    }
    files.push(await factOf('kubeconfig', path, state.problem));
  }
  const mine = paths.flatMap((path) => all.get(path) ?? []);
  for (const [at, file] of mine.entries())
    for (const name of file.contexts.keys()) {
      const first = mine.slice(0, at).find(({ contexts }) => contexts.has(name));
      if (first === undefined) continue;
      const what = `context "${name}" is also in ${first.files[0]}, which comes first`;
      const fix = `kubectl config rename-context ${name} OTHER --kubeconfig ${file.files[0]}`;
      findings.push({ severity: 'hint', code: 'context-hidden', what, where: file.files[0] ?? '', fix });
    }
  const own = new Map([...all].filter(([path]) => ownPaths.includes(path)));
  return { files, findings, all, own, merged: merge(mine) };
}

function searched(host: Host, flag: string | undefined, config: Config) {
  const given = flag || environmentSettings(host.env).kubeconfig;
  if (given) return { named: true, paths: [expandPath(given, { home: host.home, env: host.env, base: host.cwd })] };
  if (config.kubeconfig) return { named: true, paths: [config.kubeconfig] };
  const list = host.env['KUBECONFIG'];
  const paths = list
    ? list.split(host.platform === 'win32' ? ';' : ':').filter(Boolean)
    : host.home === undefined
      ? []
      : [resolve(host.home, '.kube', 'config')];
  return { named: false, paths: [...new Set(paths.map((path) => resolve(host.cwd, path)))] };
}

function merge(files: readonly Kubeconfig[]): Kubeconfig {
  // Backwards, so that the first file wins.
  const back = files.toReversed();
  const currentContext = files.find((file) => file.currentContext)?.currentContext;
  return {
    contexts: new Map(back.flatMap(({ contexts }) => [...contexts])),
    clusters: new Map(back.flatMap(({ clusters }) => [...clusters])),
    users: new Map(back.flatMap(({ users }) => [...users])),
    ...(currentContext && { currentContext }),
    files: files.flatMap((file) => file.files),
    missing: [],
  };
}
