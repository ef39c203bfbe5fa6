/** `kind` of ~/.kube/kubectl-mc-clusters.yaml. */
export const MAPPING_KIND = 'ClusterMapping';

/** The colours that an entry's `color` may name. */
export const COLOURS = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'gray',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
] as const;
/** One of the colours of a terminal's palette. */
export type Colour = (typeof COLOURS)[number];

/** The mapping file as data; without a file everything is empty. */
export interface Mapping {
  /** The file it came from, absent when there is none. */
  readonly path?: string;
  readonly hubContext?: string;
  /** Globs over cluster names, by group (`--group`). */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** In the order of the file; `namespace/name` (or the bare name) is unique. */
  readonly clusters: readonly MappingEntry[];
}

/** What the user says about one cluster. */
export interface MappingEntry {
  /** Where the entry stands. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The cluster's name: the ClusterProfile's, or free where there is no hub. */
  readonly name: string;
  /** The ClusterProfile's namespace. */
  readonly namespace?: string;
  readonly context?: string;
  /** Absolute. */
  readonly kubeconfig?: string;
  /** The namespace of requests to this cluster where no flag says otherwise. */
  readonly defaultNamespace?: string;
  readonly color?: Colour;
  readonly description?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly protected: boolean;
  readonly cloudProvider?: string;
  readonly region?: string;
  readonly cloud: CloudMetadata;
  readonly connection: ConnectionSettings;
}

/** What the cloud calls the cluster, for `setup`. */
export interface CloudMetadata {
  readonly clusterName?: string;
  readonly project?: string;
  readonly resourceGroup?: string;
  readonly subscription?: string;
  readonly clusterID?: string;
}

/** One cluster's own limits; times in milliseconds, 0 = none; absent = as configured for all. */
export interface ConnectionSettings {
  readonly timeout?: number;
  readonly connectTimeout?: number;
  readonly qps?: number;
  readonly burst?: number;
  readonly maxSockets?: number;
}
