import { COLOURS, MAPPING_KIND, type Mapping, type MappingEntry } from '../api/mapping.ts';
import type { Host } from '../system/host.ts';
import { type ConfigFile, type FileChoice, fieldFile, readConfigFile } from './configfile.ts';
import {
  choice,
  duration,
  type FieldFile,
  flag,
  integer,
  type Leaf,
  listOf,
  optional,
  path,
  readField,
  recordOf,
  section,
  text,
} from './fields.ts';

/** The mapping with one line for each key that nobody knows, beginning `FILE:LINE:COL: `. */
export interface LoadedMapping {
  readonly mapping: Mapping;
  readonly warnings: readonly string[];
}

/** Loads `--mapping`, KUBECTL_MC_MAPPING or ~/.kube/kubectl-mc-clusters.yaml (which may be missing); UsageError for anything wrong in it. */
export async function loadMapping(request: {
  readonly host: Host;
  readonly flag?: string | undefined;
}): Promise<LoadedMapping> {
  const { host } = request;
  return mappingOf(await readConfigFile(mappingChoice(request)), host);
}

/** Which file is the mapping file. */
export function mappingChoice(request: { readonly host: Host; readonly flag?: string | undefined }): FileChoice {
  return {
    host: request.host,
    kind: MAPPING_KIND,
    flag: { name: '--mapping', value: request.flag },
    variable: 'KUBECTL_MC_MAPPING',
    defaultName: 'kubectl-mc-clusters.yaml',
  };
}

/** The mapping that a parsed file holds; UsageError for anything wrong in it. */
export function mappingOf(found: ConfigFile | undefined, host: Host): LoadedMapping {
  if (found === undefined) return { mapping: { groups: {}, clusters: [] }, warnings: [] };

  const warnings: string[] = [];
  const file = fieldFile({ ...found, host, onWarning: (message) => warnings.push(message) });
  const content = readField(mappingSchema, found.value, [], file);
  const clusters = content.clusters.map((entry, index): MappingEntry => {
    if (entry.name === '') file.fail(['clusters', index], 'name is missing');
    return { ...entry, file: found.path, line: found.document.at(['clusters', index]).line };
  });
  refuseDuplicates(clusters, file);
  const { hubContext } = content;
  return {
    mapping: { path: found.path, ...(hubContext && { hubContext }), groups: content.groups, clusters },
    warnings,
  };
}

type WrittenEntry = Omit<MappingEntry, 'file' | 'line'>;

/** The same cluster twice would make the order of the file decide, so it is refused. */
function refuseDuplicates(clusters: readonly MappingEntry[], file: FieldFile): void {
  const lines = new Map<string, number>();
  clusters.forEach((entry, index) => {
    const key = entry.namespace === undefined ? entry.name : `${entry.namespace}/${entry.name}`;
    const first = lines.get(key);
    if (first !== undefined) file.fail(['clusters', index, 'name'], `"${key}" is already on line ${first}`);
    lines.set(key, entry.line);
  });
}

/** A string where "" means the same as no key at all. */
function some(inner: Leaf<string>): Leaf<string | undefined> {
  return {
    kind: 'leaf',
    initial: () => undefined,
    read: (value, at, file) => inner.read(value, at, file) || undefined,
  };
}

/** Every key of one entry of the mapping file. */
export const entrySchema = section<WrittenEntry>({
  name: text(),
  namespace: some(text()),
  context: some(text()),
  kubeconfig: some(path()),
  defaultNamespace: some(text()),
  color: optional(choice('red', COLOURS)),
  description: some(text()),
  labels: recordOf(text()),
  protected: flag(false),
  cloudProvider: some(text()),
  region: some(text()),
  cloud: section({
    clusterName: some(text()),
    project: some(text()),
    resourceGroup: some(text()),
    subscription: some(text()),
    clusterID: some(text()),
  }),
  connection: section({
    timeout: optional(duration(0)),
    connectTimeout: optional(duration(0)),
    qps: optional(integer(1, 1, 1_000_000)),
    burst: optional(integer(1, 1, 1_000_000)),
    maxSockets: optional(integer(1, 1, 1000)),
  }),
});

/** Every key of the mapping file with its type and default. */
export const mappingSchema = section<{
  readonly hubContext: string;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly clusters: readonly WrittenEntry[];
}>({ hubContext: text(), groups: recordOf(listOf(text())), clusters: listOf(entrySchema) });
