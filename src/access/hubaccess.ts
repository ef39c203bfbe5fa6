import type { Cluster } from '../api/cluster.ts';
import type { ExecConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { readText } from '../system/files.ts';
import { decodeCAData, readCABundle } from './cabundle.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointPolicy } from './endpointpolicy.ts';
import type { ProviderAccess } from './providers.ts';
import type { AccessWarning } from './warnings.ts';

/** A cluster of a hub with the profile it came from. */
export type HubCluster = Cluster & { readonly ref: { readonly namespace: string; readonly name: string } };

/** The texts of the CA files that rewrites name, by path; one that cannot be read is absent. */
export type CAFiles = ReadonlyMap<string, string>;

/** Reads the CA files of a policy once. */
export async function readCAFiles({ rewrites }: EndpointPolicy): Promise<CAFiles> {
  const paths = [...new Set(rewrites.map(({ caFile }) => caFile).filter(Boolean))];
  const texts = await Promise.all(paths.map((path) => readText(path).catch(() => undefined)));
  return new Map(paths.flatMap((path, at) => (texts[at] === undefined ? [] : [[path, texts[at]] as const])));
}

/** What goes into a connection to a cluster that a hub described. */
export interface HubAccess {
  readonly cluster: HubCluster;
  readonly endpoint: Endpoint;
  readonly exec: ExecConfig;
  /** As it is pinned. */
  readonly provider: string;
  readonly policy: EndpointPolicy;
  readonly caFiles: CAFiles;
  readonly caution?: string | undefined;
  readonly warnings: readonly AccessWarning[];
}

/** Puts the connection together with what is pinned about it; throws ClusterFailure for certificates that are none. */
export function hubAccess(access: HubAccess): ProviderAccess {
  const { cluster, endpoint, policy, caution } = access;
  const bundle = bundleOf(access);
  const proxy = endpoint.proxy ?? (policy.useEnvironmentProxy ? undefined : '');
  const serverName = endpoint.tlsServerName;
  return {
    kind: 'config',
    config: {
      server: endpoint.server,
      tls: {
        ...(bundle && { ca: bundle.pem }),
        ...(serverName !== undefined && { serverName }),
        ...(endpoint.insecure && { insecure: true }),
      },
      ...(proxy !== undefined && { proxy }),
      ...(endpoint.disableCompression && { disableCompression: true }),
      auth: { exec: access.exec },
    },
    seen: {
      key: keyOf(cluster),
      aliases: cluster.aliases,
      ...(cluster.uid !== undefined && { uid: cluster.uid }),
      pin: {
        server: endpoint.server,
        tlsServerName: serverName ?? '',
        proxyURL: endpoint.proxy ?? '',
        // Unchecked TLS is something else than any authority: moving to it is a change like no other.
        ca: endpoint.insecure ? ['not verified'] : (bundle?.fingerprints ?? 'system'),
        provider: access.provider,
      },
      ...(caution !== undefined && { caution }),
    },
    warnings: [...endpoint.warnings, ...access.warnings],
  };
}

/** `namespace/name`. */
export function keyOf({ ref }: HubCluster): string {
  return `${ref.namespace}/${ref.name}`;
}

/** The cluster, where it came from a hub. */
export function fromHub(cluster: Cluster): HubCluster | undefined {
  return cluster.source === 'hub' && cluster.ref ? { ...cluster, ref: cluster.ref } : undefined;
}

/** Runs `work`, and makes the refusal of a cluster of what it throws. */
export function orRefused(work: () => ProviderAccess): ProviderAccess {
  try {
    return work();
  } catch (error) {
    if (error instanceof ClusterFailure) return { kind: 'refused', error: error.error };
    throw error;
  }
}

function bundleOf({ endpoint, caFiles }: HubAccess) {
  if (endpoint.caFile !== undefined) return readCABundle(caFiles.get(endpoint.caFile), endpoint.caFile);
  if (endpoint.caData === undefined) return undefined;
  return readCABundle(decodeCAData(endpoint.caData), 'its certificate-authority-data');
}
