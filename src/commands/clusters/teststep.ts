import type { ServerCertificate } from '../../client/servercertificate.ts';
import { type ClusterError, ClusterFailure } from '../../errors.ts';

/** The steps of a test in their order. */
export const STEPS = ['dns', 'tcp', 'tls', 'login', 'whoami', 'version', 'readyz', 'rbac'] as const;
/** One of the steps. */
export type StepName = (typeof STEPS)[number];

/** How one step went; times in milliseconds. */
export interface TestStep {
  readonly name: StepName;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly ms?: number;
  /** What was found, in words. */
  readonly detail: string;
  /** Why the state is a warning, for a line of its own. */
  readonly warning?: string;
  readonly error?: ClusterError;
  readonly certificate?: ServerCertificate;
  /** Who the server takes us for (whoami), what it runs (version). */
  readonly value?: string;
}

/** A step that worked, or one whose finding deserves a warning. */
export type Finding = Pick<TestStep, 'detail' | 'value' | 'warning'> & { readonly state?: 'warning' | 'skipped' };

/** Measures one step; a ClusterFailure is a step that failed. */
export async function timedStep(
  name: StepName,
  monotonic: () => number,
  work: () => Promise<Finding>,
): Promise<TestStep> {
  const started = monotonic();
  try {
    const found = await work();
    return { name, state: 'ok', ms: monotonic() - started, ...found };
  } catch (error) {
    if (!(error instanceof ClusterFailure)) throw error;
    return failedStep(name, error.error, monotonic() - started);
  }
}

/** A step that did not work. */
export function failedStep(name: StepName, error: ClusterError, ms?: number): TestStep {
  const hint = error.hint ? ` (${error.hint})` : '';
  return {
    name,
    state: 'failed',
    detail: `${faultOf(error)}: ${error.message}${hint}`,
    error,
    ...(ms !== undefined && { ms }),
  };
}

const WRONG_CA =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)/;

/** What is wrong, in two words: `wrong CA`, `expired certificate`, `refused`, `silent`, `bad DNS`, `401`, … */
export function faultOf({ type, reason = '', code }: ClusterError): string {
  if (type === 'TLS' && reason === 'CERT_HAS_EXPIRED') return 'expired certificate';
  if (type === 'TLS' && reason === 'CERT_NOT_YET_VALID') return 'certificate not valid yet';
  if (type === 'TLS' && (reason === 'ERR_TLS_CERT_ALTNAME_INVALID' || reason === 'HOSTNAME_MISMATCH'))
    return 'certificate of another host';
  if (type === 'TLS' && WRONG_CA.test(reason)) return 'wrong CA';
  const known = FAULTS[type];
  return code === undefined ? (known ?? type) : `${code}${known ? ` ${known}` : ''}`;
}

const FAULTS: Readonly<Partial<Record<ClusterError['type'], string>>> = {
  DNS: 'bad DNS',
  ConnectionRefused: 'refused',
  ConnectionReset: 'connection lost',
  Timeout: 'silent',
  TLS: 'TLS failed',
  Unauthorized: 'not logged in',
  Forbidden: 'not allowed',
  ExecPlugin: 'login failed',
};
