/** The rules as data: a new room, package or built-in module is a line here, and a reason in the commit. */

const low = ['errors', 'api'];
const rooms = {
  api: ['errors'],
  flags: ['errors'],
  serializer: ['errors'],
  jsonpath: ['errors'],
  system: ['errors'],
  streams: ['errors'],
  config: [...low, 'flags', 'serializer', 'system'],
  selection: [...low, 'flags'],
  client: [...low, 'serializer', 'system'],
  kubeconfig: [...low, 'serializer', 'system', 'client'],
  restmapper: [...low, 'system', 'client'],
  resource: [...low, 'serializer', 'jsonpath', 'system', 'client', 'restmapper', 'selection'],
  kubectl: [...low, 'flags', 'system', 'client', 'kubeconfig'],
  // Not access: the hub is always a kubeconfig context.
  discovery: [...low, 'flags', 'system', 'config', 'client', 'kubeconfig', 'selection'],
  access: [...low, 'flags', 'serializer', 'system', 'config', 'client:types', 'kubeconfig'],
  executor: [...low, 'system'],
  fleet: [
    ...[...low, 'system', 'config', 'client', 'kubeconfig', 'restmapper', 'resource', 'selection', 'discovery'],
    ...['access', 'executor'],
  ],
  aggregator: [...low, 'flags', 'jsonpath'],
  printers: [...low, 'flags', 'serializer', 'jsonpath', 'streams', 'aggregator'],
  writes: [...low, 'flags', 'system', 'client', 'resource', 'kubectl', 'executor', 'fleet', 'aggregator'],
};

/**
 * What each room (the first folder or file below src/) may import besides itself; `room:types` allows only
 * `import type`. Rooms that are not named here do not exist.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  version: [],
  ...rooms,
  commands: ['errors', ...Object.keys(rooms)],
  main: ['errors', 'version', 'system', 'streams', 'commands'],
};

/** Files outside src/ that a file of src/ may import. */
export const outside: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['src/main.ts', 'src/version.ts'],
};

/** Each package lives behind one place of ours (a path below src/, `:types` for `import type` alone); others are not allowed at all. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  commander: ['commands/help'],
  '@kubernetes/client-node': ['client/nodeclient', 'api:types'],
  // client-node's own dependency: its OIDC code does not work (see the file).
  'openid-client': ['client/oidc'],
  yaml: ['serializer'],
  'js-yaml': ['serializer'],
  execa: ['system'],
  ora: ['streams'],
  'p-map': ['executor'],
  minimatch: ['selection'],
  'cli-table3': ['printers'],
};

/** Node's own modules in the same way; those without effects on the world are open to all. */
export const builtins: Readonly<Record<string, readonly string[]>> = {
  process: ['main'],
  fs: ['system'],
  child_process: ['system'],
  os: ['system'],
  timers: ['system'],
  perf_hooks: ['system'],
  tty: ['system', 'streams'],
  readline: ['system', 'streams'],
  http: ['client'],
  https: ['client'],
  http2: ['client'],
  tls: ['client'],
  dns: ['client'],
  zlib: ['client'],
  net: ['system', 'client'],
};
export const openBuiltins: readonly string[] = [
  ...['assert', 'async_hooks', 'buffer', 'crypto', 'events', 'path', 'querystring', 'stream', 'string_decoder', 'url'],
  'util',
];

/** Words that say nothing about a file. */
export const emptyNames: readonly string[] = [
  ...['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'type', 'types', 'misc', 'shared'],
];

/** A name or a call that only certain places (below src/) may use. */
export interface Forbidden {
  readonly what: string;
  /** Matched against code without comments and strings. */
  readonly pattern: RegExp;
  readonly allowed: readonly string[];
}

// As a name of its own, or as a property of the global object.
const global = (names: string) =>
  new RegExp(String.raw`(?:(?<![\w$.#])|\b(?:globalThis|global|self)\s*\??\.\s*|\.{3})(?:${names})(?![\w$])`, 'g');

export const forbidden: readonly Forbidden[] = [
  { what: 'process', pattern: global('process'), allowed: ['main'] },
  // In the bundle a file lies elsewhere than in src/; only main.ts has the same depth in both.
  { what: 'its own place', pattern: /\bimport\s*\.\s*meta\b/g, allowed: ['main'] },
  {
    what: 'a computed global',
    pattern: /\b(?:globalThis|global)\s*(?:\?\.\s*)?\[|\bReflect\s*\.\s*get\s*\(\s*globalThis/g,
    allowed: [],
  },
  { what: 'console', pattern: global('console'), allowed: [] },
  { what: 'a timer', pattern: global('setTimeout|setInterval|setImmediate'), allowed: ['system'] },
  { what: 'a timer', pattern: /\bAbortSignal\s*\.\s*timeout\b/g, allowed: ['system'] },
  {
    what: 'the clock',
    pattern: /\bDate\s*\.\s*now\b|\bnew\s+Date\b(?:\s*\(\s*\)|(?!\s*\())|(?<!\bnew\s+|[\w$.])Date\s*\(\s*\)/g,
    allowed: ['system'],
  },
  { what: 'the clock', pattern: global('performance'), allowed: ['system'] },
  {
    what: 'the network',
    pattern: global(String.raw`fetch(?!\s*\??:)|WebSocket|EventSource|XMLHttpRequest`),
    allowed: ['client'],
  },
];
