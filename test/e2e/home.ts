import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Fleet, MemberName } from '../fleet/fleet.ts';
import type { ContextRequest, KubeconfigRequest, KubeconfigUser } from '../fleet/kubeconfig.ts';
import { writeMapping } from '../fleet/mapping.ts';
import { createProfiles, type ProfileRequest } from '../fleet/profiles.ts';
import { type Ended, path, program, type Running, type StartOptions, start } from './run.ts';

/** One cluster of a home: its context `ctx-NAME`, its mapping entry, its ClusterProfile. */
export interface HomeCluster {
  readonly name: string;
  readonly server: MemberName;
  /** Anything the context should have differently. */
  readonly context?: Partial<ContextRequest>;
  /** Further keys of the mapping entry; false leaves the entry out. */
  readonly mapping?: Readonly<Record<string, unknown>> | false;
  /** What the profile holds besides its name; false leaves it out. */
  readonly profile?: Partial<ProfileRequest> | false;
}

/** What a user's home folder holds. */
export interface HomeRequest {
  readonly clusters: readonly HomeCluster[];
  /** Who logs in; default alice. */
  readonly user?: KubeconfigUser;
  /**
   * The namespace of the hub that this home's profiles are made in, so that test files do not see each other's. Without one there is no
   * hub: the mapping file says which clusters there are.
   */
  readonly hub?: string;
  /** What the hub's context has differently. */
  readonly hubContext?: Exclude<KubeconfigRequest['hub'], boolean | string | undefined>;
  /** Keys of the configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further keys of the mapping file. */
  readonly mapping?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A home folder and the programs that run in it. */
export interface Home {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  readonly mappingFile: string;
  readonly configFile: string;
  /** Starts `kubectl-mc`. */
  start(args: readonly string[], options?: Partial<StartOptions>): Running;
  /** Starts `kubectl-mc` and waits for its end. */
  mc(args: readonly string[], options?: Partial<StartOptions>): Promise<Ended>;
  /** Runs the real kubectl with the same kubeconfig. */
  kubectl(args: readonly string[], options?: Partial<StartOptions>): Promise<Ended>;
  /** Writes a file below the home folder; resolves to its path. */
  write(name: string, text: string): Promise<string>;
}

/** Clusters a, b, c on members A, B, C. */
export const abc: readonly HomeCluster[] = [
  { name: 'a', server: 'A' },
  { name: 'b', server: 'B' },
  { name: 'c', server: 'C' },
];

/** Makes a new home below the fleet's folder: kubeconfig, mapping file, configuration, and the profiles on the hub. */
export async function newHome(fleet: Fleet, request: HomeRequest): Promise<Home> {
  const dir = await mkdtemp(join(fleet.dir, 'home-'));
  const { clusters, user, hub, config, mapping } = request;
  const kubeconfig = join(dir, '.kube', 'config');
  const mappingFile = join(dir, '.kube', 'kubectl-mc-clusters.yaml');
  const configFile = join(dir, '.kube', 'kubectl-mc-config.yaml');
  await mkdir(join(dir, '.kube'));
  await fleet.kubeconfig({
    path: kubeconfig,
    ...(user === undefined ? {} : { user }),
    ...(hub === undefined ? { currentContext: null } : { hub: request.hubContext ?? true }),
    clusters: clusters.map(({ name, server, context }) => ({ name: `ctx-${name}`, server, ...context })),
  });
  await writeMapping(mappingFile, {
    ...mapping,
    clusters: clusters.flatMap(({ name, mapping: entry, context }) =>
      entry === false ? [] : [{ name, context: context?.name ?? `ctx-${name}`, ...entry }],
    ),
  });
  const discovery = hub === undefined ? {} : { discovery: { namespaces: [hub], ...(config?.['discovery'] as object) } };
  await writeConfig(configFile, { ...config, ...discovery });
  if (hub !== undefined) await createProfiles(fleet, profilesOf(clusters, hub));
  // V8's compile cache is shared; everything the program itself keeps is below HOME.
  const env = { PATH: path, HOME: dir, XDG_CACHE_HOME: join(fleet.dir, 'v8'), KUBECONFIG: kubeconfig, ...request.env };
  const begin = (command: string, args: readonly string[], options: Partial<StartOptions> = {}) =>
    start(command, args, { cwd: dir, ...options, env: { ...env, ...options.env } });
  return {
    dir,
    env,
    kubeconfig,
    mappingFile,
    configFile,
    start: (args, options) => begin(program, args, options),
    async mc(args, options) {
      const ended = await begin(program, args, options).ended;
      // Never expected, and lost where only the exit code is looked at.
      if (/internal error|could not start/.test(ended.stderr))
        throw new Error(`kubectl-mc ${args.join(' ')}: ${ended.stderr}`);
      return ended;
    },
    kubectl: (args, options) => begin(fleet.kubectl, args, options).ended,
    async write(name, text) {
      const file = join(dir, name);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
      return file;
    },
  };
}

/** Writes a configuration file. */
export async function writeConfig(file: string, config: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(file, stringify({ apiVersion: 'kubectl-mc.k8s.io/v1alpha1', kind: 'Config', ...config }));
}

/** Forgets everything that the program has kept in a home. */
export async function forget(home: Home): Promise<void> {
  await rm(join(home.dir, '.kube', 'cache'), { recursive: true, force: true });
}

function profilesOf(clusters: readonly HomeCluster[], namespace: string): readonly ProfileRequest[] {
  return clusters.flatMap(({ name, profile }) =>
    profile === false
      ? []
      : [
          {
            name,
            namespace,
            conditions: { ControlPlaneHealthy: 'True' as const, Joined: 'True' as const },
            ...profile,
          },
        ],
  );
}
