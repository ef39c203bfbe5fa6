import type { AccessWarning } from '../access/warnings.ts';
import { nameList } from '../aggregator/report.ts';

/** Collects what is odd about the ways into clusters, so that each thing is told once. */
export interface AccessWarnings {
  add(cluster: string, warning: AccessWarning): void;
  /** `Warning: cluster "a", "b": … (W-…)`. */
  lines(): readonly string[];
}

/** Opens the collection of one command. */
export function openAccessWarnings(): AccessWarnings {
  const found = new Map<string, { readonly warning: AccessWarning; readonly clusters: string[] }>();
  return {
    add(cluster, warning) {
      const key = `${warning.code} ${warning.message}`;
      const entry = found.get(key) ?? { warning, clusters: [] };
      entry.clusters.push(cluster);
      found.set(key, entry);
    },
    lines: () =>
      [...found.values()].map(({ warning: { code, message }, clusters }) => {
        // This one is about a provider, whatever clusters it serves.
        const who = code === 'W-APPEND-RISK' ? '' : `cluster ${nameList(clusters.map((name) => `"${name}"`))}: `;
        return `Warning: ${who}${message} (${code})`;
      }),
  };
}
