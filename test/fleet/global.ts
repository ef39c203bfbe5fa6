import type { TestProject } from 'vitest/node';
import { whyNoBinaries } from '../../hack/envtest/build.ts';
import { type FleetDescription, openFleet } from './fleet.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The fleet that all test files share, null where none can be had here. */
    fleet: FleetDescription | null;
  }
}

/**
 * vitest's globalSetup: starts one fleet for all test files and hands its description to them (attach.ts). `FLEET` chooses the kind, `none`
 * does without, and so does `simulated`, which tests open themselves. Where no control plane can be had, tests see null and skip themselves; with `REQUIRE_ENVTEST=1` that is an error instead.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const kind = process.env['FLEET'] || 'envtest';
  if (kind === 'none' || kind === 'simulated') return without(project, `FLEET=${kind}`);
  const problem = kind === 'envtest' ? whyNoBinaries() : undefined;
  if (problem) return without(project, problem);
  try {
    const fleet = await openFleet(kind, { onProgress: (line) => console.error(line) });
    project.provide('fleet', fleet.description);
    return () => fleet.stop();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('cannot build ')) throw error;
    return without(project, error.message);
  }
}

function without(project: TestProject, reason: string): undefined {
  const required = process.env['REQUIRE_ENVTEST'];
  if (required && required !== '0') throw new Error(`REQUIRE_ENVTEST is set, but there is no test fleet: ${reason}`);
  console.error(`fleet: tests on real control planes are skipped: ${reason}`);
  project.provide('fleet', null);
}
