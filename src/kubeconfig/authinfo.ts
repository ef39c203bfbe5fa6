import type { Auth, Impersonate } from '../client/restconfig.ts';
import { Secret } from '../client/secret.ts';
import { oidcSettings } from './authprovider.ts';
import { pem, type ReadFile, resolvePath } from './clusterinfo.ts';
import { execInfo } from './execinfo.ts';
import { type Fields, fieldsOf, invalidConfiguration } from './fields.ts';
import type { KubeconfigEntry } from './kubeconfig.ts';

/** The half of a RESTConfig that says who we are. */
export interface AuthInfo {
  readonly auth: Auth;
  readonly impersonate?: Impersonate;
}

/** Checks one `users[]` entry as client-go's validateAuthInfo does and reads it; throws ClusterFailure. */
export async function authInfo(
  name: string,
  entry: KubeconfigEntry,
  options: { readonly execConfig: unknown; readonly readFile: ReadFile },
): Promise<AuthInfo> {
  const fields = fieldsOf(entry, `users.${name}`);
  const token = fields.text('token');
  const tokenFile = fields.text('tokenFile');
  const username = fields.text('username');
  const password = fields.text('password');
  const hasBasic = (username ?? password) !== undefined;
  if (token !== undefined && hasBasic)
    throw invalidConfiguration(
      `more than one authentication method found for ${name}; found [token basicAuth], only one is allowed`,
    );
  const exec = fields.record('exec');
  const provider = fields.record('auth-provider');
  if (exec && provider)
    throw invalidConfiguration(`authProvider cannot be provided in combination with an exec plugin for ${name}`);

  const certificate = await clientCertificate(name, fields, entry.file, options.readFile);
  const impersonate = impersonation(fields);
  return {
    auth: {
      ...(certificate && { certificate }),
      ...(token !== undefined && { token: new Secret(token) }),
      // Next to a token the file still wins as long as it can be read.
      ...(tokenFile !== undefined && { tokenFile: resolvePath(tokenFile, entry.file) }),
      ...(hasBasic && { basic: { username: username ?? '', password: new Secret(password ?? '') } }),
      ...(exec && { exec: execInfo(name, exec, entry.file, options.execConfig) }),
      ...(provider && { oidc: oidcSettings(provider) }),
    },
    ...(impersonate && { impersonate }),
  };
}

/** Lays `over` (flags) upon what the kubeconfig says, field by field; impersonating anything needs a user. */
export function mergeImpersonate(
  name: string,
  own: Impersonate | undefined,
  over: Impersonate | undefined,
): Impersonate | undefined {
  const merged: Impersonate = { ...own, ...over };
  if (own?.extra && over?.extra) Object.assign(merged, { extra: { ...own.extra, ...over.extra } });
  if (Object.keys(merged).length === 0) return undefined;
  if (!merged.user)
    throw invalidConfiguration(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return merged;
}

async function clientCertificate(
  name: string,
  fields: Fields,
  file: string,
  readFile: ReadFile,
): Promise<Auth['certificate']> {
  const part = (what: string) => ({
    what,
    name,
    file,
    readFile,
    data: fields.text(`${what}-data`),
    path: fields.text(what),
  });
  const certificate = part('client-certificate');
  const key = part('client-key');
  // A key alone identifies nobody; client-go passes over it as well.
  if ((certificate.data ?? certificate.path) === undefined) return undefined;
  for (const one of [certificate, key])
    if (one.data !== undefined && one.path !== undefined)
      throw invalidConfiguration(`${one.what}-data and ${one.what} are both specified for ${name}; remove one of them`);
  if ((key.data ?? key.path) === undefined)
    throw invalidConfiguration(
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    );
  const [cert, secret] = await Promise.all([pem(certificate), pem(key)]);
  return { cert: cert ?? '', key: new Secret(secret ?? '') };
}

function impersonation(fields: Fields): Impersonate | undefined {
  const user = fields.text('as');
  const uid = fields.text('as-uid');
  const groups = fields.texts('as-groups');
  const extras = fields.record('as-user-extra');
  const extra = extras && Object.fromEntries(extras.keys().map((key) => [key, extras.texts(key)]));
  const own: Impersonate = {
    ...(user !== undefined && { user }),
    ...(uid !== undefined && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(extra && Object.keys(extra).length > 0 && { extra }),
  };
  return Object.keys(own).length > 0 ? own : undefined;
}
