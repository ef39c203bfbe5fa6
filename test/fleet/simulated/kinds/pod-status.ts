/** The lengthy parts of a pod: container statuses and managed fields. */
import { hash, timestamp } from '../item.ts';
import type { PodSeed } from './pod-seeds.ts';

/** One entry of `status.containerStatuses`. */
export function containerStatus(seed: PodSeed, name: string): object {
  const containerID = `containerd://${hash(seed.name + name)
    .toString(16)
    .padStart(8, '0')
    .repeat(8)}`;
  const startedAt = timestamp(seed.createdMs);
  const ended = (exitCode: number, reason: string, at: number) => ({
    terminated: { exitCode, reason, startedAt, finishedAt: timestamp(at), containerID },
  });
  const running = { running: { startedAt: timestamp(seed.restarts > 0 ? seed.restartedMs : seed.createdMs) } };
  const waiting = {
    waiting: {
      reason: 'CrashLoopBackOff',
      message: `back-off 5m0s restarting failed container=${name} pod=${seed.name}_${seed.namespace}`,
    },
  };
  const completed = ended(0, 'Completed', seed.createdMs + 60_000);
  const isUp = seed.state === 'running' || seed.state === 'restarted';
  return {
    name,
    state: seed.state === 'crashloop' ? waiting : seed.state === 'completed' ? completed : running,
    lastState: seed.restarts > 0 ? ended(1, 'Error', seed.restartedMs) : {},
    ready: isUp,
    restartCount: seed.restarts,
    image: `registry.example/${name}:1.0`,
    imageID: `registry.example/${name}@sha256:${hash(name).toString(16).padStart(8, '0').repeat(8)}`,
    containerID,
    started: isUp,
  };
}

const dot = { '.': {} };

/** Who owns which field of a pod: the controller its spec, the kubelet its status. */
export function podManagedFields(containers: readonly string[]) {
  const container = {
    ...dot,
    'f:image': {},
    'f:imagePullPolicy': {},
    'f:name': {},
    'f:resources': { ...dot, 'f:requests': { ...dot, 'f:cpu': {}, 'f:memory': {} } },
    'f:terminationMessagePath': {},
    'f:terminationMessagePolicy': {},
  };
  const conditions = ['ContainersReady', 'Initialized', 'Ready'].map((type) => [
    `k:{"type":"${type}"}`,
    { ...dot, 'f:lastProbeTime': {}, 'f:lastTransitionTime': {}, 'f:status': {}, 'f:type': {} },
  ]);
  const spec = {
    'f:metadata': {
      'f:generateName': {},
      'f:labels': { ...dot, 'f:app': {}, 'f:pod-template-hash': {}, 'f:tier': {} },
      'f:ownerReferences': dot,
    },
    'f:spec': {
      'f:automountServiceAccountToken': {},
      'f:containers': Object.fromEntries(containers.map((name) => [`k:{"name":"${name}"}`, container])),
      'f:dnsPolicy': {},
      'f:enableServiceLinks': {},
      'f:restartPolicy': {},
      'f:schedulerName': {},
      'f:securityContext': {},
      'f:terminationGracePeriodSeconds': {},
    },
  };
  const status = {
    'f:status': {
      'f:conditions': Object.fromEntries(conditions),
      'f:containerStatuses': {},
      'f:hostIP': {},
      'f:phase': {},
      'f:podIP': {},
      'f:podIPs': { ...dot, 'k:{"ip":"10.244.1.1"}': { ...dot, 'f:ip': {} } },
      'f:startTime': {},
    },
  };
  return [
    ['kube-controller-manager', 'v1', spec],
    ['kubelet', 'v1', status, 'status'],
  ] as const;
}
