import type { Cluster } from '../api/cluster.ts';
import type { Mapping, MappingEntry } from '../api/mapping.ts';

/** What the mapping file says about one cluster. */
export type Mapped =
  | { readonly kind: 'entry'; readonly entry: MappingEntry }
  | { readonly kind: 'ambiguous'; readonly name: string }
  | undefined;

/** Looks up entries of the mapping file by cluster. */
export interface MappingIndex {
  find(cluster: Cluster): Mapped;
}

/**
 * Indexes a mapping file. An entry is meant for `namespace/name` when it says so, otherwise for the one cluster of its
 * name: where several clusters share the name it is ambiguous for all of them. The full name beats the bare one.
 */
export function indexMapping(mapping: Mapping): MappingIndex {
  const byKey = new Map<string, MappingEntry>();
  const byName = new Map<string, MappingEntry[]>();
  for (const entry of mapping.clusters) {
    byKey.set(entry.namespace ? `${entry.namespace}/${entry.name}` : entry.name, entry);
    byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry]);
  }
  const found = (entry: MappingEntry | undefined): Mapped => entry && { kind: 'entry', entry };
  return {
    find(cluster) {
      const { ref, aliases, name, context } = cluster;
      if (cluster.source === 'file') return found(byKey.get(name) ?? only(byName.get(name)));
      if (ref === undefined) {
        const entry = byKey.get(name);
        // A context is itself: an entry of the same name that leads elsewhere is about another cluster.
        return found(entry && context !== undefined && leadsElsewhere(entry, context) ? undefined : entry);
      }
      for (const key of [`${ref.namespace}/${ref.name}`, ...aliases]) {
        const entry = byKey.get(key);
        if (entry) return found(entry);
      }
      const bare = byKey.get(ref.name);
      // Discovery shows a cluster by its bare name only where no other has it.
      return bare && name !== ref.name ? { kind: 'ambiguous', name: ref.name } : found(bare);
    },
  };
}

function only(entries: readonly MappingEntry[] | undefined): MappingEntry | undefined {
  return entries?.length === 1 ? entries[0] : undefined;
}

function leadsElsewhere(entry: MappingEntry, context: string): boolean {
  return Boolean(entry.kubeconfig) || Boolean(entry.context && entry.context !== context);
}
