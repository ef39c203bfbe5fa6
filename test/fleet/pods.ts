import type { V1ContainerStatus, V1PodSpec, V1PodStatus } from '@kubernetes/client-node';
import type { PodState, Workload } from './workloads.ts';

/** The pod's spec; only a pod that waits for a node has none. */
export function podSpec(workload: Workload, state: PodState, nodes: readonly string[], index: number): V1PodSpec {
  return {
    containers: [{ name: workload.name, image: workload.image }],
    ...(state === 'Pending' ? {} : { nodeName: nodes[index % nodes.length]! }),
    // Otherwise a deleted pod would stay for 30 s, waiting for a kubelet that is not there.
    terminationGracePeriodSeconds: 0,
  };
}

/** The status from which kubectl's printer makes the wanted STATUS, READY and RESTARTS. */
export function podStatus(workload: Workload, state: PodState, index: number): V1PodStatus {
  const ready = state === 'Running';
  const now = new Date();
  return {
    phase: PHASE[state],
    ...(state === 'Pending'
      ? {}
      : { podIP: `10.1.0.${index + 10}`, podIPs: [{ ip: `10.1.0.${index + 10}` }], startTime: now }),
    conditions:
      state === 'Pending'
        ? [condition('PodScheduled', false, 'Unschedulable')]
        : [condition('PodScheduled', true), condition('ContainersReady', ready), condition('Ready', ready)],
    ...(state === 'Pending' ? {} : { containerStatuses: [containerStatus(workload, state, now)] }),
  };
}

const PHASE: Readonly<Record<PodState, string>> = {
  Running: 'Running',
  NotReady: 'Running',
  Pending: 'Pending',
  CrashLoopBackOff: 'Running',
  ImagePullBackOff: 'Pending',
  Completed: 'Succeeded',
  Error: 'Failed',
};

const RESTARTS: Readonly<Partial<Record<PodState, number>>> = { CrashLoopBackOff: 17, NotReady: 2 };

function condition(type: string, holds: boolean, reason?: string) {
  return { type, status: holds ? 'True' : 'False', ...(reason ? { reason } : {}) };
}

function containerStatus(workload: Workload, state: PodState, now: Date): V1ContainerStatus {
  return {
    name: workload.name,
    image: workload.image,
    imageID: '',
    ready: state === 'Running',
    started: state === 'Running' || state === 'NotReady',
    restartCount: RESTARTS[state] ?? 0,
    state: containerState(state, now),
  };
}

function containerState(state: PodState, now: Date): V1ContainerStatus['state'] & object {
  switch (state) {
    case 'Running':
    case 'NotReady':
      return { running: { startedAt: now } };
    case 'CrashLoopBackOff':
    case 'ImagePullBackOff':
      return { waiting: { reason: state, message: `back-off while starting the container` } };
    case 'Completed':
      return { terminated: { exitCode: 0, reason: state, startedAt: now, finishedAt: now } };
    case 'Error':
      return { terminated: { exitCode: 1, reason: state, startedAt: now, finishedAt: now } };
    case 'Pending':
      return {};
  }
}
