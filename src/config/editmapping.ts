import { MAPPING_KIND, type Mapping, type MappingEntry } from '../api/mapping.ts';
import type { YAMLEdit } from '../serializer/yamledit.ts';
import type { Host } from '../system/host.ts';
import { parseConfigFile } from './configfile.ts';
import { type EditContext, type Edited, editConfigFile } from './editfile.ts';
import { mappingChoice, mappingOf } from './mapping.ts';

/** An entry as it is written, in the order of its keys; undefined takes a key away. */
export type WrittenEntry = { readonly [K in keyof Omit<MappingEntry, 'file' | 'line'>]?: MappingEntry[K] | undefined };

/** The mapping file in an editor's hands; entries are counted as in the file. */
export interface MappingEdit {
  readonly mapping: Mapping;
  add(entries: readonly WrittenEntry[]): void;
  /** Sets and removes keys of one entry. */
  change(index: number, keys: WrittenEntry): void;
  /** Sets one label of an entry, or takes it away. */
  label(index: number, key: string, value: string | undefined): void;
  remove(index: number): void;
}

/** Edits the mapping file (which may be missing); comments, order and every line that is not concerned stay as they are. */
export async function editMapping(
  request: EditContext & { readonly host: Host; readonly flag?: string | undefined },
  edit: (mapping: MappingEdit) => void,
): Promise<Edited<Mapping>> {
  const { host } = request;
  const read = async (text: string, path: string) => {
    const found = await parseConfigFile(text, path, { host, kind: MAPPING_KIND });
    return mappingOf(found, host).mapping;
  };
  return await editConfigFile(mappingChoice(request), request, read, (open, mapping) => {
    const state = { open };
    edit(editorOf(mapping, state));
    return state.open;
  });
}

/** The place of an entry by `name` or `namespace/name`, -1 where there is none; a bare name must be the only one. */
export function entryIndex(mapping: Mapping, name: string): number {
  const full = mapping.clusters.findIndex((entry) => entryName(entry) === name);
  if (full !== -1) return full;
  const bare = mapping.clusters.flatMap((entry, index) => (entry.name === name ? [index] : []));
  return bare.length === 1 ? (bare[0] as number) : -1;
}

/** `namespace/name`, or the bare name. */
export function entryName({ namespace, name }: Pick<MappingEntry, 'namespace' | 'name'>): string {
  return namespace ? `${namespace}/${name}` : name;
}

function editorOf(mapping: Mapping, state: { open: YAMLEdit }): MappingEdit {
  const path = (index: number, ...keys: readonly string[]) => ['clusters', index, ...keys];
  return {
    mapping,
    add(entries) {
      const values = entries.map((entry) => plain(entry));
      if (values.length > 0) state.open = state.open.apply({ kind: 'append', path: ['clusters'], values });
    },
    change(index, keys) {
      for (const [key, value] of Object.entries(keys)) {
        state.open =
          value === undefined
            ? state.open.apply({ kind: 'remove', path: path(index, key) })
            : state.open.apply({ kind: 'set', path: path(index, key), value });
      }
    },
    label(index, key, value) {
      const { labels = {} } = (state.open.value as { clusters: { labels?: object | null }[] }).clusters[index] ?? {};
      const last = value === undefined && Object.keys(labels ?? {}).every((one) => one === key);
      const at = last ? path(index, 'labels') : path(index, 'labels', key);
      state.open = state.open.apply(
        value === undefined ? { kind: 'remove', path: at } : { kind: 'set', path: at, value },
      );
    },
    remove(index) {
      state.open = state.open.apply({ kind: 'remove', path: path(index) });
    },
  };
}

function plain(entry: WrittenEntry): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}
