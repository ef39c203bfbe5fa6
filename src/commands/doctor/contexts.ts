import type { Mapping } from '../../api/mapping.ts';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.ts';
import { restConfigFor } from '../../kubeconfig/restconfig.ts';
import { rankByName } from '../rank.ts';
import { shellCommand } from '../setup/shellquote.ts';
import { type Finding, tryTo } from './finding.ts';
import type { Kubeconfigs } from './kubeconfigs.ts';

/** One context and where it comes from. */
export interface ContextFact {
  readonly context: string;
  readonly file: string;
  /** The host of its server, absent where the context leads nowhere. */
  readonly server?: string;
  /** Names of mapping entries that lead to it. */
  readonly mappedBy: readonly string[];
  readonly current: boolean;
  /** The program that gets its login. */
  readonly command?: string;
  /** The arguments are needed to know which further programs it needs; never printed. */
  readonly args?: readonly string[];
}

/** What the contexts are, and what is wrong with them or with the entries that name them. */
export interface Contexts {
  readonly contexts: readonly ContextFact[];
  readonly findings: readonly Finding[];
}

/** Looks at every context of the kubeconfigs and at every entry of the mapping. */
export async function checkContexts({ merged, own, files }: Kubeconfigs, mapping: Mapping): Promise<Contexts> {
  const findings: Finding[] = [];
  const contexts: ContextFact[] = [];
  const broken = new Set(files.filter(({ state }) => state !== 'read').map(({ path }) => path));
  for (const entry of mapping.clusters) {
    const kubeconfig = entry.kubeconfig ? own.get(entry.kubeconfig) : merged;
    const context = entry.context ?? (entry.kubeconfig ? kubeconfig?.currentContext : undefined);
    // A file that could not be read has its own finding.
    if (kubeconfig === undefined || context === undefined || kubeconfig.contexts.has(context)) continue;
    if (entry.kubeconfig && broken.has(entry.kubeconfig)) continue;
    const near = rankByName(context, [...kubeconfig.contexts.keys()]).slice(0, 3);
    findings.push({
      severity: 'error',
      code: 'mapping-context-missing',
      what: `cluster "${entry.name}" is mapped to context "${context}", which is not in ${entry.kubeconfig ?? 'your kubeconfig'}`,
      where: `${entry.file}:${entry.line}`,
      fix:
        near.length === 0
          ? 'there are no contexts: kubectl mc setup'
          : `${shellCommand(['kubectl', 'mc', 'clusters', 'set', entry.name, '--context', near[0] ?? ''])}${near.length > 1 ? ` (or ${near.slice(1).join(', ')})` : ''}`,
    });
  }
  const { currentContext } = merged;
  if (currentContext && !merged.contexts.has(currentContext))
    findings.push({
      severity: 'hint',
      code: 'current-context-missing',
      what: `current-context is "${currentContext}", which is not there`,
      where: 'your kubeconfig',
      fix: `kubectl config use-context ${rankByName(currentContext, [...merged.contexts.keys()])[0] ?? 'CONTEXT'}`,
    });
  for (const [kubeconfig, only] of [
    [merged, undefined] as const,
    ...[...own].map(([path, one]) => [one, path] as const),
  ])
    for (const [context, { file }] of kubeconfig.contexts) {
      const mappedBy = mapping.clusters
        .filter(
          (entry) => entry.kubeconfig === only && (entry.context ?? (only && kubeconfig.currentContext)) === context,
        )
        .map(({ name }) => name);
      const usable = await usableContext(kubeconfig, context, (what) => {
        const severity = mappedBy.length > 0 ? 'error' : 'hint';
        findings.push({
          severity,
          code: 'context-unusable',
          what,
          where: `context "${context}" (${file})`,
          fix: shellCommand(['kubectl', 'config', 'view', '--minify', '--context', context, '--kubeconfig', file]),
        });
      });
      const current = only === undefined && context === currentContext;
      contexts.push({ context, file, ...usable, mappedBy, current });
    }
  return { contexts, findings };
}

async function usableContext(kubeconfig: Kubeconfig, name: string, failed: (message: string) => void) {
  const found = await tryTo(() => restConfigFor(kubeconfig, name), failed);
  if (found === undefined) return {};
  const { exec } = found.config.auth;
  const { host } = new URL(found.config.server);
  return { server: host, ...(exec && { command: exec.command, args: exec.args }) };
}
