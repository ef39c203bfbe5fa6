import { normalize, posix, sep, win32 } from 'node:path';
import { notFound, pluginFailure } from './failure.ts';

/** One program that an allowlist names: a name that PATH resolves, or a clean absolute path. */
export interface AllowlistEntry {
  readonly command: string;
}

/** kubectl's credentialPluginPolicy (KEP-3104), from kuberc or from our own configuration. */
export interface PluginPolicy {
  /** For messages: `kuberc /home/u/.kube/kuberc`. */
  readonly source?: string;
  /** "" and AllowAll, DenyAll, Allowlist; anything else is an error. */
  readonly policy: string;
  /** null where it is not written. */
  readonly allowlist: readonly AllowlistEntry[] | null;
}

/** Finds a program as PATH gives it; undefined where there is none. */
export type LookPath = (command: string) => Promise<string | undefined>;

/** The entry of an allowlist as written: `name` is a deprecated alias of `command`. Throws ClusterFailure. */
export function allowlistEntry({ name = '', command = '' }: { name?: string; command?: string }): AllowlistEntry {
  if (name !== '' && command !== '' && name !== command)
    throw pluginFailure(
      'both `Name` and `Command` were supplied with different values. `Name` is deprecated, use `Command` instead',
    );
  return { command: command || name };
}

/** Throws ClusterFailure for a policy that says nothing clear; a slip must not open anything (client-go's ValidatePluginPolicy). */
export function validatePolicy({ policy, allowlist, source }: PluginPolicy): void {
  const refuse = (what: string) => pluginFailure(what + origin(source), { reason: 'PluginPolicy' });
  if (policy === '' || policy === 'AllowAll' || policy === 'DenyAll') {
    if (allowlist !== null)
      throw refuse(
        `misconfigured credential plugin allowlist: plugin policy is ${JSON.stringify(policy)} but allowlist is non-nil`,
      );
    return;
  }
  if (policy !== 'Allowlist') throw refuse(`unknown plugin policy: ${JSON.stringify(policy)}`);
  if (allowlist === null) throw refuse('credential plugin policy set to "Allowlist", but allowlist is unspecified');
  if (allowlist.length === 0)
    throw refuse('credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead');
  allowlist.forEach(({ command }, index) => {
    if (command === '') throw refuse(`misconfigured credential plugin allowlist: empty allowlist entry #${index + 1}`);
    if (clean(command) !== command)
      throw refuse(`non-normalized file path: ${JSON.stringify(command)} vs ${JSON.stringify(clean(command))}`);
  });
}

/**
 * Asks every policy whether a plugin may be run; all must allow it. Resolves to the absolute path to run, throws
 * ClusterFailure (kubectl's texts) where one refuses it or where there is no such program.
 */
export async function checkPolicy(
  policies: readonly PluginPolicy[],
  written: string,
  lookPath: LookPath,
): Promise<string> {
  const command = clean(written);
  for (const policy of policies) validatePolicy(policy);
  const refuse = (what: string, { source }: PluginPolicy) =>
    pluginFailure(what + origin(source), { reason: 'PluginPolicy' });
  for (const policy of policies)
    if (policy.policy === 'DenyAll')
      throw refuse(`plugin ${JSON.stringify(command)} not allowed: policy set to "DenyAll"`, policy);
  const resolved = await lookPath(command);
  for (const policy of policies) {
    if (policy.policy !== 'Allowlist') continue;
    const entries = (policy.allowlist ?? []).map((entry) => entry.command);
    if (entries.includes(command)) continue;
    if (resolved === undefined)
      throw refuse(
        `plugin path ${JSON.stringify(command)} cannot be resolved for credential plugin allowlist check: executable file not found in $PATH`,
        policy,
      );
    if (entries.includes(resolved) || (await namesIt(entries, resolved, lookPath))) continue;
    throw refuse(`plugin path ${JSON.stringify(resolved)} is not permitted by the credential plugin allowlist`, policy);
  }
  if (resolved === undefined) throw notFound(command);
  return resolved;
}

/** An entry with the same last name may lead to the same program. */
async function namesIt(entries: readonly string[], resolved: string, lookPath: LookPath): Promise<boolean> {
  for (const entry of entries) if (base(entry) === base(resolved) && (await lookPath(entry)) === resolved) return true;
  return false;
}

function base(path: string): string {
  return path.includes('\\') ? win32.basename(path) : posix.basename(path);
}

/** Go's filepath.Clean. */
function clean(path: string): string {
  const cleaned = normalize(path);
  return cleaned.length > 1 && cleaned.endsWith(sep) ? cleaned.slice(0, -1) : cleaned;
}

function origin(source: string | undefined): string {
  return source === undefined ? '' : ` (${source})`;
}
