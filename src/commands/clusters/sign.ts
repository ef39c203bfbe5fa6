import type { ClusterError } from '../../errors.ts';

const SIGNS = {
  connected: ['✓', 'ok'],
  connecting: ['⟳', '~'],
  disconnected: ['✗', 'x'],
  degraded: ['⚠', '!'],
  unknown: ['?', '?'],
} as const;

/** The state of a cluster, as everything of ours shows it. */
export type State = keyof typeof SIGNS;

/** The sign of a state alone. */
export function signOf(state: State, ascii: boolean): string {
  return SIGNS[state][ascii ? 1 : 0];
}

/** `✓ connected`. */
export function stateText(state: State, ascii: boolean): string {
  return `${signOf(state, ascii)} ${state}`;
}

const UNREACHED: ReadonlySet<ClusterError['type']> = new Set([
  'Timeout',
  'ConnectionRefused',
  'ConnectionReset',
  'DNS',
  'TLS',
]);

/** The state of a cluster that failed: a server that answers is there, and one that we never got to try is not known. */
export function failedState({ type, code }: ClusterError): State {
  if (code !== undefined || type === 'InvalidResponse') return 'degraded';
  return UNREACHED.has(type) ? 'disconnected' : 'unknown';
}
