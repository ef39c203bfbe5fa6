/** What each cluster of a fleet holds, from the fleet's options. */
import type { ServerContents } from './apiserver.ts';
import { type Discovery, makeDiscovery } from './discovery.ts';
import type { SimulatedOptions, SimulatedServer } from './fleet-api.ts';
import type { ClusterFacts, Item } from './item.ts';
import { memberContents } from './kinds/contents.ts';
import { clusterProfiles, type ProfileFacts } from './kinds/custom.ts';
import { readRecorded } from './recorded.ts';
import { apiWithout, type ServedTypes, servedTypes } from './served-types.ts';

const inventory = 'multicluster.x-k8s.io';
const regions = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'] as const;
const stages = ['prod', 'staging', 'dev'] as const;

/** The namespace of all profiles on the hub. */
export const profileNamespace = 'fleet';

interface Hosting {
  readonly servers: ReadonlyMap<string, SimulatedServer>;
  readonly caData: string;
}

/** Labels that selectors can work with: `env` and `region`. */
export function profileLabels(index: number): Readonly<Record<string, string>> {
  return { env: stages[index % stages.length] ?? '', region: regions[index % regions.length] ?? '' };
}

/** Returns the contents by cluster name; `hosting` is asked when the hub lists its profiles, URLs are known by then. */
export function makeContents(
  options: SimulatedOptions,
  names: readonly string[],
  hosting: () => Hosting,
): (name: string) => ServerContents {
  const recorded = readRecorded();
  const startedMs = Date.now();
  const sorts = {
    hub: sortOf(['example.com']),
    member: sortOf([inventory]),
    bare: sortOf([inventory, 'example.com']),
  };
  const recent = new Map<string, readonly Item[]>();

  function sortOf(missing: readonly string[]): { readonly types: ServedTypes; readonly discovery: Discovery } {
    const api = apiWithout(recorded, missing);
    return { types: servedTypes(api), discovery: makeDiscovery(api, '192.0.2.1:6443') };
  }

  return (name) => {
    const index = names.indexOf(name);
    const isHub = index < 0;
    const widgets = isHub ? undefined : options.widgets ? options.widgets(name, index) : 3;
    const version = options.version?.(name, index) ?? recorded.version['gitVersion'] ?? '';
    const facts: ClusterFacts = {
      name,
      index: isHub ? 0 : index,
      startedMs,
      namespace: options.namespace ?? 'default',
      pods: isHub ? 0 : (options.pods ?? 10),
      widgets,
      version,
    };
    const refused = options.forbidden?.[name];
    return {
      facts,
      ...(isHub ? sorts.hub : widgets === undefined ? sorts.bare : sorts.member),
      version: { ...recorded.version, minor: version.split('.')[1] ?? '', gitVersion: version },
      items: (key) => remembered(`${name}|${key}`, () => (isHub ? hubItems(facts, key) : memberItems(facts, key))),
      forbids: ({ resource }) => refused === 'all' || (refused?.includes(resource) ?? false),
    };
  };

  /** Pages of one long list come close together: the last few lists are kept. */
  function remembered(key: string, make: () => readonly Item[]): readonly Item[] {
    const items = recent.get(key) ?? make();
    recent.delete(key);
    recent.set(key, items);
    const oldest = recent.keys().next().value;
    if (recent.size > 16 && oldest !== undefined) recent.delete(oldest);
    return items;
  }

  function memberItems(facts: ClusterFacts, key: string): readonly Item[] {
    return memberContents[key]?.(facts) ?? [];
  }

  function hubItems(facts: ClusterFacts, key: string): readonly Item[] {
    if (key !== `${inventory}/v1alpha1/clusterprofiles`) {
      return key === 'v1/namespaces' ? memberItems(facts, key) : [];
    }
    const { servers, caData } = hosting();
    const profiles = names.map(
      (name, index): ProfileFacts => ({
        name,
        namespace: profileNamespace,
        server: servers.get(name)?.url ?? '',
        caData,
        version: options.version?.(name, index) ?? recorded.version['gitVersion'] ?? '',
        healthy: !options.unhealthy?.includes(name),
        joined: !options.notJoined?.includes(name),
        labels: profileLabels(index),
      }),
    );
    return clusterProfiles(facts, profiles);
  }
}
