import { join } from 'node:path';
import { knownClustersFile, loadKnownClusters } from '../../access/knownclusters.ts';
import { loadProviders } from '../../access/providerfile.ts';
import type { Config } from '../../api/config.ts';
import type { Mapping } from '../../api/mapping.ts';
import { pathOf } from '../../config/configfile.ts';
import { configChoice, defaultConfig, loadConfig } from '../../config/load.ts';
import { loadMapping, mappingChoice } from '../../config/mapping.ts';
import { loadPluginPolicy } from '../../kubeconfig/kuberc.ts';
import { kubercFile } from '../../kubeconfig/kubercfile.ts';
import { expandPath } from '../../system/paths.ts';
import type { Invocation } from '../verb.ts';
import { type FileFact, factOf } from './filefact.ts';
import { type Finding, tryTo } from './finding.ts';
import { type Kubeconfigs, readKubeconfigs } from './kubeconfigs.ts';

/** Everything that commands would read, as far as it can be read. */
export interface ReadFiles {
  readonly files: readonly FileFact[];
  readonly findings: readonly Finding[];
  /** The defaults where the file is broken. */
  readonly config: Config;
  readonly mapping: Mapping;
  readonly kubeconfigs: Kubeconfigs;
}

/** Reads every file on its own; what is wrong with one is a finding and keeps nobody from the others. */
export async function readFiles({ host, global }: Invocation): Promise<ReadFiles> {
  const { values } = global;
  const findings: Finding[] = [];
  const files: FileFact[] = [];
  const noteWarnings = (warnings: readonly string[], where: string | undefined) => {
    for (const what of warnings)
      findings.push({
        severity: 'hint',
        code: 'unknown-key',
        what,
        where: where ?? '',
        fix: 'correct or remove the line',
      });
  };
  const check = async <T>(role: FileFact['role'], path: string | undefined, work: () => Promise<T>) => {
    const state: { problem?: string } = {};
    const value = await tryTo(work, (message, more) => {
      state.problem = message;
      const fix = more.join('; ') || `correct the file, or name another one (kubectl mc help options)`;
      findings.push({ severity: 'error', code: `${role}-unusable`, what: message, where: path ?? role, fix });
    });
    if (path) files.push(await factOf(role, path, state.problem));
    return value;
  };

  if (host.home === undefined)
    findings.push({
      severity: 'hint',
      code: 'no-home',
      what: 'there is no home folder: only files that a flag or a variable names are read, and nothing is kept',
      where: 'HOME',
      fix: 'set HOME',
    });
  const configPath = pathOf(configChoice({ host, flag: values.config }));
  const loaded = await check('config', configPath, () => loadConfig({ host, flag: values.config }));
  noteWarnings(loaded?.warnings ?? [], configPath);
  const config = loaded?.config ?? defaultConfig(host);
  const mappingPath = pathOf(mappingChoice({ host, flag: values.mapping }));
  const mapped = await check('mapping', mappingPath, () => loadMapping({ host, flag: values.mapping }));
  noteWarnings(mapped?.warnings ?? [], mappingPath);
  const mapping: Mapping = mapped?.mapping ?? { groups: {}, clusters: [] };

  const kubeconfigs = await readKubeconfigs({ host, flag: values.kubeconfig, config, mapping });
  files.push(...kubeconfigs.files);
  findings.push(...kubeconfigs.findings);

  const usual = host.home === undefined ? '' : join(host.home, '.kube', 'kubectl-mc-providers.json');
  const flag = values['clusterprofile-provider-file'];
  const providerPath = flag
    ? expandPath(flag, { home: host.home, env: host.env, base: host.cwd })
    : config.access.providerFile;
  const named = providerPath !== usual;
  await check('providers', providerPath, () => loadProviders({ path: providerPath, named, host }));
  await check('known-clusters', knownClustersFile(host), () => loadKnownClusters(host));
  const kuberc = await check('kuberc', undefined, async () => kubercFile(host, values.kuberc));
  if (kuberc) await check('kuberc', kuberc.path, () => loadPluginPolicy(kuberc));
  return { files, findings, config, mapping, kubeconfigs };
}
