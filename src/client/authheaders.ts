import { ClusterFailure } from '../errors.ts';
import type { Auth, Impersonate, RESTConfig } from './restconfig.ts';
import type { Secret } from './secret.ts';

/** Header values as Node takes them; several values of one name as an array. */
export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** The Authorization header of a user: a bearer token, else user and password, else none. */
export function authorization(auth: Auth, token: Secret | undefined): HeaderValues {
  if (token) return { Authorization: `Bearer ${latin1(token.reveal())}` };
  if (!auth.basic) return {};
  const { username, password } = auth.basic;
  return { Authorization: `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}` };
}

/** The Impersonate-… headers; throws ClusterFailure for groups, uid or extra without a user, as client-go does. */
export function impersonation(config: RESTConfig): HeaderValues {
  const { user, uid, groups = [], extra = {} }: Impersonate = config.impersonate ?? {};
  if (!user) {
    if (uid || groups.length > 0 || Object.keys(extra).length > 0)
      throw new ClusterFailure({
        type: 'NoContext',
        reason: 'InvalidConfiguration',
        message: `requesting uid, groups or user-extra${forContext(config)} without impersonating a user`,
        hint: 'add --as USER',
        retriable: false,
      });
    return {};
  }
  const headers: Record<string, string | readonly string[]> = { 'Impersonate-User': latin1(user) };
  if (uid) headers['Impersonate-Uid'] = latin1(uid);
  if (groups.length > 0) headers['Impersonate-Group'] = groups.map(latin1);
  for (const [key, values] of Object.entries(extra))
    if (values.length > 0) headers[`Impersonate-Extra-${headerName(key)}`] = values.map(latin1);
  return headers;
}

/** ` for context "x"`, or nothing where the config came from elsewhere. */
export function forContext(config: RESTConfig): string {
  return config.origin === undefined ? '' : ` for context "${config.origin}"`;
}

/** Node writes header values as Latin-1, API servers read UTF-8. */
function latin1(value: string): string {
  return /[^\x00-\x7f]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
}

/** Percent-escapes what a header name cannot carry, and the percent sign itself; servers unescape it. */
function headerName(key: string): string {
  return Array.from(Buffer.from(key, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9!#$&'*+.^_`|~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
