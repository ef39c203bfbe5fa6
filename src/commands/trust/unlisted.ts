import { isYes } from '../../access/pins.ts';
import { cautionText, recipeHosts } from '../../access/recipehosts.ts';
import type { UnlistedHost } from '../../access/target.ts';
import { CONFIG_KIND } from '../../api/config.ts';
import { parseConfigFile } from '../../config/configfile.ts';
import { editConfigFile } from '../../config/editfile.ts';
import { configChoice, configOf } from '../../config/load.ts';
import { escapeMessage } from '../../streams/escape.ts';
import type { Prepared } from '../prepare.ts';
import { openQuestions } from '../questions.ts';
import type { Invocation } from '../verb.ts';

/**
 * Shows hosts that are refused because they are not the cloud's, with what would be sent there, and lists them under
 * access.endpoints.allowedServers on the word `yes`, which no flag says for the user. True where the configuration has changed.
 */
export async function allowHosts({ targets }: Prepared, invocation: Invocation): Promise<boolean> {
  const hosts = new Map<string, UnlistedHost & { readonly clusters: string[] }>();
  for (const { cluster, access } of targets) {
    const unlisted = access.kind === 'ended' ? access.unlisted : undefined;
    if (!unlisted) continue;
    const key = `${unlisted.recipe} ${unlisted.origin}`;
    const known = hosts.get(key);
    if (known) known.clusters.push(cluster.name);
    else hosts.set(key, { ...unlisted, clusters: [cluster.name] });
  }
  const prompts = hosts.size === 0 || invocation.io.in.taken ? undefined : openQuestions(invocation);
  if (!prompts) return false;
  let changed = false;
  for (const { recipe, host, origin, clusters } of hosts.values()) {
    const { article, title } = recipeHosts[recipe];
    const text = `${clusters.join(', ')}: "${host}" is not ${article} ${title} address. ${cautionText(recipe, host)}\n`;
    await invocation.io.err.write(escapeMessage(text));
    const answer = await prompts.line(`Add ${origin} to access.endpoints.allowedServers.${recipe}? (yes/no)`);
    if (!isYes(answer)) continue;
    await allowServer(invocation, recipe, origin);
    changed = true;
  }
  return changed;
}

async function allowServer({ host, clock, signal, global }: Invocation, recipe: string, origin: string): Promise<void> {
  const choice = configChoice({ host, flag: global.values.config });
  const read = async (text: string, path: string) =>
    configOf(await parseConfigFile(text, path, { host, kind: CONFIG_KIND }), host);
  await editConfigFile(choice, { clock, signal }, read, (open) =>
    open.apply({ kind: 'append', path: ['access', 'endpoints', 'allowedServers', recipe], values: [origin] }),
  );
}
