import type { LoginKind } from './login.ts';
import type { RESTConfig } from './restconfig.ts';
import { tokenFileLogin } from './tokenfile.ts';
import { unsupportedLogin } from './unsupportedlogin.ts';

/** All kinds of login; a new one is a file and a line here. */
const kinds: readonly LoginKind[] = [tokenFileLogin, unsupportedLogin('exec'), unsupportedLogin('oidc')];

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
