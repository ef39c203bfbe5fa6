import { ClusterFailure } from '../errors.ts';
import { forContext } from './authheaders.ts';
import type { Login, LoginHost, LoginKind, LoginSource } from './login.ts';
import type { RESTConfig } from './restconfig.ts';
import { Secret } from './secret.ts';

// As in client-go: service account tokens are rotated long before they expire.
const periodMs = 60_000;

/** `tokenFile` of a user: read again when the file changed or after a minute; the last good token outlives a file that cannot be read. */
export const tokenFileLogin: LoginKind = {
  kind: 'tokenFile',
  key: ({ auth }) => auth.tokenFile ?? '',
  open: (host) => () => openTokenFile(host),
};

interface Read {
  readonly login: Login;
  readonly modifiedMs: number;
  readonly at: number;
}

function openTokenFile({ files, clock }: LoginHost): LoginSource {
  const state: { last?: Read; reading?: Promise<Read> } = {};
  const read = async (path: string): Promise<Read> => {
    // The time first: a change between the two is then seen the next time.
    const modifiedMs = await files.modifiedMs(path);
    const token = (await files.readText(path)).trim();
    if (token === '') throw new Error('it is empty');
    const same = state.last?.login.token?.reveal() === token;
    const login = same && state.last ? state.last.login : { token: new Secret(token) };
    return { login, modifiedMs, at: clock.monotonic() };
  };
  const readOnce = async (path: string): Promise<Read> => {
    state.reading ??= read(path).finally(() => delete state.reading);
    state.last = await state.reading;
    return state.last;
  };
  const isFresh = async (path: string, { at, modifiedMs }: Read) =>
    clock.monotonic() - at < periodMs && (await files.modifiedMs(path)) === modifiedMs;

  return {
    async get(config) {
      const path = config.auth.tokenFile ?? '';
      try {
        if (state.last && (await isFresh(path, state.last))) return state.last.login;
        return (await readOnce(path)).login;
      } catch (error) {
        return state.last?.login ?? fallback(config, path, error);
      }
    },
    async renew(config) {
      return (await readOnce(config.auth.tokenFile ?? '').catch(() => undefined))?.login;
    },
  };
}

/** A token next to the file serves until the file can be read. */
function fallback(config: RESTConfig, path: string, error: unknown): Login {
  if (config.auth.token) return { token: config.auth.token };
  const { code, message } = error as { code?: string; message?: string };
  throw new ClusterFailure({
    type: 'NoContext',
    reason: 'InvalidConfiguration',
    message: `the token file ${path}${forContext(config)} cannot be read: ${code ?? message}`,
    hint: 'check tokenFile in the kubeconfig',
    retriable: false,
  });
}
