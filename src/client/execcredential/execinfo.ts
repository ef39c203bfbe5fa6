import type { ExecConfig, RESTConfig } from '../restconfig.ts';

/** What a plugin is told about itself (KUBERNETES_EXEC_INFO); see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
export interface ExecInfo {
  readonly kind: 'ExecCredential';
  readonly apiVersion: string;
  readonly spec: { readonly cluster?: Readonly<Record<string, unknown>>; readonly interactive: boolean };
}

/** The part of a config that a plugin may be told. */
export type ExecCluster = Pick<RESTConfig, 'server' | 'tls' | 'proxy' | 'disableCompression'>;

/** Makes it; the cluster is told only with `provideClusterInfo`, and only keys with a value appear. */
export function execInfo(exec: ExecConfig, cluster: ExecCluster, interactive: boolean): ExecInfo {
  return {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { ...(exec.provideClusterInfo && { cluster: clusterInfo(exec, cluster) }), interactive },
  };
}

function clusterInfo(exec: ExecConfig, { server, tls, proxy, disableCompression }: ExecCluster) {
  return {
    server,
    ...(tls.serverName && { 'tls-server-name': tls.serverName }),
    ...(tls.insecure && { 'insecure-skip-tls-verify': true }),
    ...(tls.ca !== undefined && { 'certificate-authority-data': Buffer.from(tls.ca).toString('base64') }),
    ...(proxy && { 'proxy-url': proxy }),
    ...(disableCompression && { 'disable-compression': true }),
    ...(exec.clusterConfig != null && { config: exec.clusterConfig }),
  };
}
