import { RESET } from '../api/fleet-event.ts';
import { groupResourceOf } from '../api/kind.ts';
import type { KubeObject, Table } from '../api/kubernetes.ts';
import type { NotFound, Outcome } from '../api/outcome.ts';
import type { Page } from '../api/page.ts';
import type { ReadRequest } from '../api/request.ts';
import { listPages } from '../client/pages.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
import { type RESTMapper, resourcePath } from '../restmapper/mapper.ts';
import { negotiate } from './accept.ts';
import { type Plan, planSteps, type Step } from './resolve.ts';

/** One cluster as an operation sees it. */
export interface Session {
  readonly client: RESTClient;
  /** The namespace of this cluster when the request does not ask for all. */
  readonly namespace: string;
  /** What the server serves; `fresh` asks again where the answer came from a cache. */
  mapper(attempt: Attempt, fresh?: boolean): Promise<RESTMapper>;
  /** True once the mapper came from the server itself in this run. */
  mapperIsFresh(): boolean;
}

type Answered = Extract<Outcome, { kind: 'answered' }>;

/** Reads everything a request asks for from one cluster, page by page; what it lacks is in the returned outcome. */
export async function* readResources(
  session: Session,
  request: ReadRequest,
  attempt: Attempt,
): AsyncGenerator<Page | typeof RESET, Answered> {
  const notFound: NotFound[] = [];
  const gone = new Set<string>();
  const failures: ClusterFailure[] = [];
  const plan = await planFor(session, request, attempt);
  const steps = [...plan.steps];
  for (let step = steps.shift(); step; step = steps.shift()) {
    const last = steps[0]?.asked !== step.asked || steps[0]?.resource !== step.resource;
    try {
      if (step.name === undefined) yield* readList(session, request, step, attempt);
      else yield await readObject(session, request, { ...step, name: step.name }, attempt, last);
    } catch (error) {
      if (!(error instanceof ClusterFailure)) throw error;
      const missing = missingOf(error, step);
      if (missing === 'type') {
        const again = await replaced(session, request, step, attempt);
        if (again) steps.unshift(again);
        else gone.add(groupResourceOf(step.resource));
      } else if (missing) notFound.push(missing);
      else if (isAboutOneType(error) && plan.steps.length > 1) failures.push(error);
      else throw error;
    }
  }
  if (failures[0]) throw failures[0];
  const missingKind = [...plan.missing, ...gone];
  return {
    kind: 'answered',
    ...(notFound.length > 0 ? { notFound } : {}),
    ...(missingKind.length > 0 ? { missingKind } : {}),
  };
}

/** A word that is not in the cached discovery may be new on the server: it is asked once more before we say no. */
async function planFor(session: Session, request: ReadRequest, attempt: Attempt): Promise<Plan> {
  const plan = planSteps(request.asked, await session.mapper(attempt));
  if (plan.missing.length === 0 || session.mapperIsFresh()) return plan;
  return planSteps(request.asked, await session.mapper(attempt, true));
}

/** A type that the cached discovery knows and the server does not: served in another version by now, or gone. */
async function replaced(
  session: Session,
  request: ReadRequest,
  step: Step,
  attempt: Attempt,
): Promise<Step | undefined> {
  if (session.mapperIsFresh()) return undefined;
  const plan = planSteps(request.asked, await session.mapper(attempt, true));
  return plan.steps.find(
    (other) =>
      other.asked === step.asked &&
      other.name === step.name &&
      groupResourceOf(other.resource) === groupResourceOf(step.resource),
  );
}

async function* readList(
  session: Session,
  request: ReadRequest,
  step: Step,
  attempt: Attempt,
): AsyncGenerator<Page | typeof RESET, void> {
  const namespace = namespaceOf(session, request, step);
  const { accept, query } = negotiate(request.projection, false);
  const selectors: (readonly [string, string])[] = [];
  if (request.labelSelector) selectors.push(['labelSelector', request.labelSelector]);
  if (request.fieldSelector) selectors.push(['fieldSelector', request.fieldSelector]);
  const pages = listPages(
    session.client,
    {
      path: resourcePath(step.resource, namespace),
      query: [...query, ...selectors],
      accept,
      limit: request.chunkSize,
      ...(request.requestTimeoutMs > 0 ? { timeoutMs: request.requestTimeoutMs } : {}),
    },
    attempt,
  );
  for await (const page of pages) {
    if (page.restart) yield RESET;
    else yield toPage(page.body, step, namespace, { named: false, last: !page.body.metadata?.continue });
  }
}

async function readObject(
  session: Session,
  request: ReadRequest,
  step: Step & { readonly name: string },
  attempt: Attempt,
  last: boolean,
): Promise<Page> {
  const namespace = namespaceOf(session, request, step);
  const { accept, query } = negotiate(request.projection, true);
  const body = await session.client.json<Table | KubeObject>(
    {
      method: 'GET',
      path: resourcePath(step.resource, namespace, step.name, request.subresource),
      query,
      accept,
      ...(request.requestTimeoutMs > 0 ? { timeoutMs: request.requestTimeoutMs } : {}),
    },
    attempt,
  );
  return toPage(body, step, namespace, { named: true, last });
}

function namespaceOf(session: Session, request: ReadRequest, step: Step): string {
  if (!step.resource.namespaced) return '';
  return step.namespace ?? (request.allNamespaces ? '' : session.namespace);
}

/** A server that cannot make Tables of a type answers with the objects themselves; printers take both. */
function toPage(
  body: unknown,
  step: Step,
  namespace: string,
  { named, last }: { readonly named: boolean; readonly last: boolean },
): Page {
  const base = { asked: step.asked, resource: step.resource, namespace, named, last };
  const answer = body as { kind?: string; items?: readonly KubeObject[]; metadata?: { resourceVersion?: string } };
  if (answer.kind === 'Table') return { ...base, table: body as Table };
  if (named) return { ...base, objects: [body as KubeObject] };
  return { ...base, objects: answer.items ?? [], resourceVersion: answer.metadata?.resourceVersion ?? '' };
}

/** Tells a missing object from a missing type: a Status that names the object is about the object. */
function missingOf(error: ClusterFailure, step: Step): NotFound | 'type' | undefined {
  if (error.error.type !== 'NotFound') return undefined;
  if (error.error.reason === 'NoMatch') return 'type';
  if (step.name === undefined) return undefined;
  return { resource: groupResourceOf(step.resource), name: step.name, message: error.error.message };
}

/** An error that says nothing about the next type: kubectl goes on with the others, too. */
function isAboutOneType(error: ClusterFailure): boolean {
  const { code } = error.error;
  return code !== undefined && code >= 400 && code < 500 && code !== 401 && code !== 429;
}
