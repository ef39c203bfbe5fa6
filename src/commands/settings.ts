import type { Config } from '../api/config.ts';
import type { Impersonate } from '../client/restconfig.ts';
import { environmentSettings } from '../config/settings.ts';
import type { DiscoveryRequest } from '../discovery/inventory.ts';
import { UsageError } from '../errors.ts';
import type { FleetLimits } from '../fleet/fleet.ts';
import { type LabelSelector, parseLabelSelector } from '../selection/labels.ts';
import { pathSegmentProblem } from '../selection/pathsegment.ts';
import { expandPath } from '../system/paths.ts';
import type { Invocation } from './verb.ts';

/** Flags, environment and configuration put together by their precedence, parsed. */
export interface Settings {
  readonly clusters: readonly string[];
  readonly exclude: readonly string[];
  readonly clusterSelector: LabelSelector | undefined;
  readonly groups: readonly string[];
  readonly expectClusters: number | undefined;
  readonly includeUnhealthy: boolean;
  readonly discovery: DiscoveryRequest;
  readonly limits: FleetLimits;
  readonly allowPartial: boolean;
  /** `-n` or KUBECTL_MC_NAMESPACE. */
  readonly namespace: string | undefined;
  readonly impersonate: Impersonate | undefined;
  readonly useCache: boolean;
  /** `--placement` as written, and `--placement-namespace`. */
  readonly placements: readonly string[];
  readonly placementNamespace: string | undefined;
  /** `--clusterprofile-provider-file`, absolute. */
  readonly providerFile: string | undefined;
  /** How endpoints of the hub are met; `--accept-new-clusters` accepts them for one run. */
  readonly pinMode: Pick<Config['access']['endpoints'], 'pin' | 'firstUse'>;
}

/** Reads the settings of a command; UsageError where two flags contradict each other. */
export function readSettings({ global, host }: Invocation, config: Config): Settings {
  const { values, isSet } = global;
  const env = environmentSettings(host.env);
  const failFast = isSet('fail-fast') ? values['fail-fast'] : !config.execution.continueOnError;
  if (values['fail-fast'] && values['allow-partial'])
    throw new UsageError(
      '--allow-partial and --fail-fast exclude each other: a run that is cut short is never taken for an answer',
    );
  if (isSet('timeout') && isSet('cluster-timeout'))
    throw new UsageError('--timeout and --cluster-timeout mean the same; give one of them');
  const clusterTimeoutMs = values.timeout ?? values['cluster-timeout'];
  const connectTimeoutMs = values['connect-timeout'];
  const total =
    values['total-timeout'] ?? (config.execution.totalTimeout === 'auto' ? undefined : config.execution.totalTimeout);
  const concurrency = values.concurrency ?? config.execution.maxConcurrency;
  if (concurrency < 1) throw new UsageError(`--concurrency must be at least 1, not ${concurrency}`);
  const expect = values['expect-clusters'];
  const providerFile = values['clusterprofile-provider-file'];
  if (expect !== undefined && expect < 0) throw new UsageError(`--expect-clusters must not be negative, not ${expect}`);
  const namespace = values.namespace || env.namespace;
  const problem = namespace && pathSegmentProblem(namespace);
  if (problem) throw new UsageError(`invalid namespace ${JSON.stringify(namespace)}: [${problem}]`);
  return {
    clusters: isSet('clusters') ? values.clusters : env.clusters === undefined ? [] : [env.clusters],
    exclude: values.exclude,
    clusterSelector: values['cluster-selector']
      ? parseLabelSelector(values['cluster-selector'], '--cluster-selector')
      : undefined,
    groups: values.group,
    expectClusters: expect,
    includeUnhealthy: values['include-unhealthy'],
    discovery: {
      source: values.source ?? 'auto',
      hubContext: { flag: values['hub-context'] || undefined, env: env.hubContext },
      hubNamespaces: values['hub-namespace'],
      refresh: values.refresh,
      useCache: !values['no-cache'],
      allowStale: true,
      pin: values.pin || env.pin || config.pin || undefined,
    },
    limits: {
      lanes: concurrency,
      clusterTimeoutMs: clusterTimeoutMs ?? config.execution.timeout,
      totalTimeoutMs: total,
      connectTimeoutMs: connectTimeoutMs ?? config.execution.connectTimeout,
      qps: config.execution.qps,
      burst: config.execution.burst,
      maxSockets: config.execution.maxSocketsPerCluster,
      requestTimeoutMs: values['request-timeout'] ?? 0,
      failFast,
      asked: { clusterTimeoutMs, connectTimeoutMs },
    },
    allowPartial: values['allow-partial'],
    namespace,
    impersonate: impersonation(values.as, values['as-group'], values['as-uid']),
    useCache: !values['no-cache'],
    placements: values.placement,
    placementNamespace: values['placement-namespace'],
    providerFile: providerFile && expandPath(providerFile, { home: host.home, env: host.env, base: host.cwd }),
    pinMode: {
      pin: config.access.endpoints.pin,
      firstUse: values['accept-new-clusters'] ? 'accept' : config.access.endpoints.firstUse,
    },
  };
}

function impersonation(
  user: string | undefined,
  groups: readonly string[],
  uid: string | undefined,
): Impersonate | undefined {
  if (!user && groups.length === 0 && !uid) return undefined;
  if (!user) throw new UsageError('--as-group and --as-uid need --as: requests are made as a user');
  return { user, ...(groups.length > 0 ? { groups } : {}), ...(uid ? { uid } : {}) };
}
