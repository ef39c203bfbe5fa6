/** Pods in the states that people meet: running, restarted, crash looping, pending, completed. */
import { age } from '../age.ts';
import {
  type ClusterFacts,
  createdMs,
  hash,
  type Item,
  type ItemObject,
  metadata,
  suffix,
  timestamp,
  uid,
} from '../item.ts';
import { containerStatus, podManagedFields } from './pod-status.ts';

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

/** The applications in namespace `default`; pods are dealt out to them in turn. */
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
  if (namespace !== 'default') return 'running';
  if (index % 25 === 7) return 'crashloop';
  if (index % 50 === 13) return 'pending';
  if (index % 50 === 21) return 'completed';
  return index % 10 === 4 ? 'restarted' : 'running';
}

/** Every pod: the asked number in `default`, and two of coredns in `kube-system`. */
export function podSeeds(facts: ClusterFacts): PodSeed[] {
  const own = Array.from({ length: facts.pods }, (_, i) => seedOf(facts, 'default', apps[i % apps.length] ?? 'web', i));
  return [...own, ...[0, 1].map((i) => seedOf(facts, 'kube-system', 'coredns', i))];
}

/** Whether all containers of the pod are ready. */
export function isReady(seed: PodSeed): boolean {
  return seed.state === 'running' || seed.state === 'restarted';
}

/** Pods as items. */
export function pods(facts: ClusterFacts): Item[] {
  return podSeeds(facts).map((seed) => ({
    name: seed.name,
    namespace: seed.namespace,
    labels: seed.labels,
    fields: fieldsOf(seed),
    cells: (now) => cellsOf(seed, now),
    object: () => objectOf(facts, seed),
  }));
}

function phaseOf(state: PodState): string {
  return state === 'pending' ? 'Pending' : state === 'completed' ? 'Succeeded' : 'Running';
}

function fieldsOf(seed: PodSeed): Record<string, string> {
  const scheduled = seed.state !== 'pending';
  return {
    'status.phase': phaseOf(seed.state),
    'spec.nodeName': scheduled ? seed.node : '',
    'spec.restartPolicy': 'Always',
    'spec.schedulerName': 'default-scheduler',
    'spec.serviceAccountName': 'default',
    'spec.hostNetwork': 'false',
    'status.podIP': scheduled ? seed.ip : '',
    'status.nominatedNodeName': '',
  };
}

const shownAs: Readonly<Record<PodState, string>> = {
  running: 'Running',
  restarted: 'Running',
  crashloop: 'CrashLoopBackOff',
  pending: 'Pending',
  completed: 'Completed',
};

function cellsOf(seed: PodSeed, now: number): unknown[] {
  const scheduled = seed.state !== 'pending';
  const ready = isReady(seed) ? seed.containers.length : 0;
  const restarts = seed.restarts * seed.containers.length;
  return [
    seed.name,
    `${ready}/${seed.containers.length}`,
    shownAs[seed.state],
    restarts === 0 ? '0' : `${restarts} (${age(now - seed.restartedMs)} ago)`,
    age(now - seed.createdMs),
    scheduled ? seed.ip : '<none>',
    scheduled ? seed.node : '<none>',
    '<none>',
    '<none>',
  ];
}

function objectOf(facts: ClusterFacts, seed: PodSeed): ItemObject {
  const scheduled = seed.state !== 'pending';
  const started = timestamp(seed.createdMs);
  const condition = (type: string, status: boolean) => ({
    type,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: started,
  });
  return {
    metadata: metadata(facts, 'pods', {
      name: seed.name,
      generateName: `${seed.replicaSet}-`,
      namespace: seed.namespace,
      generation: 1,
      createdMs: seed.createdMs,
      labels: seed.labels,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: seed.replicaSet,
          uid: uid(`${facts.name}/replicasets/${seed.namespace}/${seed.replicaSet}`),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managed: podManagedFields(seed.containers),
    }),
    spec: {
      containers: seed.containers.map((name) => ({
        name,
        image: `registry.example/${name}:1.0`,
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: 'IfNotPresent',
      })),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      serviceAccount: 'default',
      automountServiceAccountToken: false,
      ...(scheduled ? { nodeName: seed.node } : {}),
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {
      phase: phaseOf(seed.state),
      conditions: scheduled
        ? [
            condition('Initialized', true),
            condition('Ready', isReady(seed)),
            condition('ContainersReady', isReady(seed)),
            condition('PodScheduled', true),
          ]
        : [
            {
              ...condition('PodScheduled', false),
              reason: 'Unschedulable',
              message: '0/3 nodes are available: 3 Insufficient cpu.',
            },
          ],
      ...(scheduled
        ? {
            hostIP: '192.0.2.11',
            podIP: seed.ip,
            podIPs: [{ ip: seed.ip }],
            startTime: started,
            containerStatuses: seed.containers.map((name) => containerStatus(seed, name)),
          }
        : {}),
      qosClass: 'Burstable',
    },
  };
}
