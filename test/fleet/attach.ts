import { inject } from 'vitest';
import { fleetOf } from './attached.ts';
import type { Fleet } from './fleet.ts';
import type {} from './global.ts';

/**
 * The fleet that global.ts started, for use while tests are collected: `const fleet = attachFleet(); describe.skipIf(!fleet)(…)`.
 * Null where there is none; `stop` does nothing, the fleet belongs to all test files.
 */
export function attachFleet(): Fleet | null {
  // Undefined where the run has no globalSetup at all.
  const description = inject('fleet') ?? null;
  return description && fleetOf(description);
}
