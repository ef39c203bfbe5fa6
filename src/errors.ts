/** The error family and the exit codes of the program. Nothing here knows how errors are shown. */

/** Exit codes: 0 all answered, 1 none did or could not start, 2 misuse, 3 some did; 128+n for signals, 141 for a closed stdout. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  partial: 3,
  hangup: 129,
  interrupt: 130,
  closed: 141,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Why a cluster did not answer. `Internal` is a bug of ours and nothing else. */
export type ErrorType =
  | 'Timeout'
  | 'ConnectionRefused'
  | 'ConnectionReset'
  | 'DNS'
  | 'TLS'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'NoMatch'
  | 'Conflict'
  | 'Invalid'
  | 'TooManyRequests'
  | 'ServerError'
  | 'InvalidResponse'
  | 'NoContext'
  | 'UnknownContext'
  | 'NoAccess'
  | 'EndpointRefused'
  | 'ExecPlugin'
  | 'Unhealthy'
  | 'NotAttempted'
  | 'Canceled'
  | 'Internal';

/** One cluster's failure as data; it is printed in MultiClusterResult as it stands, so it never holds a secret. */
export interface ClusterError {
  readonly type: ErrorType;
  /** One sentence, unescaped: whoever prints it escapes it. */
  readonly message: string;
  readonly details?: string;
  /** What the user can do about it. */
  readonly hint?: string;
  /** `connect`, `request` or `total` of a Timeout, `fail-fast` of what that ended, the E-code of a refusal, or the `reason` of a Kubernetes Status. */
  readonly reason?: string;
  /** The HTTP status where a server answered. */
  readonly code?: number;
  readonly retriable: boolean;
  /** For writes: whether the request reached the server. */
  readonly sent?: 'no' | 'maybe' | 'yes';
}

/** A typed failure of one cluster on its way to the executor, which turns it into a value. */
export class ClusterFailure extends Error {
  readonly error: ClusterError;
  /** Milliseconds that the server asked us to wait (Retry-After), where it did. */
  readonly retryAfterMs: number | undefined;
  constructor(error: ClusterError, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(error.message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ClusterFailure';
    this.error = error;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The whole command cannot go on: `message` is the one line for stderr (without `error: `), `line` the whole line where it has a form of its own, `more` are further lines. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly more: readonly string[];
  readonly line: string | undefined;
  constructor(
    message: string,
    options: { exitCode?: ExitCode; more?: readonly string[]; line?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'CommandError';
    this.exitCode = options.exitCode ?? ExitCode.failure;
    this.more = options.more ?? [];
    this.line = options.line;
  }
}

/** Misuse: a flag, an argument, a configuration or mapping file that cannot be taken; exit 2. */
export class UsageError extends CommandError {
  constructor(message: string, options: { more?: readonly string[]; cause?: unknown } = {}) {
    super(message, { ...options, exitCode: ExitCode.usage });
    this.name = 'UsageError';
  }
}
