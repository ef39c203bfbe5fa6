import { join } from 'node:path';
import type { UnlistedHost } from '../../access/target.ts';
import { appendConfigKey, configKey } from '../../config/editconfig.ts';
import { editMapping, entryIndex, type WrittenEntry } from '../../config/editmapping.ts';
import { UsageError } from '../../errors.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { mergeIntoKubeconfig } from '../../kubeconfig/merge.ts';
import { forgetInventory } from '../clusters/forget.ts';
import type { Invocation } from '../verb.ts';
import type { Found, SetupSession } from './session.ts';

/** Writes what was found: listed hosts, then the kubeconfig, then the mapping file that names its contexts. Until here no file was touched. */
export async function writeFound(
  found: readonly Found[],
  hosts: readonly UnlistedHost[],
  session: SetupSession,
): Promise<void> {
  const { host, clock, global, signal } = session.invocation;
  signal.throwIfAborted();
  for (const { recipe, origin } of hosts) {
    const key = configKey(`access.endpoints.allowedServers.${recipe}`);
    const { path } = await appendConfigKey({ host, clock, flag: global.values.config }, key, [origin]);
    session.say(`listed in ${path}: ${key.name} ${origin}`);
  }
  if (found.length === 0) return;
  const additions = found.flatMap(({ fetched }) => fetched ?? []);
  if (additions.length > 0) {
    const loaded = await session.prepared.kubeconfig();
    const file = targetFile(loaded, session.invocation);
    const { overwrite } = session.options;
    const backup = await mergeIntoKubeconfig({ file, additions, loaded, overwrite, clock });
    const names = additions.map(({ context }) => context).join(', ');
    session.say(`added to ${file}: ${names}${backup === undefined ? '' : ` (before: ${backup})`}`);
  }
  const { path, changed } = await editMapping({ host, clock, flag: global.values.mapping }, (edit) => {
    const fresh: WrittenEntry[] = [];
    for (const one of found) {
      const { entry } = one.missing.target;
      const index = entry
        ? entryIndex(edit.mapping, entry.namespace ? `${entry.namespace}/${entry.name}` : entry.name)
        : -1;
      if (index === -1) fresh.push(entryFor(one));
      else edit.change(index, { context: one.context });
    }
    edit.add(fresh);
  });
  if (changed) session.say(`mapped in ${path}: ${found.map(({ missing }) => missing.target.cluster.name).join(', ')}`);
  await forgetInventory(host);
}

/** What the mapping file says about a cluster that was not in it. */
function entryFor({ missing, context }: Found): WrittenEntry {
  const { cluster } = missing.target;
  const { ref, name } = cluster;
  const { facts } = missing;
  const region = facts?.metadata['region'] ?? facts?.metadata['location'];
  return {
    name: ref?.name ?? name,
    // A bare name must be the only one.
    ...(ref && ref.name !== name && { namespace: ref.namespace }),
    context,
    ...(facts && { cloudProvider: facts.provider }),
    ...(facts && region && { region }),
  };
}

/** The first file of the user's kubeconfig, as kubectl writes to; `~/.kube/config` where there is none. */
function targetFile({ files, missing }: Kubeconfig, { host }: Invocation): string {
  const file = files[0] ?? missing[0] ?? (host.home === undefined ? undefined : join(host.home, '.kube', 'config'));
  if (file === undefined) throw new UsageError('there is no home folder; name the kubeconfig with --kubeconfig');
  return file;
}
