/** metav1.Status documents with the wording of a real API server (recorded from v1.36). */

/** The part of a Status that differs from failure to failure; `details` absent = none. */
export interface StatusOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A Status with `status: Failure`, keys in the order of the real server. */
export function failure(code: number, reason: string, message: string, options: StatusOptions = {}): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: options.metadata ?? {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(options.details ? { details: options.details } : {}),
    code,
  };
}

const known: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: [
    'Forbidden',
    'pods is forbidden: User "somebody" cannot list resource "pods" in API group "" in the namespace "default"',
  ],
  404: ['NotFound', 'the server could not find the requested resource'],
  409: [
    'Conflict',
    'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
  ],
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'Internal error occurred: etcdserver: leader changed'],
  502: ['', 'bad gateway'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
};

/** The Status that a code usually comes with. */
export function statusOf(code: number, options: { retryAfterSeconds?: number; message?: string } = {}): object {
  const [reason, message] = known[code] ?? ['', `status ${code}`];
  const details =
    options.retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds: options.retryAfterSeconds } };
  return failure(code, reason, options.message ?? message, details);
}

const expiredMessage =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, ' +
  'or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an ' +
  'inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** The 410 of a continue token that is too old; the new token starts where the old one did, at any revision (rv -1). */
export function expiredPage(token: string): object {
  return failure(410, 'Expired', expiredMessage, { metadata: { continue: inconsistentToken(token) } });
}

/** The token's start key without its revision, as the real server makes it. */
function inconsistentToken(token: string): string {
  try {
    const { v, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { v: string; start: string };
    const next = { v, rv: -1, start: start.replace(/^\//, '') };
    return Buffer.from(JSON.stringify(next)).toString('base64url');
  } catch {
    return token;
  }
}
