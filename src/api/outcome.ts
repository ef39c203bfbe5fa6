import type { ClusterError } from '../errors.ts';

/** What became of one targeted cluster. */
export type Outcome =
  | {
      readonly kind: 'answered';
      /** Names that the user asked for and this cluster does not have, as `resource/name` in kubectl's spelling. */
      readonly notFound?: readonly NotFound[];
      /** Asked types that this cluster does not serve. */
      readonly missingKind?: readonly string[];
      readonly exitCode?: number;
    }
  | { readonly kind: 'failed'; readonly error: ClusterError }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** A named object that a cluster does not have; `message` is the server's own text (`pods "x" not found`). */
export interface NotFound {
  /** What the user calls the type, to tell "not there" from "its type is not there". */
  readonly word?: string;
  readonly resource: string;
  readonly name: string;
  readonly message: string;
}

/** Why a cluster was left out on purpose: `unhealthy` counts as a partial answer, `no-access` does not. */
export interface SkipReason {
  readonly kind: 'unhealthy' | 'no-access';
  readonly message: string;
  /** The E-code, or the condition that said so. */
  readonly code?: string;
}
