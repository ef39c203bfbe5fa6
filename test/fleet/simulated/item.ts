/** The objects of a simulated cluster: made on demand, always the same for the same cluster. */

/** What the makers of objects need to know about their cluster. */
export interface ClusterFacts {
  readonly name: string;
  readonly index: number;
  /** When the fleet was opened, ms since the epoch; everything is some hours older. */
  readonly startedMs: number;
  /** Where the pods and what belongs to them live. */
  readonly namespace: string;
  /** Pods in that namespace. */
  readonly pods: number;
  /** Widgets in that namespace; undefined = the type does not exist here. */
  readonly widgets: number | undefined;
  /** `v1.36.3` */
  readonly version: string;
}

/** One object, cheap until somebody asks for all of it. */
export interface Item {
  readonly name: string;
  /** Absent for cluster-scoped types. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Values for field selectors besides metadata.name and metadata.namespace. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The cells of its Table row at that moment (ms since the epoch). */
  cells(now: number): readonly unknown[];
  /** The object without apiVersion and kind. */
  object(): ItemObject;
}

/** An object's JSON; `metadata` as a real server fills it. */
export interface ItemObject {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

const hour = 3_600_000;

/** FNV-1a, 32 bits: the only randomness of the simulation. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** `n` characters of Kubernetes' alphabet for generated names. */
export function suffix(seed: string, n: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  let text = '';
  for (let i = 0, h = hash(seed); i < n; i++, h = Math.imul(h, 31) + 7) text += alphabet[(h >>> 3) % alphabet.length];
  return text;
}

/** A version 4 UUID that depends on the seed alone. */
export function uid(seed: string): string {
  const hex = (n: number) => hash(`${seed}#${n}`).toString(16).padStart(8, '0');
  const [a, b, c, d] = [hex(0), hex(1), hex(2), hex(3)];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** RFC 3339 with seconds, as in metadata. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** When the object was made: four hours to thirty days before the fleet was opened, so that ages stand still for a minute at least. */
export function createdMs(facts: ClusterFacts, seed: string): number {
  const ms = facts.startedMs - 4 * hour - (hash(`${facts.name}/${seed}/created`) % (30 * 24)) * hour - 17 * 60_000;
  return Math.floor(ms / 1000) * 1000;
}

interface MetadataOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly createdMs: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generation?: number;
  readonly ownerReferences?: readonly object[];
  readonly generateName?: string;
  /** The manager and the fields it is said to own. */
  readonly managed: readonly (readonly [manager: string, apiVersion: string, fields: object, subresource?: string])[];
}

/** metav1.ObjectMeta with its keys in the server's order. */
export function metadata(facts: ClusterFacts, kind: string, options: MetadataOptions): Record<string, unknown> {
  const seed = `${facts.name}/${kind}/${options.namespace ?? ''}/${options.name}`;
  const time = timestamp(options.createdMs);
  return {
    name: options.name,
    ...(options.generateName === undefined ? {} : { generateName: options.generateName }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    uid: uid(seed),
    resourceVersion: String(100 + (hash(seed) % 800)),
    ...(options.generation === undefined ? {} : { generation: options.generation }),
    creationTimestamp: time,
    ...(options.labels && Object.keys(options.labels).length > 0 ? { labels: options.labels } : {}),
    ...(options.annotations ? { annotations: options.annotations } : {}),
    ...(options.ownerReferences ? { ownerReferences: options.ownerReferences } : {}),
    managedFields: options.managed.map(([manager, apiVersion, fieldsV1, subresource]) => ({
      manager,
      operation: 'Update',
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1,
      ...(subresource === undefined ? {} : { subresource }),
    })),
  };
}

/** `a=1,b=2` with the keys sorted, as Table cells show selectors. */
export function selectorCell(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}
