import type { ListBody } from '../../client/pages.ts';
import { listPages } from '../../client/pages.ts';
import type { Attempt, RESTClient } from '../../client/restclient.ts';
import { ClusterFailure } from '../../errors.ts';
import type { Session } from '../../resource/read.ts';
import type { Clock } from '../../system/clock.ts';

/** What one member said about itself. */
export interface MemberFacts {
  /** `v1.36.3`. */
  readonly version: string;
  /** Milliseconds that its clock is ahead of ours, absent where it does not tell the time. */
  readonly aheadMs?: number;
  /** `widgets.example.com (v1, v1beta1)`; undefined where it was not asked, null where it may not be read. */
  readonly crds?: readonly string[] | null;
  readonly namespaces?: readonly string[] | null;
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Asks one member for its version and time, and with `consistency` for its CRDs and namespaces. */
export function askMember(clock: Clock, consistency: boolean) {
  return async function* ask({ client }: Session, attempt: Attempt): AsyncGenerator<MemberFacts, undefined> {
    const begun = clock.now();
    const answer = await client.do({ method: 'GET', path: '/version' }, attempt);
    const middle = (begun + clock.now()) / 2;
    const date = Date.parse(String(answer.headers['date'] ?? ''));
    const version = gitVersion(answer.body);
    // The header has whole seconds, cut off.
    const time = Number.isNaN(date) ? {} : { aheadMs: date + 500 - middle };
    const lists = consistency
      ? { crds: await crdsOf(client, attempt), namespaces: await namespacesOf(client, attempt) }
      : {};
    yield { version, ...time, ...lists };
    return undefined;
  };
}

function gitVersion(body: Buffer): string {
  try {
    return String((JSON.parse(body.toString('utf8')) as { readonly gitVersion?: unknown }).gitVersion ?? 'unknown');
  } catch {
    throw new ClusterFailure({
      type: 'InvalidResponse',
      message: 'the answer to /version is not JSON',
      hint: 'is this the address of a Kubernetes API server?',
      retriable: false,
    });
  }
}

interface CRD {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly versions?: readonly { readonly name?: string; readonly served?: boolean }[] };
}

async function crdsOf(client: RESTClient, attempt: Attempt) {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  return await all(client, attempt, { path, limit: 100 }, ({ metadata, spec }: CRD) => {
    const served = (spec?.versions ?? []).filter((version) => version.served).map(({ name }) => name);
    return `${metadata?.name} (${served.sort().join(', ')})`;
  });
}

async function namespacesOf(client: RESTClient, attempt: Attempt) {
  const request = { path: '/api/v1/namespaces', limit: 500, accept: METADATA_ONLY };
  return await all(client, attempt, request, ({ metadata }: CRD) => metadata?.name ?? '');
}

/** All items of a list in a few words, sorted; null where we may not read them. */
async function all(
  client: RESTClient,
  attempt: Attempt,
  request: { readonly path: string; readonly limit: number; readonly accept?: string },
  words: (item: CRD) => string,
): Promise<readonly string[] | null> {
  const found: string[] = [];
  try {
    for await (const page of listPages<ListBody & { readonly items?: readonly CRD[] }>(client, request, attempt)) {
      if (page.restart) found.length = 0;
      else found.push(...(page.body.items ?? []).map(words));
    }
  } catch (error) {
    if (error instanceof ClusterFailure && (error.error.code === 403 || error.error.code === 404)) return null;
    throw error;
  }
  return found.sort();
}
