import type { Verb } from './verb.ts';

/** All verbs by name, loaded when called: a new verb is one file and one line here. */
export const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  get: () => import('./get/get.ts').then((module) => module.get),
  auth: () => import('./auth/auth.ts').then((module) => module.auth),
  clusters: () => import('./clusters/clusters.ts').then((module) => module.clusters),
  config: () => import('./config/config.ts').then((module) => module.config),
  doctor: () => import('./doctor/doctor.ts').then((module) => module.doctor),
  setup: () => import('./setup/setup.ts').then((module) => module.setup),
  trust: () => import('./trust/trust.ts').then((module) => module.trust),
  version: () => import('./version/version.ts').then((module) => module.version),
};

/** Other words for a verb. */
export const aliases: Readonly<Record<string, string>> = { cluster: 'clusters' };

/** kubectl's verbs that are not here yet: known by name, so that nobody takes them for a typing error. */
export const laterVerbs: ReadonlySet<string> = new Set(
  (
    'annotate api-resources api-versions apply attach autoscale certificate cluster-info completion cordon cp create ' +
    'debug delete describe diff drain edit events exec explain expose kustomize label logs options patch plugin ' +
    'port-forward proxy replace rollout run scale set taint top uncordon wait'
  ).split(' '),
);
