import { defineConfig } from 'vitest/config';

// Tests that need clusters, simulated or real; the fleet is started once for all of them.
const withClusters = ['test/e2e/**/*.test.ts', 'test/fleet/**/*.test.ts', 'test/fleet-sim/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // API servers and Node share the cores: more workers make everything slower, and timeouts a matter of luck.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: withClusters } },
      // Terminals, timeouts and a dozen servers share two cores: a second try tells a slow machine from a defect.
      {
        extends: true,
        test: { name: 'fleet', include: withClusters, globalSetup: ['test/fleet/global.ts'], retry: 1 },
      },
    ],
  },
});
