import { ClusterFailure } from '../errors.ts';
import { identityKey } from './configkey.ts';
import type { LoginKind } from './login.ts';
import type { RESTConfig } from './restconfig.ts';

/** A kind of login that is known and refused by name. */
export function unsupportedLogin(kind: 'exec' | 'oidc'): LoginKind {
  const refuse = async (config: RESTConfig): Promise<never> => {
    const user = config.origin === undefined ? 'the user' : `user of context "${config.origin}"`;
    throw new ClusterFailure({
      type: 'ExecPlugin',
      message:
        kind === 'exec'
          ? `${user} logs in through an exec plugin (${config.auth.exec?.command}); exec credential plugins are not supported yet`
          : `${user} logs in through the oidc auth provider; auth providers are not supported yet`,
      hint: 'use a client certificate, a token or a token file for this cluster',
      retriable: false,
    });
  };
  return { kind, key: identityKey, open: () => ({ get: refuse, renew: refuse }) };
}
