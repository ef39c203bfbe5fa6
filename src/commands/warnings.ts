/** `Warning:` headers of all servers of a run, told once each with a count of servers. */
export interface Warnings {
  add(server: string, text: string): void;
  /** One line per text: `Warning: …` as kubectl prints it, `(on N clusters)` where several servers said it. */
  lines(): readonly string[];
}

/** Collects warnings; `of` counts the clusters behind a server, where several contexts share one. */
export function openWarnings(): Warnings {
  const servers = new Map<string, Set<string>>();
  return {
    add(server, text) {
      const known = servers.get(text);
      if (known) known.add(server);
      else servers.set(text, new Set([server]));
    },
    lines: () =>
      [...servers].map(([text, from]) => `Warning: ${text}${from.size > 1 ? ` (on ${from.size} clusters)` : ''}`),
  };
}
