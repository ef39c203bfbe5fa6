/** Deployments and ReplicaSets, in step with the pods. */
import { age } from '../age.ts';
import { type ClusterFacts, createdMs, type Item, metadata, selectorCell, timestamp, uid } from '../item.ts';
import { isReady, podSeeds, templateHash } from './pod-seeds.ts';

interface Workload {
  readonly app: string;
  readonly namespace: string;
  readonly total: number;
  readonly ready: number;
  readonly labels: Readonly<Record<string, string>>;
}

function workloads(facts: ClusterFacts): Workload[] {
  const found = new Map<string, Workload>();
  for (const seed of podSeeds(facts)) {
    const old = found.get(seed.app);
    found.set(seed.app, {
      app: seed.app,
      namespace: seed.namespace,
      total: (old?.total ?? 0) + 1,
      ready: (old?.ready ?? 0) + (isReady(seed) ? 1 : 0),
      labels: { app: seed.app, tier: seed.labels['tier'] ?? '' },
    });
  }
  return [...found.values()];
}

function template(app: string, labels: object): object {
  return {
    metadata: { labels },
    spec: {
      containers: [
        {
          name: app,
          image: image(app),
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
  };
}

function image(app: string): string {
  return `registry.example/${app}:1.0`;
}

/** One Deployment per app. */
export function deployments(facts: ClusterFacts): Item[] {
  return workloads(facts).map(({ app, namespace, total, ready, labels }) => {
    const created = createdMs(facts, `deployments/${app}`);
    const selector = { app };
    const condition = (type: string, status: boolean, reason: string, message: string) => ({
      type,
      status: status ? 'True' : 'False',
      lastUpdateTime: timestamp(created),
      lastTransitionTime: timestamp(created),
      reason,
      message,
    });
    return {
      name: app,
      namespace,
      labels,
      cells: (now) => [
        app,
        `${ready}/${total}`,
        total,
        ready,
        age(now - created),
        app,
        image(app),
        selectorCell(selector),
      ],
      object: () => ({
        metadata: metadata(facts, 'deployments', {
          name: app,
          namespace,
          createdMs: created,
          labels,
          generation: 1,
          annotations: { 'deployment.kubernetes.io/revision': '1' },
          managed: [['kubectl-client-side-apply', 'apps/v1', { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } }]],
        }),
        spec: {
          replicas: total,
          selector: { matchLabels: selector },
          template: template(app, labels),
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
        },
        status: {
          observedGeneration: 1,
          replicas: total,
          updatedReplicas: total,
          readyReplicas: ready,
          availableReplicas: ready,
          ...(total > ready ? { unavailableReplicas: total - ready } : {}),
          conditions: [
            condition('Available', ready > 0, 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
            condition(
              'Progressing',
              true,
              'NewReplicaSetAvailable',
              `ReplicaSet "${app}" has successfully progressed.`,
            ),
          ],
        },
      }),
    };
  });
}

/** One ReplicaSet per Deployment. */
export function replicasets(facts: ClusterFacts): Item[] {
  return workloads(facts).map(({ app, namespace, total, ready, labels: own }) => {
    const created = createdMs(facts, `deployments/${app}`);
    const name = `${app}-${templateHash(app)}`;
    const labels = { ...own, 'pod-template-hash': templateHash(app) };
    const selector = { app, 'pod-template-hash': templateHash(app) };
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: app,
      uid: uid(`${facts.name}/deployments/${namespace}/${app}`),
      controller: true,
      blockOwnerDeletion: true,
    };
    return {
      name,
      namespace,
      labels,
      cells: (now) => [name, total, total, ready, age(now - created), app, image(app), selectorCell(selector)],
      object: () => ({
        metadata: metadata(facts, 'replicasets', {
          name,
          namespace,
          createdMs: created,
          labels,
          generation: 1,
          ownerReferences: [owner],
          managed: [['kube-controller-manager', 'apps/v1', { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } }]],
        }),
        spec: { replicas: total, selector: { matchLabels: selector }, template: template(app, labels) },
        status: {
          replicas: total,
          fullyLabeledReplicas: total,
          readyReplicas: ready,
          availableReplicas: ready,
          observedGeneration: 1,
        },
      }),
    };
  });
}
