import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import type { Host } from '../system/host.ts';
import { othersWhoRead } from '../system/ownership.ts';

const SECRETS = ['token', 'password', 'client-key-data'] as const;

/** One line for each kubeconfig that holds logins and that other users of the machine may read. */
export async function readableKubeconfigs({ users }: Kubeconfig, host: Host): Promise<readonly string[]> {
  const holders = new Set<string>();
  for (const { fields, file } of users.values())
    if (!holders.has(file) && SECRETS.some((field) => fields[field])) holders.add(file);
  const lines: string[] = [];
  for (const file of holders) {
    const who = await othersWhoRead(file, host);
    if (who) lines.push(`Warning: ${file} holds logins and ${who} may read it; run: chmod 600 ${file}`);
  }
  return lines;
}
