/**
 * The three metadata functions that tsyringe (below `@peculiar/x509`) insists on and calls; tsyringe refuses to load without a polyfill,
 * and certificates need nothing more of one. Steps back where a real polyfill is loaded.
 */
const store = new WeakMap<object, Map<unknown, unknown>>();

const metadata = {
  defineMetadata(key: unknown, value: unknown, target: object): void {
    const own = store.get(target) ?? new Map<unknown, unknown>();
    store.set(target, own.set(key, value));
  },
  getOwnMetadata(key: unknown, target: object): unknown {
    return store.get(target)?.get(key);
  },
  getMetadata(key: unknown, target: object): unknown {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
      if (store.get(at)?.has(key)) return store.get(at)?.get(key);
    }
    return undefined;
  },
};

if (!('getMetadata' in Reflect)) Object.assign(Reflect, metadata);
