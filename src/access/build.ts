import type { Cluster, ProfileAccess } from '../api/cluster.ts';
import type { ExecConfig } from '../client/restconfig.ts';
import { ClusterFailure, type ErrorType } from '../errors.ts';
import { checkTLS } from './endpoint.ts';
import { mayComeFromHub, mergeEnv } from './environment.ts';
import { EXTENSION, readArgs, readEnvs, repeatedExtension } from './extensions.ts';
import type { Provider } from './providerfile.ts';
import { expandTemplates } from './template.ts';
import { type AccessWarning, appendRisk } from './warnings.ts';

/** What building looks at in a cluster. */
export type Buildable = Pick<Cluster, 'properties' | 'labels' | 'annotations' | 'accessProviders'> & {
  readonly ref: { readonly namespace: string; readonly name: string };
};

/** A login made of a provider of this machine and what a profile says about its cluster. */
export interface BuiltAccess {
  readonly provider: Provider;
  /** The profile's own words, not yet judged as an address. */
  readonly cluster: ProfileAccess['cluster'];
  readonly exec: ExecConfig;
  readonly warnings: readonly AccessWarning[];
}

/** How a provider's command is put together. */
export interface BuildOptions {
  /** `never` keeps every plugin from asking anything (auth.interactive). */
  readonly interactive: 'auto' | 'never';
  readonly allowInsecureTLS: boolean;
  /** The address for `{{server}}` after the endpoint policy; the profile's own where absent. */
  readonly server?: string;
}

/** The first provider of the USER's order that the cluster offers, undefined where there is none. */
export function selectProvider<P extends Pick<Provider, 'name'>>(
  providers: readonly P[],
  offered: readonly ProfileAccess[],
): { readonly provider: P; readonly access: ProfileAccess } | undefined {
  for (const provider of providers) {
    const access = offered.find(({ name }) => name === provider.name);
    if (access) return { provider, access };
  }
  return undefined;
}

/**
 * KEP-4322's BuildConfigFromCP: the command is the provider's, and the profile adds what the provider's policies let it add.
 * Nothing is shared between two calls. Throws ClusterFailure.
 */
export function buildAccess(providers: readonly Provider[], profile: Buildable, options: BuildOptions): BuiltAccess {
  const selected = selectProvider(providers, profile.accessProviders);
  if (!selected) throw failure(`no matching cluster accessor found for cluster profile "${profile.ref.name}"`);
  const { provider, access } = selected;
  const { cluster } = access;
  const { exec } = provider;
  if (!exec) throw failure(`no exec config found for provider "${provider.name}"`);
  if (cluster.server === '')
    throw failure(
      `access provider "${provider.name}" of cluster profile "${profile.ref.name}" has an empty cluster server`,
    );
  const extensions = cluster.extensions ?? [];
  const more = additions(provider, extensions);
  const repeated = repeatedExtension(extensions);
  if (repeated !== undefined)
    throw failure(
      `failed to convert v1 Cluster to internal: error converting extensions: duplicate name "${repeated}" in list`,
    );
  checkTLS(cluster, options.allowInsecureTLS);

  const values = {
    ...{ properties: profile.properties, labels: profile.labels, ...profile.ref },
    ...(profile.annotations && { annotations: profile.annotations }),
    server: options.server ?? cluster.server,
  };
  const local = exec.env.map(({ name, value }) => ({
    name,
    value: expandTemplates([value], values, provider.name)[0] ?? '',
  }));
  const config = extensions.find(({ name }) => name === EXTENSION.config);
  return {
    provider,
    cluster,
    exec: {
      apiVersion: exec.apiVersion,
      command: exec.command,
      args: [...expandTemplates(exec.args, values, provider.name), ...more.args],
      env: mergeEnv(local, more.envs, provider.envVarsPolicy === 'Replace'),
      interactiveMode: interactiveMode(provider, options),
      ...(exec.installHint && { installHint: exec.installHint }),
      ...(exec.provideClusterInfo && { provideClusterInfo: true }),
      ...(config && { clusterConfig: config.extension ?? null }),
    },
    warnings: more.warnings,
  };
}

/** What the reserved extensions add, in the order of the list; both are ignored unless the provider says otherwise. */
function additions(provider: Provider, extensions: NonNullable<ProfileAccess['cluster']['extensions']>) {
  const args: string[] = [];
  const envs = new Map<string, { readonly name: string; readonly value: string }>();
  const warnings = new Map<string, AccessWarning>();
  const { cliArgsPolicy, envVarsPolicy } = provider;
  for (const { name, extension } of extensions) {
    if (name === EXTENSION.args && cliArgsPolicy !== 'Ignore') {
      if (cliArgsPolicy !== 'Append') throw failure(`unsupported ProfileSourcedCLIArgsPolicy: "${cliArgsPolicy}"`);
      const read = readArgs(extension);
      if (!read) throw failure('failed to unmarshal additional CLI args extension: it is not a list of strings');
      args.push(...read);
    }
    if (name === EXTENSION.envs && envVarsPolicy !== 'Ignore') {
      if (envVarsPolicy !== 'AppendIfNotExists' && envVarsPolicy !== 'Replace')
        throw failure(`unsupported ProfileSourcedEnvVarsPolicy: "${envVarsPolicy}"`);
      const read = readEnvs(extension);
      if (!read) throw failure('failed to unmarshal additional env vars extension: it is not a map of strings');
      for (const variable of read) if (mayComeFromHub(variable, provider.allowedEnv)) envs.set(variable.name, variable);
      const denied = read.filter((variable) => !mayComeFromHub(variable, provider.allowedEnv));
      if (denied.length > 0) warnings.set('W-ENV-DENIED', envDenied(denied.map((variable) => variable.name)));
    }
  }
  const risk = cliArgsPolicy === 'Append' ? appendRisk(provider.name, provider.exec?.command ?? '') : undefined;
  return { args, envs: [...envs.values()], warnings: [...warnings.values(), ...(risk ? [risk] : [])] };
}

function envDenied(names: readonly string[]): AccessWarning {
  const list = names.map((name) => `"${name.slice(0, 64)}"`).join(', ');
  return { code: 'W-ENV-DENIED', message: `the hub may not set ${list} for a credential plugin; dropped` };
}

function interactiveMode({ name, exec }: Provider, options: BuildOptions): NonNullable<ExecConfig['interactiveMode']> {
  const written = exec?.interactiveMode || 'IfAvailable';
  const mode = (['Never', 'IfAvailable', 'Always'] as const).find((one) => one === written);
  if (mode === undefined) throw failure(`invalid interactiveMode for provider "${name}": "${written}"`, 'ExecPlugin');
  return options.interactive === 'never' ? 'Never' : mode;
}

function failure(message: string, type: ErrorType = 'NoAccess'): ClusterFailure {
  return new ClusterFailure({ type, message, reason: 'E-PROVIDER', retriable: false });
}
