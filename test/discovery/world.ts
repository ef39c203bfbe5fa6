import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config, DiscoveryConfig } from '../../src/api/config.ts';
import type { Mapping, MappingEntry } from '../../src/api/mapping.ts';
import { discoverClusters } from '../../src/discovery/discover.ts';
import type { DiscoveryDeps, DiscoveryRequest, Inventory } from '../../src/discovery/inventory.ts';
import type { Kubeconfig } from '../../src/kubeconfig/kubeconfig.ts';
import { openDiskCache } from '../../src/system/diskcache.ts';
import { attempt, type FakeHub } from './fakehub.ts';

export const minute = 60_000;

export function entry(name: string, more: Partial<MappingEntry> = {}): MappingEntry {
  return { file: '/m', line: 1, name, labels: {}, protected: false, cloud: {}, connection: {}, ...more };
}

export function contextsOf(names: readonly string[], currentContext?: string): Kubeconfig {
  const file = '/k';
  return {
    contexts: new Map(names.map((name) => [name, { cluster: name, user: '', file }])),
    clusters: new Map(names.map((name) => [name, { fields: { server: `https://${name}.example` }, file }])),
    users: new Map(),
    ...(currentContext !== undefined && { currentContext }),
    files: [file],
    missing: [],
  };
}

/** A user's machine with a hub behind the context of the same name; `now` moves its clock. */
export function openWorld(hubs: Readonly<Record<string, FakeHub>>, kubeconfig: Kubeconfig) {
  const dir = mkdtempSync(join(tmpdir(), 'disco-'));
  const time = { now: 1_000_000 };
  const clock = { now: () => time.now, monotonic: () => time.now, sleep: async () => {}, after: () => () => {} };
  const discovery: { -readonly [K in keyof DiscoveryConfig]: DiscoveryConfig[K] } = {
    api: 'auto',
    hubContext: '',
    namespaces: [],
    clusterManagers: [],
    cacheTTL: 5 * minute,
    dedupe: 'auto',
    maxClusters: 5000,
  };
  const world = {
    discovery,
    pin: '',
    mapping: { groups: {}, clusters: [] } as Mapping,
    env: {} as Record<string, string>,
    kubeconfig,
    serviceAccountFolder: join(dir, 'none'),
    wait(ms: number) {
      time.now += ms;
    },
    cacheDir: join(dir, 'cache'),
    /** One command: nothing but the disk is shared with the one before. */
    async run(asked: Partial<DiscoveryRequest> = {}): Promise<Inventory> {
      const deps: DiscoveryDeps = {
        host: { env: world.env, home: dir, cwd: dir, platform: 'linux', uid: process.getuid?.() },
        config: { pin: world.pin, discovery } as Config,
        mapping: world.mapping,
        kubeconfig: async () => world.kubeconfig,
        cache: openDiskCache({ dir: world.cacheDir, clock, uid: process.getuid?.(), onWarning: () => {} }),
        connect: ({ origin }) => {
          const hub = hubs[origin ?? ''];
          if (!hub) throw new Error(`nothing should ask ${origin}`);
          return hub.client;
        },
        attempt,
        serviceAccountFolder: world.serviceAccountFolder,
      };
      return await discoverClusters(
        {
          source: 'auto',
          hubContext: {},
          hubNamespaces: [],
          refresh: false,
          useCache: true,
          allowStale: true,
          ...asked,
        },
        deps,
      );
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
  return world;
}

export const names = ({ clusters }: Inventory) => clusters.map(({ name }) => name);

/** The lines of the error that a run ends with. */
export async function refusal(work: Promise<unknown>) {
  const error = (await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  )) as Error & { exitCode?: number; more?: readonly string[] };
  return { message: error.message, exitCode: error.exitCode, more: error.more };
}
