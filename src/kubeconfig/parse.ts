import type { KubeContext, Kubeconfig, KubeconfigEntry } from './kubeconfig.ts';

/** What one kubeconfig file says, before any merge. */
export type KubeconfigFile = Pick<Kubeconfig, 'contexts' | 'clusters' | 'users' | 'currentContext'>;

/** Where a value stands, as keys and indexes from the root. */
export type ValuePath = readonly (string | number)[];

/** A value that kubectl would not take; whoever has the text finds its line. */
export class ShapeError extends Error {
  readonly path: ValuePath;
  constructor(path: ValuePath, message: string) {
    super(message);
    this.name = 'ShapeError';
    this.path = path;
  }
}

/** Reads the parsed YAML or JSON of one kubeconfig file; ShapeError for what kubectl refuses in its outline. */
export function parseKubeconfig(tree: unknown, file: string): KubeconfigFile {
  if (tree === undefined || tree === null) return { contexts: new Map(), clusters: new Map(), users: new Map() };
  const root = record(tree, []);
  const apiVersion = text(root, 'apiVersion', []) || 'v1';
  const kind = text(root, 'kind', []) || 'Config';
  if (apiVersion !== 'v1' || kind !== 'Config')
    throw new ShapeError(['kind'], `no kind "${kind}" is registered for version "${apiVersion}"`);

  const entries = (list: 'clusters' | 'users', field: 'cluster' | 'user') =>
    named(root, list, (item, path): KubeconfigEntry => ({ fields: record(item[field] ?? {}, [...path, field]), file }));
  const contexts = named(root, 'contexts', (item, path): KubeContext => {
    const where = [...path, 'context'];
    const context = record(item['context'] ?? {}, where);
    const namespace = text(context, 'namespace', where);
    return {
      cluster: text(context, 'cluster', where),
      user: text(context, 'user', where),
      ...(namespace && { namespace }),
      file,
    };
  });
  const currentContext = text(root, 'current-context', []);
  return {
    contexts,
    clusters: entries('clusters', 'cluster'),
    users: entries('users', 'user'),
    ...(currentContext && { currentContext }),
  };
}

/** True for a plain object of parsed YAML or JSON. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `path: expected a string, found a number`. */
export function expected(path: string, what: string, found: unknown): string {
  return `${path}: expected ${what}, found ${nameOf(found)}`;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function wrong(path: ValuePath, what: string, found: unknown): ShapeError {
  const name = path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
  return new ShapeError(path, expected(name || 'the file', what, found));
}

function record(value: unknown, path: ValuePath): Record<string, unknown> {
  if (!isRecord(value)) throw wrong(path, 'an object', value);
  return value;
}

/** A string, "" where it is absent. */
function text(parent: Record<string, unknown>, key: string, path: ValuePath): string {
  const value = parent[key] ?? '';
  if (typeof value !== 'string') throw wrong([...path, key], 'a string', value);
  return value;
}

/** A list of `{name, …}` as a map; like kubectl it refuses a name that is there twice. */
function named<T>(
  root: Record<string, unknown>,
  key: string,
  read: (item: Record<string, unknown>, path: ValuePath) => T,
): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  const list = root[key] ?? [];
  if (!Array.isArray(list)) throw wrong([key], 'a list', list);
  list.forEach((value: unknown, index) => {
    if (value === null) return;
    const path = [key, index];
    const item = record(value, path);
    const name = text(item, 'name', path);
    if (map.has(name)) throw new ShapeError([...path, 'name'], `duplicate name "${name}" in ${key}`);
    if (name !== '') map.set(name, read(item, path));
  });
  return map;
}
