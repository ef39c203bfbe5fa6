import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Host } from '../system/host.ts';

/** Where kubectl's kuberc is. */
export interface KubercFile {
  /** Absolute. */
  readonly path: string;
  /** Somebody named it, so it must exist. */
  readonly explicit: boolean;
}

/**
 * Finds it as kubectl does: the flag, else KUBERC, else ~/.kube/kuberc; undefined where KUBERC=off or KUBECTL_KUBERC=false
 * switches it off. UsageError where the flag and KUBERC=off contradict each other.
 */
export function kubercFile(host: Host, flag: string | undefined): KubercFile | undefined {
  const { KUBERC: variable = '', KUBECTL_KUBERC: gate = '' } = host.env;
  if (variable === 'off') {
    if (flag) throw new UsageError('disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive');
    return undefined;
  }
  if (gate.toLowerCase() === 'false') return undefined;
  const given = flag || variable;
  if (given) return { path: resolve(host.cwd, given), explicit: true };
  return host.home === undefined ? undefined : { path: resolve(host.home, '.kube', 'kuberc'), explicit: false };
}
