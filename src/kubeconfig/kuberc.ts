import { allowlistEntry, type PluginPolicy } from '../client/execcredential/policy.ts';
import { ClusterFailure, UsageError } from '../errors.ts';
import { parseYAMLDocuments } from '../serializer/yaml.ts';
import { readText } from '../system/files.ts';
import { missingFile, reasonOf } from './clusterinfo.ts';
import type { KubercFile } from './kubercfile.ts';
import { isRecord } from './parse.ts';

const group = 'kubectl.config.k8s.io';

/**
 * The credential plugin policy of kubectl's kuberc, undefined where there is none. kubectl warns and goes on when it cannot read
 * the implicit file; here everything that leaves the policy in doubt is a ClusterFailure (ExecPlugin), so that no plugin runs.
 */
export async function loadPluginPolicy({ path, explicit }: KubercFile): Promise<PluginPolicy | undefined> {
  const text = await readText(path).catch((error: unknown) => {
    throw unreadable(path, reasonOf(error));
  });
  if (text === undefined) {
    if (explicit) throw unreadable(path, missingFile);
    return undefined;
  }
  const documents = await parseYAMLDocuments(text, path).catch((error: unknown) => {
    throw unreadable(path, error instanceof UsageError ? error.message.replace(`${path}:`, '') : 'it is not YAML');
  });
  if (documents.length === 0) return undefined;
  const preference = documents.map(({ value }) => value).find(isPreference);
  if (preference === undefined) throw unreadable(path, `no ${group}/v1beta1 Preference found in it`);
  return policyOf(preference, path);
}

type Tree = Readonly<Record<string, unknown>>;

function isPreference(value: unknown): value is Tree {
  return (
    isRecord(value) &&
    value['kind'] === 'Preference' &&
    (value['apiVersion'] === `${group}/v1beta1` || value['apiVersion'] === `${group}/v1alpha1`)
  );
}

function policyOf(preference: Tree, path: string): PluginPolicy | undefined {
  const known =
    preference['apiVersion'] === `${group}/v1beta1` ? ['credentialPluginPolicy', 'credentialPluginAllowlist'] : [];
  for (const key of Object.keys(preference)) {
    if (key.toLowerCase().startsWith('credentialplugin') && !known.includes(key))
      throw unreadable(path, `unknown field "${key}" in ${preference['apiVersion']}`);
  }
  const { credentialPluginPolicy: policy = '', credentialPluginAllowlist: list } = preference;
  if (typeof policy !== 'string' && policy !== null) throw unreadable(path, 'credentialPluginPolicy is not a string');
  if (!policy && (list === undefined || list === null)) return undefined;
  return { source: `kuberc ${path}`, policy: policy ?? '', allowlist: allowlistOf(list, path) };
}

function allowlistOf(list: unknown, path: string): PluginPolicy['allowlist'] {
  if (list === undefined || list === null) return null;
  if (!Array.isArray(list)) throw unreadable(path, 'credentialPluginAllowlist is not a list');
  return list.map((entry: unknown) => {
    if (!isRecord(entry)) throw unreadable(path, 'an entry of credentialPluginAllowlist is not an object');
    for (const [key, value] of Object.entries(entry)) {
      if (key !== 'name' && key !== 'command')
        throw unreadable(path, `unknown field "${key}" in credentialPluginAllowlist`);
      if (typeof value !== 'string') throw unreadable(path, `${key} in credentialPluginAllowlist is not a string`);
    }
    try {
      return allowlistEntry(entry);
    } catch (error) {
      throw unreadable(path, (error as Error).message.replace('getting credentials: ', ''));
    }
  });
}

function unreadable(path: string, why: string): ClusterFailure {
  return new ClusterFailure({
    type: 'ExecPlugin',
    message: `kuberc: cannot read credential plugin policy from ${path}: ${why}; fix the file or set KUBERC=off`,
    reason: 'PluginPolicy',
    retriable: false,
  });
}
