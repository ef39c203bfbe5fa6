import type { APIResource } from '../api/kubernetes.ts';
import type { AskedResource } from '../api/request.ts';
import type { RESTMapper } from '../restmapper/mapper.ts';

/** One list or one named object to read from one cluster. */
export interface Step {
  readonly asked: number;
  readonly resource: APIResource;
  /** Undefined lists. */
  readonly name?: string;
  /** The namespace a manifest fixes; undefined means the command's. */
  readonly namespace?: string;
}

/** What one cluster has to be asked, and which words it does not know. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly missing: readonly string[];
}

/** Turns what was asked into steps for one server; categories become the types it serves. */
export function planSteps(asked: readonly AskedResource[], mapper: RESTMapper): Plan {
  const found: { at: number; resource: APIResource; names: readonly string[]; namespace?: string | undefined }[] = [];
  const missing: string[] = [];
  for (const [at, one] of asked.entries()) {
    if (one.kind === 'object') {
      const resource = mapper.forKind(one.apiVersion, one.objectKind);
      if (resource) found.push({ at, resource, names: [one.name], namespace: one.namespace });
      else missing.push(`${one.objectKind} in version ${JSON.stringify(one.apiVersion)}`);
      continue;
    }
    const resources = mapper.resolve(one.word);
    if (resources.length === 0) missing.push(one.word);
    // A category holds types that cannot be listed (bindings, reviews): kubectl passes over them.
    const readable = resources.length > 1 ? resources.filter((resource) => resource.verbs.includes('list')) : resources;
    for (const resource of readable) found.push({ at, resource, names: one.names });
  }
  return { missing, steps: found.flatMap((one, nth) => stepsOf(one, blockIndex(found, nth))) };
}

/** Named objects of one type that follow each other are one block, as kubectl prints them under one header. */
function blockIndex(
  found: readonly { at: number; resource: APIResource; names: readonly string[] }[],
  nth: number,
): number {
  let at = nth;
  while (
    at > 0 &&
    found[nth]?.names.length &&
    found[at - 1]?.names.length &&
    found[at - 1]?.resource === found[nth]?.resource
  )
    at -= 1;
  return found[at]?.at ?? 0;
}

function stepsOf(
  one: { resource: APIResource; names: readonly string[]; namespace?: string | undefined },
  asked: number,
): readonly Step[] {
  const base = { asked, resource: one.resource, ...(one.namespace ? { namespace: one.namespace } : {}) };
  return one.names.length === 0 ? [base] : one.names.map((name) => ({ ...base, name }));
}
