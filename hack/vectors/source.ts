import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveAccess } from '../../src/access/resolve.ts';
import type { Access } from '../../src/access/target.ts';
import type { Cluster } from '../../src/api/cluster.ts';
import type { MappingEntry } from '../../src/api/mapping.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { bareCluster } from '../../src/discovery/inventory.ts';
import type { Kubeconfig } from '../../src/kubeconfig/kubeconfig.ts';
import { host } from './host.ts';
import type { Actual, Given } from './suite.ts';

/** access.source: where the way into a cluster comes from. */
export async function source(given: Given): Promise<Actual> {
  const dir = await mkdtemp(join(tmpdir(), 'vectors-'));
  try {
    const providerFile = join(dir, 'providers.json');
    const names: readonly string[] = given.providers ?? [];
    const execConfig = { apiVersion: 'client.authentication.k8s.io/v1', command: 'plugin', interactiveMode: 'Never' };
    await writeFile(providerFile, JSON.stringify({ providers: names.map((name) => ({ name, execConfig })) }));
    const defaults = defaultConfig(host);
    const settings = { ...given.config?.access, ...given.config, ...given };
    const cluster = clusterOf(given.cluster, settings.hint);
    const targets = await resolveAccess([cluster], {
      host,
      config: {
        ...defaults,
        access: {
          ...defaults.access,
          contextNameFallback: settings.contextNameFallback ?? false,
          hubHints: settings.hubHints ?? 'ignore',
          recipes: { ...recipesOf(settings.recipes, defaults.access.recipes) },
        },
      },
      mapping: { groups: {}, clusters: (given.mapping ?? []).map(entryOf) },
      kubeconfig: async () => kubeconfigOf(given.contexts ?? []),
      overrides: {},
      literals: new Set(),
      includeUnhealthy: true,
      inventory: given.cluster.unique === false ? [cluster, twinOf(cluster)] : [cluster],
      hub: 'https://hub.example',
      providerFile,
    });
    return sourceOf(targets[0]?.access as Access);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function sourceOf(access: Access): Actual {
  if (access.kind === 'config') return { source: 'context', context: access.context };
  if (access.kind === 'untrusted') {
    const { provider } = access.seen.pin;
    return provider.startsWith('recipe:')
      ? { source: 'recipe', recipe: provider.slice('recipe:'.length) }
      : { source: 'provider', provider };
  }
  const { outcome } = access;
  if (outcome.kind === 'failed') return { error: { code: outcome.error.reason ?? '', message: outcome.error.message } };
  if (outcome.kind === 'skipped')
    return { error: { code: outcome.reason.code ?? '', message: outcome.reason.message } };
  return {};
}

function clusterOf({ key, name, unique, accessProviders = [], hasHint, hint }: Given, own: Given): Cluster {
  const [namespace = '', profile = ''] = key.split('/');
  const said =
    hint ??
    own ??
    (hasHint ? { command: 'aws', args: 'eks,get-token,--cluster-name,prod,--region,us-east-1' } : undefined);
  return {
    ...bareCluster(unique === false ? key : name, 'hub'),
    ref: { namespace, name: profile },
    // An address that every policy takes: these cases are about something else.
    accessProviders: accessProviders.map((provider: string) => ({
      name: provider,
      cluster: { server: 'https://abc.gr7.us-east-1.eks.amazonaws.com' },
    })),
    properties: said
      ? {
          'auth.exec.command': said.command,
          ...(said.args !== undefined && { 'auth.exec.args': said.args }),
          ...(said.clusterType && { 'cluster.type': said.clusterType }),
        }
      : {},
  };
}

/** Another cluster of the same name. */
function twinOf(cluster: Cluster): Cluster {
  const ref = { namespace: `${cluster.ref?.namespace}-twin`, name: cluster.ref?.name ?? '' };
  return { ...cluster, name: `${ref.namespace}/${ref.name}`, ref };
}

function entryOf(entry: Given): MappingEntry {
  return { file: 'mapping', line: 1, labels: {}, protected: false, cloud: {}, connection: {}, ...entry };
}

function recipesOf(written: Given, defaults: Given) {
  return Object.fromEntries(Object.keys(written ?? {}).map((name) => [name, { ...defaults[name], ...written[name] }]));
}

function kubeconfigOf(names: readonly string[]): Kubeconfig {
  const file = 'kubeconfig';
  return {
    contexts: new Map(names.map((name) => [name, { cluster: name, user: '', file }])),
    clusters: new Map(names.map((name) => [name, { fields: { server: `https://${encodeURIComponent(name)}` }, file }])),
    users: new Map(),
    files: [file],
    missing: [],
  };
}
