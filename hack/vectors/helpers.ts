import { helperArgv } from '../../src/kubeconfig/platforms/registry.ts';
import type { Actual, Given } from './suite.ts';

/** helper.argv */
export function argv({ helper, meta = {}, local = {}, platform }: Given): Actual {
  return { ...helperArgv(helper, meta, { ...local, platform: platform ?? local.platform }) };
}
