import { join } from 'node:path';
import type { RESTConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { readText } from '../system/files.ts';
import type { Host } from '../system/host.ts';
import { missingFile, reasonOf } from './clusterinfo.ts';

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account of the pod we run in. */
export interface InClusterConfig {
  readonly config: RESTConfig;
  /** The pod's namespace. */
  readonly namespace: string;
}

/** client-go's rest.InClusterConfig plus the namespace; a ClusterFailure names what is missing when we are in no pod. */
export async function inClusterConfig(host: Host, folder: string = mounted): Promise<InClusterConfig> {
  const setting = (name: string) => {
    const value = host.env[name];
    if (!value) throw notInCluster(`${name} is not set`);
    return value;
  };
  const address = setting('KUBERNETES_SERVICE_HOST');
  const port = setting('KUBERNETES_SERVICE_PORT');
  const need = async (name: string) => {
    const path = join(folder, name);
    const text = await readText(path).catch((error: unknown) => {
      throw notInCluster(`open ${path}: ${reasonOf(error)}`);
    });
    if (text === undefined) throw notInCluster(`open ${path}: ${missingFile}`);
    return text;
  };
  const [ca, namespace] = await Promise.all([need('ca.crt'), need('namespace'), need('token')]);
  return {
    config: {
      server: `https://${address.includes(':') ? `[${address}]` : address}:${port}`,
      tls: { ca },
      // The file and not its content: the kubelet rotates it.
      auth: { tokenFile: join(folder, 'token') },
      origin: 'in-cluster',
    },
    namespace: namespace.trim() || 'default',
  };
}

function notInCluster(what: string): ClusterFailure {
  return new ClusterFailure({
    type: 'NoContext',
    message: `not running in a cluster: ${what}`,
    reason: 'NotInCluster',
    retriable: false,
  });
}
