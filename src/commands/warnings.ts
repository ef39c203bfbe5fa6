/** `Warning:` headers of all servers of a run, told once each with a count of clusters. */
export interface Warnings {
  add(cluster: string, text: string): void;
  /** One line per text: `Warning: …` as kubectl prints it, `(on N clusters)` where several said it. */
  lines(): readonly string[];
}

/** Collects warnings. */
export function openWarnings(): Warnings {
  const clusters = new Map<string, Set<string>>();
  return {
    add(cluster, text) {
      const known = clusters.get(text);
      if (known) known.add(cluster);
      else clusters.set(text, new Set([cluster]));
    },
    lines: () =>
      [...clusters].map(([text, from]) => `Warning: ${text}${from.size > 1 ? ` (on ${from.size} clusters)` : ''}`),
  };
}
