import type { Target } from '../../access/target.ts';
import { type HelperCommand, HelperRefused, type HelperSettings } from '../../kubeconfig/platforms/command.ts';
import { helperArgv, type ProviderName } from '../../kubeconfig/platforms/registry.ts';
import { type CloudFacts, cloudFacts } from './metadata.ts';

/** A cluster that no way leads into yet, and what is known about its cloud. */
export interface Missing {
  readonly target: Target;
  readonly facts: CloudFacts | undefined;
  /** What its context is to be called. */
  readonly context: string;
}

/** The selected clusters by what they need. */
export interface SetupPlan {
  /** Reachable as they are. */
  readonly ready: readonly Target[];
  readonly missing: readonly Missing[];
  /** What setup has no answer for: not joined, an address that is refused, … */
  readonly others: readonly Target[];
}

/** Groups the clusters; with `provider` only those of that cloud are missing, the other ones are left alone. */
export function planSetup(targets: readonly Target[], provider: ProviderName | undefined): SetupPlan {
  const ready = targets.filter(({ access }) => access.kind !== 'ended');
  const ended = targets.filter(({ access }) => access.kind === 'ended');
  const missing = ended.filter(lacksContext).map((target): Missing => {
    const { cluster, entry } = target;
    return { target, facts: cloudFacts(cluster, entry), context: entry?.context || contextName(cluster.name) };
  });
  const wanted = missing.filter(({ facts }) => provider === undefined || facts?.provider === provider);
  const chosen = new Set(wanted.map(({ target }) => target));
  return { ready, missing: wanted, others: ended.filter((target) => !chosen.has(target)) };
}

/** The command for one cluster; HelperRefused where a fact is missing or wrong. */
export function commandFor({ facts, context }: Missing, settings: Omit<HelperSettings, 'context'>): HelperCommand {
  if (facts === undefined) throw new HelperRefused('E-HELPER-METADATA', 'Cloud metadata not available', 'provider');
  try {
    return helperArgv(facts.helper, facts.metadata, { ...settings, context });
  } catch (error) {
    if (!(error instanceof HelperRefused) || !facts.mapped.has(error.detail)) throw error;
    const message = error.message.replace("the hub's value", "the mapping file's value");
    throw new HelperRefused('E-HELPER-VALUE', message, error.detail);
  }
}

/** The same cluster with the name that a person has confirmed. */
export function withName(missing: Missing, name: string): Missing {
  const { facts } = missing;
  return facts ? { ...missing, facts: { ...facts, metadata: { ...facts.metadata, name } } } : missing;
}

/** The context that the tool will write: gcloud has its own names. */
export function expectedContext({ facts, context }: Missing): string {
  const { name, location, project } = facts?.metadata ?? {};
  if (facts?.helper === 'gke') return `gke_${project}_${location}_${name}`;
  return facts?.helper === 'gke-fleet' ? `connectgateway_${project}_${location}_${name}` : context;
}

function lacksContext({ access, entry }: Target): boolean {
  if (access.kind !== 'ended') return false;
  const { outcome } = access;
  // The file that an entry names for itself is nothing that a cloud's tool should write.
  if (outcome.kind === 'failed')
    return outcome.error.type === 'NoAccess' || (outcome.error.type === 'NoContext' && !entry?.kubeconfig);
  return outcome.kind === 'skipped' && outcome.reason.kind === 'no-access' && outcome.reason.code !== 'Joined';
}

/** A cluster's name as a context's: nothing that a tool could read as a flag, a file or a list. */
function contextName(cluster: string): string {
  return cluster.replaceAll(/[^A-Za-z0-9_.:/-]/g, '-').replace(/^[-./]+/, '') || 'cluster';
}
