/** Events about the pods: why some were scheduled and some crash. */
import { age } from '../age.ts';
import { type ClusterFacts, hash, type Item, metadata, timestamp, uid } from '../item.ts';
import { type PodSeed, podSeeds } from './pod-seeds.ts';

interface EventSeed {
  readonly pod: PodSeed;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly component: string;
  readonly host?: string;
  readonly fieldPath?: string;
}

function seeds(facts: ClusterFacts): EventSeed[] {
  const pods = podSeeds(facts).filter(({ namespace }) => namespace === facts.namespace);
  const crashing = pods.filter(({ state }) => state === 'crashloop');
  return [
    ...pods.slice(0, 5).map(
      (pod): EventSeed => ({
        pod,
        type: 'Normal',
        reason: 'Scheduled',
        message: `Successfully assigned ${pod.namespace}/${pod.name} to ${pod.node}`,
        count: 1,
        component: 'default-scheduler',
      }),
    ),
    ...crashing.slice(0, 5).map(
      (pod): EventSeed => ({
        pod,
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container ${pod.app} in pod ${pod.name}_${pod.namespace}`,
        count: 12,
        component: 'kubelet',
        host: pod.node,
        fieldPath: `spec.containers{${pod.app}}`,
      }),
    ),
  ];
}

/** Events as items, the same for v1 and events.k8s.io/v1 in a Table. */
export function events(facts: ClusterFacts): Item[] {
  return seeds(facts).map((seed) => {
    const { pod, type, reason, message, count, component, host, fieldPath } = seed;
    const name = `${pod.name}.${hash(facts.name + pod.name + reason)
      .toString(16)
      .padStart(8, '0')}`;
    const last = pod.restartedMs;
    const first = last - (count - 1) * 300_000;
    const involvedObject = {
      kind: 'Pod',
      namespace: pod.namespace,
      name: pod.name,
      uid: uid(`${facts.name}/pods/${pod.namespace}/${pod.name}`),
      apiVersion: 'v1',
      ...(fieldPath === undefined ? {} : { fieldPath }),
    };
    return {
      name,
      namespace: pod.namespace,
      labels: {},
      fields: {
        'involvedObject.kind': 'Pod',
        'involvedObject.namespace': pod.namespace,
        'involvedObject.name': pod.name,
        'involvedObject.uid': involvedObject.uid,
        'involvedObject.apiVersion': 'v1',
        'involvedObject.resourceVersion': '',
        'involvedObject.fieldPath': fieldPath ?? '',
        reason,
        reportingComponent: '',
        source: component,
        type,
      },
      cells: (now) => [
        age(now - last),
        type,
        reason,
        `pod/${pod.name}`,
        fieldPath ?? '',
        host === undefined ? component : `${component}, ${host}`,
        message,
        age(now - first),
        count,
        name,
      ],
      object: () => ({
        metadata: metadata(facts, 'events', {
          name,
          namespace: pod.namespace,
          createdMs: first,
          managed: [[component, 'v1', { 'f:count': {}, 'f:involvedObject': {}, 'f:message': {} }]],
        }),
        involvedObject,
        reason,
        message,
        source: { component, ...(host === undefined ? {} : { host }) },
        firstTimestamp: timestamp(first),
        lastTimestamp: timestamp(last),
        count,
        type,
        eventTime: null,
        reportingComponent: '',
        reportingInstance: '',
      }),
    };
  });
}

/** The same events with the field names of events.k8s.io/v1. */
export function eventsOfNewGroup(facts: ClusterFacts): Item[] {
  return events(facts).map((item) => ({
    ...item,
    object: () => {
      const old = item.object();
      return {
        metadata: old.metadata,
        eventTime: null,
        reason: old['reason'],
        regarding: old['involvedObject'],
        note: old['message'],
        type: old['type'],
        deprecatedSource: old['source'],
        deprecatedFirstTimestamp: old['firstTimestamp'],
        deprecatedLastTimestamp: old['lastTimestamp'],
        deprecatedCount: old['count'],
      };
    },
  }));
}
