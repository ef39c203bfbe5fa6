import { RESET } from '../../src/api/fleet-event.ts';
import type { APIResource } from '../../src/api/kubernetes.ts';
import type { Outcome } from '../../src/api/outcome.ts';
import type { Page } from '../../src/api/page.ts';
import type { AskedResource, ReadRequest } from '../../src/api/request.ts';
import type { ClusterError } from '../../src/errors.ts';
import { ClusterFailure } from '../../src/errors.ts';
import { readResources, type Session } from '../../src/resource/read.ts';
import { createRESTMapper } from '../../src/restmapper/mapper.ts';
import { attempt, type Handler, type MemoryClient, memoryClient, types } from '../restmapper/memoryserver.ts';

/** `pods` or `pods/a`, as on the command line. */
export function asked(...words: readonly string[]): readonly AskedResource[] {
  return words.map((text) => {
    const [word = '', name] = text.split('/');
    return { kind: 'type', word, names: name === undefined ? [] : [name] };
  });
}

/** One object of a manifest. */
export function manifest(apiVersion: string, objectKind: string, name: string, namespace?: string): AskedResource {
  return { kind: 'object', apiVersion, objectKind, name, ...(namespace ? { namespace } : {}) };
}

/** A get; a list of words is what is asked. */
export function get(what: readonly AskedResource[], more: Partial<ReadRequest> = {}): ReadRequest {
  return {
    verb: 'get',
    asked: what,
    allNamespaces: false,
    chunkSize: 500,
    projection: 'None',
    ...more,
  };
}

/** What one read gave: pages (a reset drops the unfinished ones), how it ended, and what the server was asked. */
export interface Reading {
  readonly pages: readonly (Page | 'reset')[];
  readonly outcome: Outcome;
  readonly client: MemoryClient;
  /** How often the server was asked what it serves. */
  readonly discoveries: number;
}

/** Reads from a server in memory; `kept` is what a cache says it serves, `serves` what it says itself. */
export async function read(
  request: ReadRequest,
  handler: Handler,
  { kept, serves = types }: { kept?: readonly APIResource[]; serves?: readonly APIResource[] } = {},
): Promise<Reading> {
  const client = memoryClient(handler);
  const state = { discoveries: 0 };
  const fresh = createRESTMapper(serves);
  const cached = kept && createRESTMapper(kept);
  const session: Session = {
    client,
    namespace: 'team-a',
    mapper: async (_, again = false) => {
      if (cached && !again) return cached;
      state.discoveries += 1;
      return fresh;
    },
  };
  const pages: (Page | 'reset')[] = [];
  const ended = await drain(readResources(session, request, attempt), pages);
  return { pages, outcome: ended, client, discoveries: state.discoveries };
}

async function drain(steps: ReturnType<typeof readResources>, pages: (Page | 'reset')[]): Promise<Outcome> {
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      pages.push(step.value === RESET ? 'reset' : step.value);
    }
  } catch (error) {
    if (!(error instanceof ClusterFailure)) throw error;
    return { kind: 'failed', error: error.error };
  }
}

/** The error of a failed reading. */
export function errorOf({ outcome }: Reading): ClusterError {
  if (outcome.kind !== 'failed') throw new Error(`it ${outcome.kind}`);
  return outcome.error;
}

/** A Table with a name per row. */
export function table(names: readonly string[], more: object = {}): unknown {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '7' },
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }],
    rows: names.map((name) => ({ cells: [name] })),
    ...more,
  };
}

/** `pods.v1: a b` of each page, `reset` of each reset. */
export function shown({ pages }: Reading): readonly string[] {
  return pages.map((page) => {
    if (page === 'reset') return page;
    const rows = page.table
      ? (page.table.rows ?? []).map((row) => row.cells[0])
      : page.objects?.map((o) => o.metadata?.name);
    return [`${page.resource.name}.${page.resource.version}:`, ...(rows ?? [])].join(' ');
  });
}
