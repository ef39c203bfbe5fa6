import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltAccess, buildAccess, selectProvider } from '../../src/access/build.ts';
import { goObject } from '../../src/access/gojson.ts';
import { loadProviders, type Provider, readProviders } from '../../src/access/providerfile.ts';
import { expandTemplates } from '../../src/access/template.ts';
import { execInfo } from '../../src/client/execcredential/execinfo.ts';
import { normalizeProfile } from '../../src/discovery/profile.ts';
import { host } from './host.ts';
import type { Actual, Given } from './suite.ts';

/** access.loadProviders */
export async function loadProviderFile({ file }: Given): Promise<Actual> {
  const dir = await mkdtemp(join(tmpdir(), 'vectors-'));
  try {
    const path = join(dir, 'providers.json');
    if (typeof file === 'string') await writeFile(path, file);
    return { providers: (await loadProviders({ path, named: true, host })).map(shown) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function shown({ name, exec, cliArgsPolicy, envVarsPolicy, ...lists }: Provider) {
  const { command, args, env, apiVersion, provideClusterInfo, installHint, interactiveMode } = exec ?? {};
  return {
    ...{ name, command, args, env, apiVersion, provideClusterInfo, cliArgsPolicy, envVarsPolicy },
    ...{ installHint, interactiveMode, ...lists },
  };
}

/** access.select */
export function select({ providers, status, apiVersion }: Given): Actual {
  const offered = normalizeProfile({ apiVersion, status }).access;
  const found = selectProvider(
    providers.map((name: string) => ({ name })),
    offered,
  );
  return { name: found?.access.name ?? null, server: found?.access.cluster.server ?? null };
}

/** access.build */
export function build(given: Given): Actual {
  const built = buildOne(given.providers, given.clusterProfile, given);
  const { cluster, exec } = built;
  const insecure = cluster['insecure-skip-tls-verify'];
  const config = {
    server: cluster.server,
    tls: {
      ...(cluster['certificate-authority-data'] && { ca: decoded(cluster['certificate-authority-data']) }),
      ...(cluster['tls-server-name'] && { serverName: cluster['tls-server-name'] }),
      ...(insecure && { insecure }),
    },
    ...(cluster['proxy-url'] && { proxy: cluster['proxy-url'] }),
    ...(cluster['disable-compression'] && { disableCompression: true }),
  };
  const { clusterConfig, provideClusterInfo = false, ...command } = exec;
  return {
    server: cluster.server,
    caData: cluster['certificate-authority-data'],
    proxyUrl: cluster['proxy-url'],
    ...both('tlsServerName', 'serverName', cluster['tls-server-name']),
    ...both('insecureSkipTlsVerify', 'insecureSkipTLSVerify', insecure),
    insecure,
    disableCompression: cluster['disable-compression'],
    exec: { ...command, provideClusterInfo, config: clusterConfig },
    execInfo: execInfo(exec, config, false),
    warnings: built.warnings.map(({ code }) => code),
  };
}

/** access.buildSequence */
export function buildSequence(given: Given): Actual {
  const providers = readProviders(goObject({ providers: given.providers }), '/providers.json');
  const built = given.clusterProfiles.map((profile: unknown) => buildOne(providers, profile, given));
  return {
    args: built.map(({ exec }: BuiltAccess) => exec.args),
    envs: built.map(({ exec }: BuiltAccess) => exec.env),
  };
}

/** access.template */
export function template({ args, cluster }: Given): Actual {
  const { name, namespace, properties = {}, labels = {}, annotations = {}, server = '' } = cluster;
  return { args: expandTemplates(args, { name, namespace, properties, labels, annotations, server }) };
}

function buildOne(given: unknown, object: unknown, { config }: Given): BuiltAccess {
  const providers = isRead(given) ? given : readProviders(goObject({ providers: given }), '/providers.json');
  const profile = normalizeProfile(object);
  const { namespace, name, properties, labels, annotations, access } = profile;
  return buildAccess(
    providers,
    { ref: { namespace, name }, properties, labels, annotations, accessProviders: access },
    // The cases have upstream's mode, which never asks.
    {
      interactive: 'never',
      allowInsecureTLS: config?.allowInsecureTLS === true || config?.endpoints?.allowInsecureTLS === true,
    },
  );
}

function isRead(providers: unknown): providers is readonly Provider[] {
  return Array.isArray(providers) && providers.every((one) => 'allowedEnv' in one && 'exec' in one);
}

function both(one: string, other: string, value: unknown): Record<string, unknown> {
  return { [one]: value, [other]: value };
}

function decoded(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}
