/** Pods in the states that people meet: running, restarted, crash looping, pending, completed. */
import { age } from '../age.ts';
import { type ClusterFacts, type Item, type ItemObject, metadata, timestamp, uid } from '../item.ts';
import { isReady, type PodSeed, type PodState, podSeeds } from './pod-seeds.ts';
import { containerStatus, podManagedFields } from './pod-status.ts';

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
