import type { Verb } from './verb.ts';

/** All verbs by name, loaded when called: a new verb is one file and one line here. */
export const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  get: () => import('./get/get.ts').then((module) => module.get),
  clusters: () => import('./clusters/clusters.ts').then((module) => module.clusters),
  config: () => import('./config/config.ts').then((module) => module.config),
  setup: () => import('./setup/setup.ts').then((module) => module.setup),
  trust: () => import('./trust/trust.ts').then((module) => module.trust),
  version: () => import('./version/version.ts').then((module) => module.version),
};

/** Other words for a verb. */
export const aliases: Readonly<Record<string, string>> = { cluster: 'clusters' };
