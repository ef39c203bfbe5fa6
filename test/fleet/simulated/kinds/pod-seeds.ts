/** Pods before they become JSON: cheap, and the same for everything that counts or names them. */
import { type ClusterFacts, createdMs, hash, suffix } from '../item.ts';

/** How a pod fares. */
export type PodState = 'running' | 'restarted' | 'crashloop' | 'pending' | 'completed';

/** What there is to know about a pod before it becomes JSON. */
export interface PodSeed {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  readonly replicaSet: string;
  readonly state: PodState;
  readonly containers: readonly string[];
  readonly restarts: number;
  readonly createdMs: number;
  /** When a container ended last, for those that have restarted. */
  readonly restartedMs: number;
  readonly node: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The applications; pods are dealt out to them in turn. */
export const apps = ['web', 'api', 'worker', 'cache'] as const;

/** The pod-template-hash of an app, the same in all clusters. */
export function templateHash(app: string): string {
  return suffix(`template/${app}`, 9);
}

/** Nodes per cluster; `NAME-n0` is the control plane. */
export const nodeCount = 3;

function seedOf(facts: ClusterFacts, namespace: string, app: string, index: number): PodSeed {
  const seed = `${namespace}/${app}/${index}`;
  const replicaSet = `${app}-${templateHash(app)}`;
  const state = stateOf(namespace, index);
  // The index goes into the suffix, so that two pods never get the same name.
  const tail = suffix(`${facts.name}/${seed}`, 2) + index.toString(36).padStart(3, 'x');
  return {
    name: `${replicaSet}-${tail}`,
    namespace,
    app,
    replicaSet,
    state,
    containers: index % 10 === 3 ? [app, 'proxy'] : [app],
    restarts: state === 'restarted' ? 1 + (index % 4) : state === 'crashloop' ? 12 : 0,
    createdMs: createdMs(facts, seed),
    restartedMs: Math.floor(facts.startedMs / 1000) * 1000 - 3 * 3_600_000 - (hash(seed) % 50) * 60_000,
    node: `${facts.name}-n${1 + (index % (nodeCount - 1))}`,
    ip: `10.244.${1 + (index % (nodeCount - 1))}.${1 + (index % 250)}`,
    labels: { app, 'pod-template-hash': templateHash(app), tier: app === 'web' ? 'front' : 'back' },
  };
}

function stateOf(namespace: string, index: number): PodState {
  if (namespace === 'kube-system') return 'running';
  if (index % 25 === 7) return 'crashloop';
  if (index % 50 === 13) return 'pending';
  if (index % 50 === 21) return 'completed';
  return index % 10 === 4 ? 'restarted' : 'running';
}

/** Every pod: the asked number in the fleet's namespace, and two of coredns in `kube-system`. */
export function podSeeds(facts: ClusterFacts): PodSeed[] {
  const own = Array.from({ length: facts.pods }, (_, i) =>
    seedOf(facts, facts.namespace, apps[i % apps.length] ?? 'web', i),
  );
  return [...own, ...[0, 1].map((i) => seedOf(facts, 'kube-system', 'coredns', i))];
}

/** Whether all containers of the pod are ready. */
export function isReady(seed: PodSeed): boolean {
  return seed.state === 'running' || seed.state === 'restarted';
}
