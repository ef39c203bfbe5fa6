import { availableParallelism } from 'node:os';

/** How many threads of this machine may work for us at once. */
export function processors(): number {
  return availableParallelism();
}
