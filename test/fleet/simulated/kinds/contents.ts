/** Which types have objects in a simulated member; every other type that discovery names has none. */
import type { ClusterFacts, Item } from '../item.ts';
import { namespaces, nodes } from './cluster-scoped.ts';
import { configmaps, secrets } from './configuration.ts';
import { widgets } from './custom.ts';
import { events, eventsOfNewGroup } from './events.ts';
import { pods } from './pods.ts';
import { services } from './services.ts';
import { deployments, replicasets } from './workloads.ts';

/** The objects of each type, by `version/resource` or `group/version/resource`. */
export const memberContents: Readonly<Record<string, (facts: ClusterFacts) => readonly Item[]>> = {
  'v1/pods': pods,
  'v1/services': services,
  'v1/configmaps': configmaps,
  'v1/secrets': secrets,
  'v1/namespaces': namespaces,
  'v1/nodes': nodes,
  'v1/events': events,
  'events.k8s.io/v1/events': eventsOfNewGroup,
  'apps/v1/deployments': deployments,
  'apps/v1/replicasets': replicasets,
  'example.com/v1/widgets': widgets,
};

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Field selectors that a type knows besides metadata.name and metadata.namespace. */
export const fieldLabels: Readonly<Record<string, readonly string[]>> = {
  'v1/pods': [
    'status.phase',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  'v1/services': ['spec.type', 'spec.clusterIP'],
  'v1/secrets': ['type'],
  'v1/namespaces': ['status.phase'],
  'v1/nodes': ['spec.unschedulable'],
  'v1/events': [...involved.map((name) => `involvedObject.${name}`), 'reason', 'reportingComponent', 'source', 'type'],
};
