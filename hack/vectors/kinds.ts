import type { Actual, Given } from './suite.ts';

/** A thin layer between a case and the product's function for its kind. */
export type Adapter = (given: Given) => Promise<Actual> | Actual;

/** All kinds of cases. */
export const adapters: Readonly<Record<string, () => Promise<Adapter>>> = {
  'access.loadProviders': async () => (await import('./providers.ts')).loadProviderFile,
  'access.select': async () => (await import('./providers.ts')).select,
  'access.build': async () => (await import('./providers.ts')).build,
  'access.buildSequence': async () => (await import('./providers.ts')).buildSequence,
  'access.template': async () => (await import('./providers.ts')).template,
  'access.source': async () => (await import('./source.ts')).source,
  'profile.normalize': async () => (await import('./profiles.ts')).normalize,
  'identity.resolve': async () => (await import('./profiles.ts')).identity,
  'placement.resolve': async () => (await import('./profiles.ts')).placement,
  'about.verify': async () => (await import('./about.ts')).verify,
  'about.discover': async () => (await import('./about.ts')).discover,
  'security.hint': async () => (await import('./security.ts')).hint,
  'security.endpoint': async () => (await import('./security.ts')).endpoint,
  'security.pin': async () => (await import('./security.ts')).pin,
  'security.escape': async () => (await import('./security.ts')).escaped,
  'exec.run': async () => (await import('./exec.ts')).run,
  'exec.session': async () => (await import('./exec.ts')).session,
  'exec.dedupe': async () => (await import('./exec.ts')).dedupe,
  'exec.policy': async () => (await import('./execpolicy.ts')).policy,
  'helper.argv': async () => (await import('./helpers.ts')).argv,
};
