import { groupResourceOf } from '../api/kind.ts';
import type { APIResource } from '../api/kubernetes.ts';

/** The resource types of one API server in discovery order (groups and versions by the server's preference). */
export interface RESTMapper {
  /** The types a word stands for: one for a name ("po", "deploy.apps", "widgets.v1.example.com", "Pod"), many for a category, none if unknown. */
  resolve(word: string): readonly APIResource[];
  /** The type of an object, or undefined where the server does not serve its kind in that version. */
  forKind(apiVersion: string, kind: string): APIResource | undefined;
  readonly resources: readonly APIResource[];
}

/** Indexes discovered types the way kubectl's REST mapper does: exact group first, then a prefix of the group; short names and kinds last. */
export function createRESTMapper(resources: readonly APIResource[]): RESTMapper {
  const byWord = new Map<string, APIResource[]>();
  const byShort = new Map<string, APIResource[]>();
  const byKind = new Map<string, APIResource[]>();
  const byCategory = new Map<string, APIResource[]>();
  const add = (map: Map<string, APIResource[]>, key: string, value: APIResource) => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const resource of resources) {
    add(byWord, resource.name, resource);
    if (resource.singular && resource.singular !== resource.name) add(byWord, resource.singular, resource);
    for (const short of resource.shortNames) add(byShort, short, resource);
    for (const category of resource.categories) add(byCategory, category, resource);
    add(byKind, resource.kind.toLowerCase(), resource);
  }
  const named = (word: string): APIResource | undefined => {
    const lower = word.toLowerCase();
    for (const map of [byWord, byShort, byKind]) {
      const found = inMap(map, lower);
      if (found) return found;
    }
    return undefined;
  };
  return {
    resources,
    resolve(word) {
      const category = byCategory.get(word);
      if (category && !word.includes('.')) return uniqueTypes(category);
      const found = named(word);
      return found ? [found] : [];
    },
    forKind(apiVersion, kind) {
      const slash = apiVersion.indexOf('/');
      const group = slash < 0 ? '' : apiVersion.slice(0, slash);
      const version = apiVersion.slice(slash + 1);
      return byKind
        .get(kind.toLowerCase())
        ?.find((resource) => resource.kind === kind && resource.group === group && resource.version === version);
    },
  };
}

/** Looks up `name`, `name.group` or `name.version.group`; a fully spelled version wins over a group that begins alike. */
function inMap(map: ReadonlyMap<string, readonly APIResource[]>, word: string): APIResource | undefined {
  const dot = word.indexOf('.');
  if (dot < 0) return map.get(word)?.[0];
  const candidates = map.get(word.slice(0, dot));
  if (!candidates) return undefined;
  const rest = word.slice(dot + 1);
  const second = rest.indexOf('.');
  if (second >= 0) {
    const version = rest.slice(0, second);
    const group = rest.slice(second + 1);
    const exact = candidates.find((resource) => resource.version === version && resource.group === group);
    if (exact) return exact;
  }
  return (
    candidates.find((resource) => resource.group === rest) ??
    candidates.find((resource) => resource.group.startsWith(rest))
  );
}

/** One entry per group and plural name: a category lists every version, a reader wants the preferred one. */
function uniqueTypes(resources: readonly APIResource[]): readonly APIResource[] {
  const seen = new Set<string>();
  return resources.filter((resource) => {
    const key = groupResourceOf(resource);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** `/api/v1` or `/apis/apps/v1`, the root of a type's URLs. */
export function groupVersionPath(resource: APIResource): string {
  return resource.group ? `/apis/${resource.group}/${resource.version}` : `/api/${resource.version}`;
}

/** The URL path of a list (or of one object) of a type in a namespace; "" means all namespaces. */
export function resourcePath(resource: APIResource, namespace: string, name?: string, subresource?: string): string {
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const sub = subresource ? `/${encodeURIComponent(subresource)}` : '';
  return `${groupVersionPath(resource)}${scope}/${resource.name}${object}${sub}`;
}
