import type { ClusterError } from '../errors.ts';
import type { Outcome } from './outcome.ts';

/**
 * What a fan-out reports while it runs. Exactly one `end` per targeted cluster, nothing of that cluster after it.
 * An item is a page or a batch, never a row; `reset` withdraws the pages of the cluster's unfinished list.
 */
export type FleetEvent<T> =
  | { readonly kind: 'item'; readonly cluster: string; readonly item: T }
  | { readonly kind: 'reset'; readonly cluster: string }
  | { readonly kind: 'state'; readonly cluster: string; readonly state: 'live' | 'lost'; readonly error?: ClusterError }
  | { readonly kind: 'end'; readonly cluster: string; readonly outcome: Outcome; readonly ms: number };

/** What one cluster's operation yields: items, or the withdrawal of the pages of a list that has to restart. */
export const RESET: unique symbol = Symbol('reset');
