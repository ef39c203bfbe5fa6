import { digest, pluginKey } from './configkey.ts';
import type { LoginKind } from './login.ts';
import type { RESTConfig } from './restconfig.ts';
import { tokenFileLogin } from './tokenfile.ts';

/** All kinds of login; a new one is a file and a line here. What only few users need is loaded when the first of them comes. */
const kinds: readonly LoginKind[] = [
  tokenFileLogin,
  {
    kind: 'exec',
    key: pluginKey,
    open: async (host) => (await import('./execcredential/execlogin.ts')).openExecLogins(host),
  },
  {
    kind: 'oidc',
    key: ({ auth }) => digest('oidc', auth.oidc),
    open: async (host) => (await import('./oidc/oidclogin.ts')).openOIDCLogins(host),
  },
];

/**
 * The login that a user needs, undefined where the config holds all there is. As in client-go a token file goes before
 * a token, and exec plugins and auth providers are left alone where a token or a password is given (plugins also by a certificate).
 */
export function loginKindOf({ auth }: RESTConfig): LoginKind | undefined {
  const find = (name: string) => kinds.find(({ kind }) => kind === name);
  if (auth.tokenFile !== undefined) return find('tokenFile');
  if (auth.token || auth.basic) return undefined;
  if (auth.exec && !auth.certificate) return find('exec');
  return auth.oidc ? find('oidc') : undefined;
}
