import type { AccessConfig, AuthConfig, Config, EndpointConfig, Recipes, SecurityConfig } from '../api/config.ts';
import {
  anything,
  asMapping,
  autoOr,
  choice,
  duration,
  type Field,
  flag,
  integer,
  type Leaf,
  listOf,
  nested,
  path,
  readField,
  recordOf,
  section,
  text,
} from './fields.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The ways of `discovery.api` that other tools' users know, and that do not exist here yet. */
const APIS_TO_COME: readonly string[] = ['about', 'ocm', 'karmada', 'rancher', 'capi', 'argocd'];

/** Every key of the configuration file with its type, range and default. */
export const configSchema: Field<Config> = section<Config>({
  kubeconfig: path(),
  pin: text(),
  discovery: section({
    api: discoveryAPI(),
    hubContext: text(),
    namespaces: listOf(text()),
    clusterManagers: listOf(text()),
    cacheTTL: duration(5 * MINUTE),
    dedupe: choice('auto', ['auto', 'none']),
    maxClusters: integer(5000, 1, 1_000_000),
  }),
  defaults: section({ namespace: text() }),
  execution: section({
    maxConcurrency: lanes(),
    timeout: duration(30 * SECOND),
    connectTimeout: duration(5 * SECOND),
    totalTimeout: autoOr(duration(0)),
    continueOnError: flag(true),
    qps: integer(100, 1, 1_000_000),
    burst: integer(200, 1, 1_000_000),
    maxSocketsPerCluster: integer(10, 1, 1000),
  }),
  output: section({
    colorize: flag(true),
    showClusterColumn: flag(true),
    clusterColumn: choice('after-name', ['after-name', 'first']),
    missingKind: choice('note', ['note', 'error', 'ignore']),
  }),
  access: accessSchema(),
  auth: section<AuthConfig>(
    {
      interactive: choice('auto', ['auto', 'never']),
      timeout: duration(60 * SECOND),
      interactiveTimeout: duration(5 * MINUTE),
      concurrency: autoOr(integer(4, 1, 1000)),
    },
    'refuse',
  ),
  security: section<SecurityConfig>(
    {
      readOnly: flag(false),
      nonDestructive: flag(false),
      denied: listOf(text()),
      preflight: flag(false),
      rbacCacheTTL: duration(5 * SECOND),
      policies: recordOf(anything()),
    },
    'refuse',
  ),
});

function accessSchema(): Field<AccessConfig> {
  return section<AccessConfig>(
    {
      providerFile: path('~/.kube/kubectl-mc-providers.json'),
      contextNameFallback: flag(false),
      verifyIdentity: flag(false),
      hubHints: choice('recipe', ['ignore', 'recipe']),
      recipes: recipes(),
      capiKubeconfigs: flag(false),
      credentialPlugins: section(
        {
          inheritKuberc: flag(true),
          policy: choice('', ['', 'AllowAll', 'DenyAll', 'Allowlist']),
          allowlist: listOf(section({ command: text() }, 'refuse')),
        },
        'refuse',
      ),
      endpoints: endpointSchema(),
    },
    'refuse',
  );
}

function endpointSchema(): Field<EndpointConfig> {
  const servers = listOf(text());
  return section<EndpointConfig>(
    {
      pin: choice('enforce', ['enforce', 'warn', 'off']),
      firstUse: choice('prompt', ['prompt', 'accept', 'refuse']),
      allowLoopback: flag(false),
      allowInsecureTLS: flag(false),
      allowedProxies: listOf(text()),
      allowedServers: section({ eks: servers, gke: servers, aks: servers }, 'refuse'),
      serverRewrites: listOf(section({ from: text(), to: text(), caFile: path() }, 'refuse')),
      useEnvironmentProxy: flag(false),
    },
    'refuse',
  );
}

const RECIPES: { readonly [K in keyof Recipes]-?: Field<NonNullable<Recipes[K]>> } = {
  eks: section({ profile: text(), allowedRoleArns: listOf(text()) }, 'refuse'),
  gke: section({}, 'refuse'),
  aks: section({ login: text('azurecli') }, 'refuse'),
};

/** What is written replaces the default whole: a recipe that is not named is off. */
function recipes(): Leaf<Recipes> {
  const all = { eks: { profile: '', allowedRoleArns: [] }, gke: {}, aks: { login: 'azurecli' } };
  return {
    kind: 'leaf',
    shape: 'mapping',
    initial: () => all,
    read: (value, at, file) => {
      const map = asMapping(value, at, file);
      const known = Object.keys(RECIPES) as (keyof Recipes)[];
      for (const key of Object.keys(map)) {
        if (!known.includes(key as keyof Recipes)) file.unknownKey([...at, key], known, 'refuse');
      }
      const on = known.filter((key) => Object.hasOwn(map, key));
      return Object.fromEntries(
        on.map((key) => [key, readField(RECIPES[key] as Field<unknown>, map[key], [...at, key], nested(file))]),
      );
    },
  };
}

function discoveryAPI(): Leaf<Config['discovery']['api']> {
  const inner = choice('auto', ['auto', 'clusterprofile', 'inventory', 'kubeconfig', 'none']);
  return {
    kind: 'leaf',
    shape: 'text',
    initial: () => 'auto',
    read: (value, at, file) => {
      if (APIS_TO_COME.includes(value as string)) file.fail(at, `"${value}" is not supported yet`);
      const word = inner.read(value, at, file);
      if (word === 'inventory') return 'clusterprofile';
      return word === 'none' ? 'kubeconfig' : word;
    },
  };
}

/** `auto` is taken and, until it is built, means the default (notyet.ts says so to the user). */
function lanes(): Leaf<number> {
  const inner = integer(10, 1, 1000);
  return { ...inner, read: (value, at, file) => (value === 'auto' ? 10 : inner.read(value, at, file)) };
}
