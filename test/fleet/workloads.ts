import type { MemberName } from './fleet.ts';

/** What kubectl should show in the STATUS column of a pod. */
export type PodState =
  | 'Running'
  | 'NotReady'
  | 'Pending'
  | 'CrashLoopBackOff'
  | 'ImagePullBackOff'
  | 'Completed'
  | 'Error';

/** A Deployment with its ReplicaSet and pods (`name-<hash>-<letter>`, the same names on every member). */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pods: readonly PodState[];
  /** TCP port of a Service of the same name, where there is one. */
  readonly port?: number;
}

const coredns = (pods: readonly PodState[]): Workload => ({
  namespace: 'kube-system',
  name: 'coredns',
  image: 'registry.example.com/coredns:1.13.1',
  labels: { 'k8s-app': 'kube-dns' },
  pods,
  port: 53,
});

const app = (namespace: string, name: string, tier: string, pods: readonly PodState[], port?: number): Workload => ({
  namespace,
  name,
  image: `registry.example.com/${name}:1.4.2`,
  labels: { app: name, tier },
  pods,
  ...(port === undefined ? {} : { port }),
});

const running = (count: number): readonly PodState[] => Array.from({ length: count }, () => 'Running' as const);

/** What runs where: 12 pods on A, 13 on B, 10 on C. No controller runs, so it stays as it is. */
export const WORKLOADS: Readonly<Record<MemberName, readonly Workload[]>> = {
  A: [
    coredns(running(2)),
    app('default', 'landing', 'frontend', running(1), 80),
    app('team-a', 'web', 'frontend', running(3), 8080),
    app('team-a', 'api', 'backend', ['Running', 'CrashLoopBackOff'], 9090),
    app('team-a', 'migrate', 'job', ['Completed']),
    app('team-b', 'batch', 'backend', ['Running', 'Pending']),
    app('team-b', 'cache', 'backend', ['NotReady'], 6379),
  ],
  B: [
    coredns(running(2)),
    app('default', 'landing', 'frontend', running(2), 80),
    app('team-a', 'web', 'frontend', ['Running', 'Running', 'ImagePullBackOff'], 8080),
    app('team-b', 'batch', 'backend', ['Running', 'Running', 'Error']),
    app('team-b', 'reports', 'backend', running(3), 8081),
  ],
  C: [
    coredns(running(1)),
    app('default', 'landing', 'frontend', running(1), 80),
    app('team-a', 'web', 'frontend', running(4), 8080),
    app('team-a', 'legacy-api', 'backend', ['CrashLoopBackOff', 'CrashLoopBackOff'], 9090),
    app('team-b', 'batch', 'backend', ['Pending', 'Running']),
  ],
};

/** Nodes by name; false is NotReady. */
export const NODES: Readonly<Record<MemberName, Readonly<Record<string, boolean>>>> = {
  A: { 'a-control': true, 'a-worker-1': true, 'a-worker-2': true },
  B: { 'b-control': true, 'b-worker-1': true, 'b-worker-2': false },
  C: { 'c-control': true, 'c-worker-1': true },
};

/** Widgets of the default and team-a namespaces; C does not know the type. */
export const WIDGETS: Readonly<
  Record<
    MemberName,
    readonly { readonly namespace: string; readonly name: string; readonly spec: Readonly<Record<string, unknown>> }[]
  >
> = {
  A: [
    { namespace: 'default', name: 'gear', spec: { size: 3, colour: 'red' } },
    { namespace: 'default', name: 'lever', spec: { size: 5, colour: 'blue' } },
    { namespace: 'team-a', name: 'spring', spec: { size: 1, colour: 'green' } },
  ],
  B: [
    { namespace: 'default', name: 'gear', spec: { size: 4, owner: 'team-b' } },
    { namespace: 'team-a', name: 'valve', spec: { size: 8, owner: 'team-a' } },
  ],
  C: [],
};
