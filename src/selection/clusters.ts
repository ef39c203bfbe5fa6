import type { Cluster } from '../api/cluster.ts';
import { UsageError } from '../errors.ts';
import { didYouMean, someOf } from '../flags/suggest.ts';
import { type ClusterPattern, matchesCluster, namesLiterally, parseClusterPattern } from './globs.ts';
import { type LabelSelector, matchesLabels } from './labels.ts';

/** Which clusters of an inventory the user means. */
export interface ClusterSelection {
  /** Empty together with `groups` means all. */
  readonly include: readonly ClusterPattern[];
  /** Wins over everything. */
  readonly exclude: readonly ClusterPattern[];
  /** Held against labels and properties together; a label hides a property of its name. */
  readonly selector?: LabelSelector;
  /** Names of groups; their clusters are added to those of `include`. */
  readonly groups: readonly string[];
  /** Patterns by group, from the mapping file. */
  readonly groupDefinitions: Readonly<Record<string, readonly string[]>>;
}

/** What a selection found; whether an unknown name is an error or a note is for the command to say. */
export interface SelectedClusters {
  /** By name, in code units. */
  readonly selected: readonly Cluster[];
  /** Literal names of `include` and `exclude` that no cluster has. */
  readonly unknownIncludes: readonly string[];
  readonly unknownExcludes: readonly string[];
  /** Names of the selected clusters that `include` spells out; a group or a pattern does not count. */
  readonly literals: ReadonlySet<string>;
}

/**
 * Reads patterns from comma lists; blanks around them and empty places do not count. Throws UsageError naming the flag where
 * values were given and none of them says anything: an unset variable must not mean every cluster.
 */
export function parseClusterPatterns(texts: readonly string[], flag: string): readonly ClusterPattern[] {
  const words = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  const named = words.filter((text) => text !== '');
  if (texts.length > 0 && named.length === 0) throw new UsageError(`${flag} needs at least one name or pattern`);
  return [...new Set(named)].map(parseClusterPattern);
}

/** Picks clusters; throws UsageError for an unknown group. */
export function selectClusters(clusters: readonly Cluster[], selection: ClusterSelection): SelectedClusters {
  const { include, exclude, selector } = selection;
  const wanted = [...include, ...groupPatterns(selection)];
  const everything = include.length === 0 && selection.groups.length === 0;
  const selected = clusters
    .filter((cluster) => everything || wanted.some((pattern) => matchesCluster(pattern, cluster)))
    .filter((cluster) => !exclude.some((pattern) => matchesCluster(pattern, cluster)))
    .filter(
      (cluster) => selector === undefined || matchesLabels(selector, { ...cluster.properties, ...cluster.labels }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const isEmpty = (pattern: ClusterPattern) => !clusters.some((cluster) => matchesCluster(pattern, cluster));
  const unknown = (patterns: readonly ClusterPattern[]) =>
    patterns.filter((pattern) => pattern.literal !== undefined && isEmpty(pattern)).map(({ text }) => text);
  const named = selected.filter((cluster) => include.some((pattern) => namesLiterally(pattern, cluster)));
  return {
    selected,
    unknownIncludes: unknown(include),
    unknownExcludes: unknown(exclude),
    literals: new Set(named.map(({ name }) => name)),
  };
}

/** The error for names that no cluster has, with the names there are and the one that was probably meant. */
export function unknownClusters(names: readonly string[], clusters: readonly Cluster[]): UsageError {
  const contexts = clusters.length > 0 && clusters.every(({ source }) => source === 'kubeconfig');
  const spellings = new Set(
    clusters.flatMap(({ name, ref, aliases }) => [name, ...(ref ? [ref.name] : []), ...aliases]),
  );
  const quoted = names.map((name) => `'${name}'`).join(', ');
  const one = names.length === 1;
  const message = contexts
    ? `${one ? 'Context' : 'Contexts'} ${quoted} not found in kubeconfig`
    : `${one ? 'Cluster' : 'Clusters'} ${quoted} not found in the inventory`;
  return new UsageError(message, {
    more: [
      `Available ${contexts ? 'contexts' : 'clusters'}: ${someOf(clusters.map(({ name }) => name))}`,
      ...names.flatMap((name) => didYouMean(name, spellings)),
    ],
  });
}

function groupPatterns({ groups, groupDefinitions }: ClusterSelection): readonly ClusterPattern[] {
  return groups.flatMap((group) => {
    const patterns = Object.hasOwn(groupDefinitions, group) ? groupDefinitions[group] : undefined;
    if (patterns !== undefined) return patterns.map(parseClusterPattern);
    const available = Object.keys(groupDefinitions);
    throw new UsageError(`group '${group}' not found in the mapping file`, {
      more: [`Available groups: ${someOf(available)}`, ...didYouMean(group, available)],
    });
  });
}
