import type { RESTConfig } from '../client/restconfig.ts';
import { ClusterFailure } from '../errors.ts';
import { restConfigFor } from '../kubeconfig/restconfig.ts';
import type { DiscoveryDeps, DiscoveryRequest } from './inventory.ts';
import { unknownContext } from './unknownname.ts';

/** The context that is, or may be, the hub. */
export interface HubContext {
  readonly context: string;
  /** Named by somebody: it never falls back to anything else. */
  readonly explicit: boolean;
  readonly config: RESTConfig;
  /** The context's namespace. */
  readonly namespace?: string | undefined;
}

/** A context that cannot even be tried, because of what the kubeconfig says about it. */
export interface UnusableContext {
  readonly context: string;
  readonly explicit: boolean;
  readonly failure: ClusterFailure;
}

/**
 * Picks the hub: `--hub-context`, its variable, the mapping file, the config file, else the current context. UsageError
 * for a named context that is not there; undefined where there is nothing to try. Impersonation flags never reach it.
 */
export async function hubContext(
  request: DiscoveryRequest,
  deps: DiscoveryDeps,
): Promise<HubContext | UnusableContext | undefined> {
  const { flag, env } = request.hubContext;
  const named: readonly (readonly [string | undefined, string])[] = [
    [flag, '--hub-context'],
    [env, 'KUBECTL_MC_HUB_CONTEXT'],
    [deps.mapping.hubContext, 'hubContext of the mapping file'],
    [deps.config.discovery.hubContext, 'discovery.hubContext of the config file'],
  ];
  const [name, origin] = named.find(([value]) => value) ?? [];
  const kubeconfig = await deps.kubeconfig();
  const context = name || kubeconfig.currentContext;
  if (!context) return undefined;
  if (!kubeconfig.contexts.has(context)) {
    // A current-context that leads nowhere is nobody's hub.
    if (!name) return undefined;
    throw unknownContext(context, [...kubeconfig.contexts.keys()], [`it is named by ${origin}`]);
  }
  try {
    const { config, namespace } = await restConfigFor(kubeconfig, context);
    return { context, explicit: Boolean(name), config, namespace };
  } catch (error) {
    if (!(error instanceof ClusterFailure)) throw error;
    return { context, explicit: Boolean(name), failure: error };
  }
}
