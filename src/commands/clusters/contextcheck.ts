import { loadConfig } from '../../config/load.ts';
import { environmentSettings } from '../../config/settings.ts';
import { unknownContext } from '../../discovery/unknownname.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { loadFile, loadKubeconfig } from '../../kubeconfig/load.ts';
import { expandPath } from '../../system/paths.ts';
import type { Invocation } from '../verb.ts';

/** The kubeconfig that an entry would use: its own file (absolute), or the user's. UsageError for one that cannot be read. */
export async function kubeconfigFor(
  { host, global }: Pick<Invocation, 'host' | 'global'>,
  file: string | undefined,
): Promise<Kubeconfig> {
  if (file) return await loadFile(file);
  const { config } = await loadConfig({ host, flag: global.values.config });
  const env = environmentSettings(host.env).kubeconfig;
  return await loadKubeconfig({ host, files: { flag: global.values.kubeconfig, env, config: config.kubeconfig } });
}

/** UsageError, with what there is, for a context that is not there. */
export function requireContext(kubeconfig: Kubeconfig, context: string): void {
  if (!kubeconfig.contexts.has(context)) throw unknownContext(context, [...kubeconfig.contexts.keys()]);
}

/** A path of the command line, absolute; undefined stays undefined. */
export function fileFlag({ host }: Pick<Invocation, 'host'>, path: string | undefined): string | undefined {
  return path ? expandPath(path, { home: host.home, env: host.env, base: host.cwd }) : undefined;
}
