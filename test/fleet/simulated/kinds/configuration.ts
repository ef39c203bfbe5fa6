/** ConfigMaps and Secrets. */
import { age } from '../age.ts';
import { type ClusterFacts, createdMs, type Item, metadata } from '../item.ts';
import { namespaceNames } from './cluster-scoped.ts';

/** `kube-root-ca.crt` in every namespace, and one of the application. */
export function configmaps(facts: ClusterFacts): Item[] {
  const make = (namespace: string, name: string, data: Readonly<Record<string, string>>): Item => {
    const created = createdMs(facts, `configmaps/${namespace}/${name}`);
    return {
      name,
      namespace,
      labels: {},
      cells: (now) => [name, Object.keys(data).length, age(now - created)],
      object: () => ({
        metadata: metadata(facts, 'configmaps', {
          name,
          namespace,
          createdMs: created,
          managed: [['kube-controller-manager', 'v1', { 'f:data': { '.': {} } }]],
        }),
        data,
      }),
    };
  };
  const root = { 'ca.crt': `-----BEGIN CERTIFICATE-----\n${facts.name}\n-----END CERTIFICATE-----\n` };
  return [
    make(facts.namespace, 'app-config', { LOG_LEVEL: 'info', REGION: 'eu-west-1', CLUSTER: facts.name }),
    ...namespaceNames(facts).map((namespace) => make(namespace, 'kube-root-ca.crt', root)),
  ];
}

/** Secrets; their values name the cluster, so that one that leaks can be found. */
export function secrets(facts: ClusterFacts): Item[] {
  const make = (name: string, type: string, data: Readonly<Record<string, string>>): Item => {
    const created = createdMs(facts, `secrets/${name}`);
    return {
      name,
      namespace: facts.namespace,
      labels: { app: 'web' },
      fields: { type },
      cells: (now) => [name, type, Object.keys(data).length, age(now - created)],
      object: () => ({
        metadata: metadata(facts, 'secrets', {
          name,
          namespace: facts.namespace,
          createdMs: created,
          labels: { app: 'web' },
          managed: [['kubectl-create', 'v1', { 'f:data': { '.': {} }, 'f:type': {} }]],
        }),
        data: Object.fromEntries(
          Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
        ),
        type,
      }),
    };
  };
  return [
    make('app-secret', 'Opaque', { username: 'app', password: `sim-secret-${facts.name}` }),
    make('pull-secret', 'kubernetes.io/basic-auth', { username: 'puller', password: `sim-secret-${facts.name}` }),
  ];
}
