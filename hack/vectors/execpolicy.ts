import { posix } from 'node:path';
import { allowlistEntry, checkPolicy, type PluginPolicy } from '../../src/client/execcredential/policy.ts';
import { findExecutable } from '../../src/system/findexecutable.ts';
import type { Actual, Given } from './suite.ts';

/** exec.policy: `files` are the only programs there are. */
export async function policy(given: Given): Promise<Actual> {
  const { command, path = [], files = [] } = given;
  const policies: PluginPolicy[] = [policyOf(given.policy, given.allowlist)];
  if (given.configPolicy !== undefined) policies.push(policyOf(given.configPolicy, given.configAllowlist));
  const there = new Set<string>(files);
  const runs = await checkPolicy(policies, command, (name) =>
    findExecutable(name, {
      env: { PATH: path.join(posix.delimiter) },
      platform: 'linux',
      isExecutable: async (file) => there.has(file),
    }),
  );
  return { allowed: true, runs };
}

function policyOf(policy: string | null | undefined, allowlist: Given): PluginPolicy {
  return { policy: policy ?? '', allowlist: allowlist ? allowlist.map(allowlistEntry) : null };
}
