import type { Attempt, RESTClient } from '../../client/restclient.ts';
import { ClusterFailure } from '../../errors.ts';

/** Who a server takes us for (authentication.k8s.io/v1 UserInfo). */
export interface Identity {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Asks a server who we are (SelfSubjectReview, KEP-3325). Throws ClusterFailure, with NoMatch where it is older than that. */
export async function askIdentity(client: RESTClient, attempt: Attempt): Promise<Identity> {
  const answer = await review<{ readonly status?: { readonly userInfo?: Partial<Identity> } }>(
    client,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', path: 'selfsubjectreviews' },
    {},
    attempt,
  ).catch((error: unknown) => {
    if (!(error instanceof ClusterFailure) || error.error.reason !== 'NoMatch') throw error;
    const message = 'the server does not say who we are: it is older than Kubernetes 1.28 (no SelfSubjectReview v1)';
    throw new ClusterFailure({ ...error.error, type: 'NoMatch', message });
  });
  const { username, uid, groups, extra } = answer.status?.userInfo ?? {};
  if (typeof username !== 'string')
    throw new ClusterFailure({
      type: 'InvalidResponse',
      message: 'the answer to SelfSubjectReview names no user',
      retriable: false,
    });
  return { username, groups: groups ?? [], ...(uid && { uid }), ...(extra && { extra }) };
}

/** What somebody wants to do: with a resource, or with a path of the server. */
export type AccessQuestion =
  | {
      readonly verb: string;
      readonly group: string;
      readonly version?: string;
      readonly resource: string;
      readonly subresource?: string;
      readonly name?: string;
      /** "" for all of them. */
      readonly namespace: string;
    }
  | { readonly verb: string; readonly path: string };

/** What a server says about a question. */
export interface AccessAnswer {
  readonly allowed: boolean;
  /** Its reason and, where it could not evaluate everything, that; "" for none. */
  readonly reason: string;
}

/** Asks a server whether we may do something (SelfSubjectAccessReview). Throws ClusterFailure. */
export async function askAccess(client: RESTClient, question: AccessQuestion, attempt: Attempt): Promise<AccessAnswer> {
  const spec = 'path' in question ? { nonResourceAttributes: question } : { resourceAttributes: question };
  const { status } = await review<{
    readonly status?: { readonly allowed?: boolean; readonly reason?: string; readonly evaluationError?: string };
  }>(
    client,
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', path: 'selfsubjectaccessreviews' },
    { spec },
    attempt,
  );
  const parts = [status?.reason, status?.evaluationError].filter(Boolean);
  return { allowed: status?.allowed === true, reason: parts.join(' - ') };
}

interface ReviewKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
}

/** Reviews are POSTed and change nothing. */
async function review<T>(client: RESTClient, type: ReviewKind, more: object, attempt: Attempt): Promise<T> {
  const { apiVersion, kind, path } = type;
  return await client.json<T>(
    {
      method: 'POST',
      path: `/apis/${apiVersion}/${path}`,
      contentType: 'application/json',
      body: JSON.stringify({ apiVersion, kind, ...more }),
    },
    attempt,
  );
}
