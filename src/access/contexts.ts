import type { MappingEntry } from '../api/mapping.ts';
import type { Impersonate } from '../client/restconfig.ts';
import { ClusterFailure, UsageError } from '../errors.ts';
import type { Kubeconfig } from '../kubeconfig/kubeconfig.ts';
import { loadFile } from '../kubeconfig/load.ts';
import { type ContextConfig, restConfigFor } from '../kubeconfig/restconfig.ts';
import { readText } from '../system/files.ts';

/** A context opened, and its name. */
export type OpenedContext = ContextConfig & { readonly context: string };

/** Opens kubeconfig contexts for many clusters: every file is read once, nothing is sent anywhere. */
export interface Contexts {
  has(name: string): Promise<boolean>;
  /** A context of the user's kubeconfig; throws ClusterFailure. */
  open(name: string): Promise<OpenedContext>;
  /** The context that an entry of the mapping file leads to, in the entry's own kubeconfig where it names one; throws ClusterFailure. */
  openMapped(entry: MappingEntry): Promise<OpenedContext>;
}

/** Prepares the lookups of one command; `impersonate` comes from the flags `--as…`. */
export function openContexts(deps: {
  readonly kubeconfig: () => Promise<Kubeconfig>;
  readonly impersonate?: Impersonate | undefined;
}): Contexts {
  const { impersonate } = deps;
  const readFile = once(readText);
  const ownFile = once((path: string) => loadFile(path));
  const open = async (kubeconfig: Kubeconfig, context: string) => {
    const opened = await restConfigFor(kubeconfig, context, { readFile, ...(impersonate && { impersonate }) });
    return { ...opened, context };
  };
  return {
    has: async (name) => (await deps.kubeconfig()).contexts.has(name),
    open: async (name) => await open(await deps.kubeconfig(), name),
    async openMapped({ context: named, kubeconfig: file }) {
      const kubeconfig = file ? await ownFile(file).catch(notThisCluster) : await deps.kubeconfig();
      const context = named || kubeconfig.currentContext;
      if (!context) throw missingContext(`its kubeconfig ${file} has no current-context`);
      if (!kubeconfig.contexts.has(context))
        throw missingContext(`mapped to context "${context}", which is not in ${file || 'your kubeconfig'}`);
      return await open(kubeconfig, context);
    },
  };
}

/** A broken file that one entry names is that cluster's trouble and nobody else's. */
function notThisCluster(error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  throw new ClusterFailure({ type: 'NoContext', message: error.message, retriable: false }, { cause: error });
}

function missingContext(message: string): ClusterFailure {
  return new ClusterFailure({ type: 'NoContext', message, reason: 'E-CONTEXT-MISSING', retriable: false });
}

function once<T>(read: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const reads = new Map<string, Promise<T>>();
  return (path) => {
    const known = reads.get(path) ?? read(path);
    reads.set(path, known);
    return known;
  };
}
