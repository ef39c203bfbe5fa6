import type { Cluster } from '../api/cluster.ts';
import type { Outcome } from '../api/outcome.ts';
import type { ClusterError } from '../errors.ts';
import type { Access } from './target.ts';

/** The outcome of a cluster that failed before anything was sent. */
export function failed(error: ClusterError): Outcome {
  return { kind: 'failed', error };
}

/** Left out because the user has no way into it. */
export function noAccess(message: string, code: string): Outcome {
  return { kind: 'skipped', reason: { kind: 'no-access', message, code } };
}

/** E-NO-ACCESS: left out, but a failure where the cluster was asked for by name; `file` is the mapping file. */
export function unmapped({ name, accessProviders }: Cluster, literal: boolean, file: string): Outcome {
  const offers = accessProviders.map((one) => one.name).join(', ');
  const why = offers === '' ? '' : ` and its access providers (${offers}) are not in your provider file`;
  const message = `no access: no context is mapped to it${why}; map one with "kubectl mc setup" or see "kubectl mc help access"`;
  const code = 'E-NO-ACCESS';
  if (!literal) return noAccess(message, code);
  const hint = `add the line "- {name: ${name}, context: CONTEXT}" under clusters in ${file}`;
  return failed({ type: 'NoAccess', message, hint, reason: code, retriable: false });
}

/** The hub says it never joined: left out, but a failure where it was asked for by name. */
export function notJoined(literal: boolean): Outcome {
  const message = 'not joined';
  return literal
    ? failed({ type: 'NoAccess', message, reason: 'Joined', retriable: false })
    : noAccess(message, 'Joined');
}

/** What a provider refused; a hint that nobody follows is no failure, unless the cluster was asked for by name. */
export function refusedAccess(error: ClusterError, literal: boolean): Outcome {
  return error.reason === 'E-HINT-DISABLED' && !literal ? noAccess(error.message, error.reason) : failed(error);
}

/** E-MAPPING-AMBIGUOUS: always a failure, because somebody meant one of them. */
export function ambiguousMapping(name: string, clusters: readonly Cluster[]): Outcome {
  const keys = clusters.flatMap(({ ref }) => (ref?.name === name ? [`${ref.namespace}/${ref.name}`] : []));
  return failed({
    type: 'NoAccess',
    message: `the mapping "${name}" could mean ${keys.join(' or ')}; use the full name in the mapping file`,
    reason: 'E-MAPPING-AMBIGUOUS',
    retriable: false,
  });
}

/** Left out because the hub says its control plane is not healthy. */
export function unhealthy({ health }: Cluster): Outcome {
  const condition = health.condition ?? 'ControlPlaneHealthy';
  const why = health.message || health.reason;
  const message = `${condition}=False${why ? `: ${why}` : ''}`;
  return { kind: 'skipped', reason: { kind: 'unhealthy', message, code: condition } };
}

/** What becomes of a target that nothing may be sent to; an endpoint that was never put to the user counts as not trusted. */
export function outcomeOf(access: Exclude<Access, { kind: 'config' }>): Outcome {
  if (access.kind === 'ended') return access.outcome;
  const { key } = access.seen;
  return failed({
    type: 'EndpointRefused',
    reason: 'E-PIN-UNKNOWN',
    message: `cluster "${key}" is not known yet; nothing was sent to it`,
    hint: `run "kubectl mc trust ${key}" first`,
    retriable: false,
  });
}
