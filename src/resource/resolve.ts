import { kindWord } from '../api/kind.ts';
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
  /** What the user calls the type, for saying that the server lacks it; absent for the types of a category. */
  readonly word?: string;
}

/** What one cluster has to be asked, and which words it does not know. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly missing: readonly string[];
}

/** Turns what was asked into steps for one server; categories become the types it serves. */
export function planSteps(asked: readonly AskedResource[], mapper: RESTMapper): Plan {
  const found: Found[] = [];
  const missing: string[] = [];
  for (const [at, one] of asked.entries()) {
    if (one.kind === 'object') {
      const resource = mapper.forKind(one.apiVersion, one.objectKind);
      const word = kindWord(one.apiVersion, one.objectKind);
      if (resource) found.push({ at, resource, names: [one.name], word, namespace: one.namespace });
      else missing.push(word);
      continue;
    }
    const { word, names } = one;
    const resources = mapper.resolve(word);
    if (resources.length === 0) missing.push(word);
    // A category holds types that cannot be listed (bindings, reviews): kubectl passes over them.
    const [only, ...others] = resources;
    if (only && others.length === 0) found.push({ at, resource: only, names, word });
    else
      for (const resource of resources)
        if (resource.verbs.includes('list')) found.push({ at, resource, names, word: undefined });
  }
  // `pods,po` is one type: kubectl lists it once.
  const once = found.filter(
    (one, nth) =>
      one.names.length > 0 ||
      found.findIndex((other) => other.resource === one.resource && other.names.length === 0) === nth,
  );
  return {
    missing: [...new Set(missing)],
    steps: once.flatMap((one, nth) => stepsOf(one, blockIndex(once, nth))),
  };
}

/** One asked type of one server, with the names wanted of it. */
interface Found {
  readonly at: number;
  readonly resource: APIResource;
  readonly names: readonly string[];
  readonly word: string | undefined;
  readonly namespace?: string | undefined;
}

/** Named objects of one type that follow each other are one block, as kubectl prints them under one header. */
function blockIndex(found: readonly Found[], nth: number): number {
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

function stepsOf({ resource, names, word, namespace }: Found, asked: number): readonly Step[] {
  const base = { asked, resource, ...(namespace ? { namespace } : {}), ...(word !== undefined ? { word } : {}) };
  return names.length === 0 ? [base] : names.map((name) => ({ ...base, name }));
}
