import type { Status } from '../api/kubernetes.ts';
import { type ClusterError, ClusterFailure, type ErrorType } from '../errors.ts';
import { describeBody } from './excerpt.ts';
import type { WireAnswer } from './exchange.ts';

/**
 * An answer that is not 2xx as a typed failure; `cause` is the Status where one came (see `statusOf`).
 * NotFound has the reason NotFound only where the server named the object; a path or type it does not serve has NoMatch.
 */
export function statusFailure(answer: WireAnswer, now: number): ClusterFailure {
  const { status: code, headers, body } = answer;
  if (code >= 300 && code < 400) return redirect(code, headers.location);
  const status = parseStatus(body);
  const what = describeBody(headers['content-type'], body);
  const message = status?.message || `the server answered ${code} (${what})`;
  const reason = status?.reason;
  const retryAfterMs = retryAfter(headers['retry-after'], status, now);
  const error: ClusterError = {
    ...(reason && { reason }),
    ...classify(code, status, message),
    code,
  };
  return new ClusterFailure(error, {
    ...(status && { cause: status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The Status that a failure came with, undefined where the server sent none. */
export function statusOf(failure: ClusterFailure): Status | undefined {
  const { cause } = failure;
  return isStatus(cause) ? cause : undefined;
}

/** A failure for an answer that cannot be what was asked for. */
export function invalidResponse(
  message: string,
  options: { code?: number; hint?: string; cause?: unknown } = {},
): ClusterFailure {
  const { cause, ...facts } = options;
  return new ClusterFailure({ type: 'InvalidResponse', message, retriable: false, ...facts }, { cause });
}

type Kind = Pick<ClusterError, 'type' | 'message' | 'retriable' | 'hint' | 'reason'>;

function classify(code: number, status: Status | undefined, message: string): Kind {
  const of = (type: ErrorType, retriable = false): Kind => ({ type, message, retriable });
  switch (code) {
    case 400:
    case 422:
      return of('Invalid');
    case 401:
      return {
        type: 'Unauthorized',
        message: `the server does not accept the credentials (${status?.message || 'Unauthorized'})`,
        hint: 'log in again, or check the user of this context',
        retriable: false,
      };
    case 403:
      return of('Forbidden');
    case 404:
      return notFound(status, message);
    case 409:
      return of('Conflict');
    case 410:
      return { ...of('Invalid'), reason: status?.reason || 'Expired' };
    case 429:
      return of('TooManyRequests', true);
    default:
      if (code >= 500) return of('ServerError', code === 502 || code === 503 || code === 504);
      return of(status ? 'Invalid' : 'InvalidResponse');
  }
}

function notFound(status: Status | undefined, message: string): Kind {
  if (status?.details?.name) return { type: 'NotFound', reason: 'NotFound', message, retriable: false };
  return {
    type: 'NotFound',
    reason: 'NoMatch',
    message: status?.message || 'the server could not find the requested resource',
    retriable: false,
  };
}

function redirect(code: number, location: string | undefined): ClusterFailure {
  const host =
    location && URL.canParse(location, 'https://same.invalid') ? new URL(location, 'https://same.invalid').host : '';
  const where = host === '' ? 'nowhere' : host === 'same.invalid' ? 'another path of its own' : host;
  return invalidResponse(`the server answered ${code} and points to ${where}; redirects are not followed`, {
    code,
    hint: 'is the server address that of an API server, or of a login page in front of it?',
  });
}

function parseStatus(body: Buffer): Status | undefined {
  if (body[0] !== 0x7b && body[0] !== 0x20 && body[0] !== 0x0a) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status';
}

/** Retry-After as seconds or as a date, else the Status' own seconds; milliseconds. */
function retryAfter(header: string | undefined, status: Status | undefined, now: number): number | undefined {
  if (header !== undefined) {
    const text = header.trim();
    if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
    const date = Date.parse(text);
    if (!Number.isNaN(date)) return Math.max(0, date - now);
  }
  const seconds = status?.details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}
