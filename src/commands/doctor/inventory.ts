import type { Target } from '../../access/target.ts';
import { platforms, providerOf } from '../../kubeconfig/platforms/registry.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { Invocation } from '../verb.ts';
import type { ContextFact } from './contexts.ts';
import { type Finding, tryTo } from './finding.ts';
import type { Need } from './tools.ts';

/** Finds the clusters as every command does; undefined, with a finding, where that fails. */
export async function findClusters(
  invocation: Invocation,
): Promise<{ readonly prepared: Prepared | undefined; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const prepared = await tryTo(
    () => prepare(invocation, 'doctor', { trust: 'leave' }),
    (what, more) => {
      const crd = what.includes('does not serve multicluster.x-k8s.io');
      const fix = crd
        ? 'install the ClusterProfile CRD on the hub (nothing is installed in members), or name the right hub: --hub-context'
        : more.join('; ') ||
          'name a kubeconfig (--kubeconfig, KUBECONFIG) or a hub (--hub-context), or map clusters: kubectl mc setup';
      findings.push({
        severity: 'error',
        code: crd ? 'hub-without-api' : 'no-clusters',
        what,
        where: 'inventory',
        fix,
      });
    },
  );
  const source = prepared?.inventory.source;
  const asked = prepared !== undefined && prepared.settings.discovery.source === 'auto';
  if (asked && prepared.config.discovery.api === 'auto' && (source === 'kubeconfig' || source === 'file'))
    findings.push({
      severity: 'hint',
      code: 'no-hub',
      what: `there is no hub with ClusterProfiles: the clusters come from ${source === 'file' ? 'the mapping file' : 'your kubeconfig'}`,
      where: 'inventory',
      fix: 'nothing, if that is meant; else name the hub (--hub-context), or install the ClusterProfile CRD there',
    });
  if (prepared?.inventory.uncertain)
    findings.push({
      severity: 'error',
      code: 'hub-unknown',
      what:
        prepared.inventory.notes.find((note) => note.includes('could not be asked')) ??
        'the current context could not be asked whether it is a hub',
      where: 'inventory',
      fix: 'make it answer, or say what is meant: --source=kubeconfig, --hub-context',
    });
  return { prepared, findings };
}

/** The programs that clusters and contexts need: to log in, or for setup to fetch a way in. */
export function needsOf(targets: readonly Target[], contexts: readonly ContextFact[]): readonly Need[] {
  const ofTargets = targets.flatMap(({ cluster, access, entry }): readonly Need[] => {
    const by = `cluster ${cluster.name}`;
    if (access.kind !== 'ended') {
      const { exec } = access.config.auth;
      return exec
        ? [{ command: exec.command, args: exec.args, by, required: true, installHint: exec.installHint }]
        : [];
    }
    if (access.outcome.kind !== 'skipped' || access.outcome.reason.kind !== 'no-access') return [];
    const word = entry?.cloudProvider ?? cluster.properties['cloud.provider'] ?? cluster.hints?.clusterType;
    const provider = providerOf(word ?? cluster.hints?.cloudProvider);
    if (provider === undefined) return [];
    const { command, plugins } = platforms[provider];
    // EKS' own tool is its plugin as well.
    const wanted = plugins.includes(command) ? [command] : [command, ...plugins];
    return wanted.map((each) => ({ command: each, args: [], by: `${by} (kubectl mc setup)`, required: false }));
  });
  const ofContexts = contexts.flatMap(({ context, command, args, mappedBy }): readonly Need[] =>
    command === undefined
      ? []
      : [{ command, args: args ?? [], by: `context ${context}`, required: mappedBy.length > 0 }],
  );
  return [...ofTargets, ...ofContexts];
}
