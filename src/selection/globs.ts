import { Minimatch } from 'minimatch';
import type { Cluster } from '../api/cluster.ts';

/**
 * A cluster's name is one word, not a path (EKS ARNs hold slashes), so minimatch gets to see another character for `/`;
 * with one more in front no name is `.` or `..`, which it would keep from `*`.
 */
function asWord(text: string): string {
  return `\u0000${text.replaceAll('/', '\u0000')}`;
}

/** A pattern for clusters, parsed once; `literal` is the name it means where it holds no wildcard. */
export interface ClusterPattern {
  readonly text: string;
  readonly literal: string | undefined;
  matches(name: string): boolean;
}

/** Whether a pattern names one cluster: it holds none of minimatch's wildcards `*`, `?`, `[…]` and no backslash. */
export function isLiteral(pattern: string): boolean {
  return !/[*?\\]|\[.+\]/s.test(pattern);
}

/**
 * Parses one pattern: `*`, `?` and `[a-z]` are wildcards, `*` and `?` match `/` too, everything else stands for itself (also a
 * leading `!` or `#`, braces and parentheses). Case counts. A name that equals the pattern letter by letter always matches.
 */
export function parseClusterPattern(text: string): ClusterPattern {
  if (isLiteral(text)) return { text, literal: text, matches: (name) => name === text };
  const glob = new Minimatch(asWord(text), {
    nonegate: true,
    nocomment: true,
    noext: true,
    nobrace: true,
    noglobstar: true,
    dot: true,
    // The same on every system: on Windows minimatch would take a backslash for a separator.
    platform: 'linux',
  });
  return { text, literal: undefined, matches: (name) => name === text || glob.match(asWord(name)) };
}

/**
 * Whether a pattern means a cluster. For a ClusterProfile a pattern without `/` is held against metadata.name, one with `/`
 * against `namespace/name` and the aliases; other clusters have one name, whatever it holds.
 */
export function matchesCluster(pattern: ClusterPattern, cluster: Cluster): boolean {
  return namesFor(pattern, cluster).some((name) => pattern.matches(name));
}

/** Whether the user wrote this very cluster's name, and not a pattern that happens to match it. */
export function namesLiterally(pattern: ClusterPattern, cluster: Cluster): boolean {
  return namesFor(pattern, cluster).includes(pattern.text);
}

function namesFor({ text }: ClusterPattern, { name, ref, aliases }: Cluster): readonly string[] {
  if (ref === undefined) return [name];
  return text.includes('/') ? [`${ref.namespace}/${ref.name}`, ...aliases] : [ref.name];
}
