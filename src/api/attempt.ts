/** The clocks and the end of one attempt on one cluster, handed in by whoever runs it. */
export interface Attempt {
  /** Aborted when the attempt is over: timeout, cancel, end of the run. */
  readonly signal: AbortSignal;
  /** The name that the user knows the cluster by, for what a login says. */
  readonly cluster?: string;
  /** Stops the cluster's clock while `work` (a login, our own reader) goes on. */
  offClock<T>(work: Promise<T>): Promise<T>;
  /** The answer lives on its own from here (a watch): the lane is given back and no clock runs. */
  established(): void;
}
