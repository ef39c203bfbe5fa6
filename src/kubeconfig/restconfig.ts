import type { Impersonate, RESTConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { readText } from '../system/files.ts';
import { authInfo, mergeImpersonate } from './authinfo.ts';
import { clusterInfo, type ReadFile } from './clusterinfo.ts';
import type { Kubeconfig } from './kubeconfig.ts';

/** A context ready to be used. */
export interface ContextConfig {
  readonly config: RESTConfig;
  /** The context's own namespace. */
  readonly namespace?: string;
}

/** What `restConfigFor` may be told. */
export interface RESTConfigOptions {
  /** From the flags `--as…`; laid upon what the kubeconfig says. */
  readonly impersonate?: Impersonate;
  /** Reads certificate files; hand in one that remembers when many contexts share them. */
  readonly readFile?: ReadFile;
}

/** Turns a context into a RESTConfig as client-go's ClientConfig does; everything that is wrong with it is a ClusterFailure. */
export async function restConfigFor(
  kubeconfig: Kubeconfig,
  contextName: string,
  options: RESTConfigOptions = {},
): Promise<ContextConfig> {
  const context = kubeconfig.contexts.get(contextName);
  if (context === undefined) throw noContext(`context "${contextName}" is not in your kubeconfig`);
  if (context.cluster === '') throw noContext(`cluster was not specified for context "${contextName}"`);
  const clusterEntry = kubeconfig.clusters.get(context.cluster);
  if (clusterEntry === undefined)
    throw noContext(`cluster "${context.cluster}" was not found for context "${contextName}"`);
  const userEntry = kubeconfig.users.get(context.user);
  if (userEntry === undefined && context.user !== '')
    throw noContext(`user "${context.user}" was not found for context "${contextName}"`);

  const readFile = options.readFile ?? readText;
  const { execConfig, ...where } = await clusterInfo(context.cluster, clusterEntry, readFile);
  // A context without a user is anonymous, as with kubectl.
  const who = userEntry ? await authInfo(context.user, userEntry, { execConfig, readFile }) : { auth: {} };
  const impersonate = mergeImpersonate(context.user, who.impersonate, options.impersonate);
  return {
    config: { ...where, auth: who.auth, ...(impersonate && { impersonate }), origin: contextName },
    ...(context.namespace !== undefined && { namespace: context.namespace }),
  };
}

function noContext(message: string): ClusterFailure {
  return new ClusterFailure({ type: 'NoContext', message, retriable: false });
}
