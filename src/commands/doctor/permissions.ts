import { resolvePath } from '../../kubeconfig/clusterinfo.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { isRecord } from '../../kubeconfig/parse.ts';
import type { Host } from '../../system/host.ts';
import { othersWhoRead, refuseForeignFile } from '../../system/ownership.ts';
import { shellCommand } from '../setup/shellquote.ts';
import type { FileFact } from './filefact.ts';
import { type Finding, tryTo } from './finding.ts';

const SECRET_FIELDS = ['token', 'password', 'client-key-data'] as const;
const SECRET_WORD = /token|secret|password|key/i;

/** Findings about files that others may write (they decide what we run) or read (they hold logins). */
export async function checkPermissions(
  files: readonly FileFact[],
  kubeconfigs: ReadonlyMap<string, Kubeconfig>,
  host: Host,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  // For the other roles the readers themselves refuse such files.
  for (const { role, path } of files)
    if (role === 'kubeconfig')
      await tryTo(
        () => refuseForeignFile(path, host),
        (message, more) => {
          const what = message.replace('; not used', ': they decide which clusters you reach, and as whom');
          const fix = more.join('; ').replace(/^run: /, '');
          findings.push({ severity: 'error', code: 'writable-by-others', what, where: path, fix });
        },
      );
  for (const path of secretFiles(kubeconfigs)) {
    const who = await othersWhoRead(path, host);
    if (who === undefined) continue;
    const what = `${who} may read it, and it holds what logs you in`;
    findings.push({
      severity: 'error',
      code: 'readable-by-others',
      what,
      where: path,
      fix: shellCommand(['chmod', '600', path]),
    });
  }
  return findings;
}

/** The kubeconfigs that hold logins, and the key and token files that they name. */
function secretFiles(kubeconfigs: ReadonlyMap<string, Kubeconfig>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [path, { users }] of kubeconfigs)
    for (const { fields } of users.values()) {
      if (holdsSecret(fields)) found.add(path);
      for (const key of ['client-key', 'tokenFile'])
        if (typeof fields[key] === 'string' && fields[key]) found.add(resolvePath(fields[key], path));
    }
  return found;
}

function holdsSecret(user: Readonly<Record<string, unknown>>): boolean {
  if (SECRET_FIELDS.some((field) => user[field])) return true;
  const provider = user['auth-provider'];
  if (
    isRecord(provider) &&
    isRecord(provider['config']) &&
    Object.keys(provider['config']).some((key) => SECRET_WORD.test(key))
  )
    return true;
  const exec = user['exec'];
  const env: unknown = isRecord(exec) ? exec['env'] : undefined;
  return Array.isArray(env) && env.some((one) => isRecord(one) && SECRET_WORD.test(String(one['name'])));
}
