import { ClusterFailure } from '../../errors.ts';
import type { RESTConfig } from '../restconfig.ts';

/** The failure of a login through a plugin, in kubectl's words and with its prefix. */
export function pluginFailure(
  message: string,
  more: { readonly hint?: string | undefined; readonly reason?: string; readonly retriable?: boolean } = {},
): ClusterFailure {
  const { hint, reason, retriable = false } = more;
  return new ClusterFailure({
    type: 'ExecPlugin',
    message: `getting credentials: ${message}`,
    ...(hint && { hint }),
    ...(reason && { reason }),
    retriable,
  });
}

/** The failure of a plugin that is not installed; `hint` is its installHint. */
export function notFound(command: string, hint?: string): ClusterFailure {
  return pluginFailure(`exec: executable ${command} not found`, { hint, reason: 'NotFound' });
}

/** The failure of every plugin where no program may be started. */
export function notStartedHere({ auth, origin }: RESTConfig): Promise<never> {
  const user = origin === undefined ? 'the user' : `the user of context "${origin}"`;
  return Promise.reject(pluginFailure(`${user} logs in through ${auth.exec?.command}, which is not started here`));
}

/** Adds a hint to a failure with that reason which has none yet, and tells it; everything else stays as it is. */
export function withHint(
  error: unknown,
  reason: string,
  hint: string | undefined,
  tell?: (hint: string) => void,
): unknown {
  if (!(error instanceof ClusterFailure) || error.error.reason !== reason || error.error.hint || !hint) return error;
  tell?.(hint);
  return new ClusterFailure({ ...error.error, hint }, { cause: error });
}
