/** The types that one sort of server (hub, member, member without widgets) serves. */
import type { ServedType } from './listing.ts';
import type { DiscoveredResource, Recorded } from './recorded.ts';

/** The types of one API by `version/resource` or `group/version/resource`, with what discovery says of each. */
export type ServedTypes = ReadonlyMap<string, ServedType & { readonly discovered: DiscoveredResource }>;

/** Groups of the server itself have no dot or end in `.k8s.io`; all others come from CustomResourceDefinitions. */
export function isBuiltIn(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

/** The recording without the custom groups that this sort of server has not. */
export function apiWithout(recorded: Recorded, missing: readonly string[]): Recorded {
  return { ...recorded, groups: recorded.groups.filter(({ metadata }) => !missing.includes(metadata.name ?? '')) };
}

/** Looks up all types of an API once. */
export function servedTypes({ core, groups, lists }: Recorded): ServedTypes {
  const types = new Map<string, ServedType & { readonly discovered: DiscoveredResource }>();
  for (const group of [core, ...groups]) {
    const name = group.metadata.name ?? '';
    for (const { version, resources = [] } of group.versions) {
      const apiVersion = name === '' ? version : `${name}/${version}`;
      for (const discovered of resources) {
        const key = `${apiVersion}/${discovered.resource}`;
        const { kind } = discovered.responseKind;
        types.set(key, {
          key,
          group: name,
          apiVersion,
          resource: discovered.resource,
          kind,
          namespaced: discovered.scope === 'Namespaced',
          custom: !isBuiltIn(name),
          list: lists[key] ?? { kind: `${kind}List`, columns: [] },
          discovered,
        });
      }
    }
  }
  return types;
}
