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

const KIND = ', Kind=';

/** `example.com/v1, Kind=Widget`: how a kind of a manifest is named where it is missing (Go's GroupVersionKind as text). */
export function kindWord(apiVersion: string, kind: string): string {
  return `${apiVersion}${KIND}${kind}`;
}

/** kubectl's words for a type that a server does not have: a word of the command line, or a kindWord. */
export function missingTypeText(type: string): string {
  const at = type.indexOf(KIND);
  if (at < 0) return `the server doesn't have a resource type ${JSON.stringify(type)}`;
  return `no matches for kind ${JSON.stringify(type.slice(at + KIND.length))} in version ${JSON.stringify(type.slice(0, at))}`;
}
