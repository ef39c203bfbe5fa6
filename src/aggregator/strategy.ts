import type { FleetEvent } from '../api/fleet-event.ts';
import type { Outcome } from '../api/outcome.ts';

/** One packed page as a strategy holds it: what matters for its order and for dropping unfinished lists. */
export interface Packed {
  /** Identifies the list the page belongs to within its cluster. */
  readonly block: string;
  readonly last: boolean;
}

/**
 * What one cluster gave, in the order in which it is to be shown. A strategy that shows pages as they come calls their
 * cluster answered until its last part says how it ended.
 */
export interface Part<P extends Packed> {
  readonly cluster: string;
  readonly pages: readonly P[];
  readonly outcome: Outcome;
}

/** Decides when and in which order results are shown: fed with events, it gives out the parts that may be shown now. */
export interface StrategyRun<P extends Packed> {
  add(event: FleetEvent<P>): readonly Part<P>[];
  end(): readonly Part<P>[];
}

/** A way of combining clusters' answers. */
export interface Strategy {
  readonly name: string;
  open<P extends Packed>(clusters: readonly string[]): StrategyRun<P>;
}
