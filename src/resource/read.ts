import { RESET } from '../api/fleet-event.ts';
import { groupResourceOf } from '../api/kind.ts';
import type { NotFound, Outcome } from '../api/outcome.ts';
import type { Page } from '../api/page.ts';
import type { ReadRequest } from '../api/request.ts';
import { listPages } from '../client/pages.ts';
import type { Attempt, RESTClient } from '../client/restclient.ts';
import { ClusterFailure } from '../errors.ts';
import { type RESTMapper, resourcePath } from '../restmapper/mapper.ts';
import { pathSegmentProblem } from '../selection/pathsegment.ts';
import { negotiate } from './accept.ts';
import { pageOf } from './page.ts';
import { type Plan, planSteps, type Step } from './resolve.ts';

/** One cluster as an operation sees it. */
export interface Session {
  readonly client: RESTClient;
  /** The namespace of this cluster when the request does not ask for all. */
  readonly namespace: string;
  /** What the server serves; `fresh` is what it said in this run, asked once: the same mapper again where that is known already. */
  mapper(attempt: Attempt, fresh?: boolean): Promise<RESTMapper>;
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
    try {
      if (step.name === undefined) yield* readList(session, request, step, attempt);
      else yield await readObject(session, request, { ...step, name: step.name }, attempt);
    } catch (error) {
      if (!(error instanceof ClusterFailure)) throw error;
      const missing = missingOf(error, request, step);
      if (missing === 'type') {
        const again = replaced(request, step, await session.mapper(attempt, true));
        if (again) steps.unshift(again);
        else if (step.word !== undefined) gone.add(step.word);
      } else if (missing) notFound.push(missing);
      else if (isAboutOneType(error) && plan.steps.length > 1)
        failures.push(withWayOut(error, session, request, step, attempt));
      else throw withWayOut(error, session, request, step, attempt);
    }
  }
  if (failures[0]) throw failures[0];
  const missingKind = [...new Set([...plan.missing, ...gone])];
  return {
    kind: 'answered',
    ...(notFound.length > 0 ? { notFound } : {}),
    ...(missingKind.length > 0 ? { missingKind } : {}),
  };
}

/** A refusal with the command that asks the cluster what is allowed there. */
function withWayOut(
  error: ClusterFailure,
  session: Session,
  request: ReadRequest,
  step: Step,
  { cluster }: Attempt,
): ClusterFailure {
  if (error.error.type !== 'Forbidden' || error.error.hint !== undefined || cluster === undefined) return error;
  const verb = step.name === undefined ? 'list' : 'get';
  const space = step.resource.namespaced
    ? request.allNamespaces
      ? ' -A'
      : ` -n ${step.namespace ?? session.namespace}`
    : '';
  const hint = `ask with: kubectl mc auth can-i ${verb} ${groupResourceOf(step.resource)}${space} --clusters='${cluster}'`;
  return new ClusterFailure({ ...error.error, hint }, { cause: error });
}

/** A word that is not in the kept discovery may be new on the server: it is asked once more before we say no. */
async function planFor(session: Session, request: ReadRequest, attempt: Attempt): Promise<Plan> {
  const kept = await session.mapper(attempt);
  const plan = planSteps(request.asked, kept);
  if (plan.missing.length === 0) return plan;
  const fresh = await session.mapper(attempt, true);
  return fresh === kept ? plan : planSteps(request.asked, fresh);
}

/** A type that the kept discovery knows and the server does not: the step where it is served in another version by now, else undefined. */
function replaced(request: ReadRequest, step: Step, mapper: RESTMapper): Step | undefined {
  return planSteps(request.asked, mapper).steps.find(
    (other) =>
      other.asked === step.asked &&
      other.name === step.name &&
      other.namespace === step.namespace &&
      other.resource.version !== step.resource.version &&
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
      ...(request.onExpired ? { onExpired: request.onExpired } : {}),
    },
    attempt,
  );
  for await (const page of pages) {
    if (page.restart) yield RESET;
    else {
      const { asked, resource } = step;
      yield pageOf(page.body, { asked, resource, namespace, named: false, last: !page.body.metadata?.continue });
    }
  }
}

async function readObject(
  session: Session,
  request: ReadRequest,
  step: Step & { readonly name: string },
  attempt: Attempt,
): Promise<Page> {
  const namespace = namespaceOf(session, request, step);
  const problem = pathSegmentProblem(step.name);
  if (problem) throw invalid(`invalid resource name ${JSON.stringify(step.name)}: [${problem}]`);
  const { accept, query } = negotiate(request.projection, true);
  const body = await session.client.json<unknown>(
    {
      method: 'GET',
      path: resourcePath(step.resource, namespace, step.name, request.subresource),
      query,
      accept,
    },
    attempt,
  );
  // Every object asked for by name is whole by itself, whatever becomes of the next one.
  return pageOf(body, { asked: step.asked, resource: step.resource, namespace, named: true, last: true });
}

function namespaceOf(session: Session, request: ReadRequest, step: Step): string {
  if (!step.resource.namespaced) return '';
  const namespace = step.namespace ?? (request.allNamespaces ? '' : session.namespace);
  if (namespace === '' && step.name !== undefined)
    throw invalid(`no namespace set on resource ${groupResourceOf(step.resource)} "${step.name}"`);
  const problem = pathSegmentProblem(namespace);
  if (problem) throw invalid(`invalid namespace ${JSON.stringify(namespace)}: [${problem}]`);
  return namespace;
}

/** Tells a missing object from a missing type: a Status that names the object is about the object. */
function missingOf(error: ClusterFailure, { subresource }: ReadRequest, step: Step): NotFound | 'type' | undefined {
  if (error.error.type !== 'NotFound') return undefined;
  // The type is there, it may lack the subresource: that is the server's own error to tell.
  if (error.error.reason === 'NoMatch') return subresource ? undefined : 'type';
  if (step.name === undefined) return undefined;
  const { word, name } = step;
  const resource = groupResourceOf(step.resource);
  return { resource, name, message: error.error.message, ...(word !== undefined ? { word } : {}) };
}

/** What would ask the server for something else than was meant is never sent. */
function invalid(message: string): ClusterFailure {
  return new ClusterFailure({ type: 'Invalid', message, retriable: false });
}

/** An error that says nothing about the next type (refused, or its aggregated API is down): kubectl goes on with the others, too. */
function isAboutOneType(error: ClusterFailure): boolean {
  const { code } = error.error;
  if (code === undefined || code === 401 || code === 429) return false;
  return (code >= 400 && code < 500) || code === 500 || code === 503;
}
