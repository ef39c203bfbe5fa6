import type { APIResource } from './kubernetes.ts';

/** `pod` or `deployment.apps`: the prefix of a name in `-o name` and in tables of several types. */
export function lowerKindOf(resource: APIResource): string {
  const kind = resource.kind.toLowerCase();
  return resource.group ? `${kind}.${resource.group}` : kind;
}

/** `pods` or `deployments.apps`: how kubectl spells a type in its messages. */
export function groupResourceOf(resource: APIResource): string {
  return resource.group ? `${resource.name}.${resource.group}` : resource.name;
}
