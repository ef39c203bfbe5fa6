import type {
  RbacV1Subject,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
} from '@kubernetes/client-node';
import { type Place, USERS } from './users.ts';

const read = (apiGroups: string[], resources: string[]): V1PolicyRule => ({
  apiGroups,
  resources,
  verbs: ['get', 'list', 'watch'],
});

/** As the built-in `view` (no secrets, no RBAC), which stays empty here because no controller aggregates it; and nodes, CRDs, widgets. */
const MEMBER_RULES: readonly V1PolicyRule[] = [
  read(
    [''],
    [
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'nodes',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'pods/log',
      'replicationcontrollers',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
  ),
  read(
    [
      'apps',
      'autoscaling',
      'batch',
      'discovery.k8s.io',
      'events.k8s.io',
      'metrics.k8s.io',
      'networking.k8s.io',
      'policy',
    ],
    ['*'],
  ),
  read(['apiextensions.k8s.io'], ['customresourcedefinitions']),
  read(['example.com'], ['widgets']),
];

const HUB_RULES: readonly V1PolicyRule[] = [read(['multicluster.x-k8s.io'], ['clusterprofiles'])];

const ROLE = 'fleet-reader';
const GROUP = 'rbac.authorization.k8s.io';

/** What has to exist on one server so that the users of users.ts have their rights there. */
export interface RbacObjects {
  readonly clusterRole: V1ClusterRole;
  readonly clusterRoleBinding: V1ClusterRoleBinding;
  readonly roles: readonly V1Role[];
  readonly roleBindings: readonly V1RoleBinding[];
}

/** The RBAC objects of one server, derived from the users' table. */
export function rbacOf(place: Place): RbacObjects {
  const rules = [...(place === 'hub' ? HUB_RULES : MEMBER_RULES)];
  const users = Object.values(USERS);
  const inNamespaces = users.flatMap((user) => {
    const rights = user.may[place];
    return typeof rights === 'object' ? [{ user: user.name, namespace: rights.namespace }] : [];
  });
  const subject = (name: string): RbacV1Subject => ({ kind: 'User', name, apiGroup: GROUP });
  return {
    clusterRole: { metadata: { name: ROLE }, rules },
    clusterRoleBinding: {
      metadata: { name: ROLE },
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: ROLE },
      subjects: users.filter((user) => user.may[place] === 'read').map((user) => subject(user.name)),
    },
    roles: inNamespaces.map(({ user, namespace }) => ({ metadata: { name: `${ROLE}-${user}`, namespace }, rules })),
    roleBindings: inNamespaces.map(({ user, namespace }) => ({
      metadata: { name: `${ROLE}-${user}`, namespace },
      roleRef: { apiGroup: GROUP, kind: 'Role', name: `${ROLE}-${user}` },
      subjects: [subject(user)],
    })),
  };
}
