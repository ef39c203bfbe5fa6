import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readYAML } from '../../serializer/fastyaml.ts';
import type { Login } from '../login.ts';
import type { ExecConfig } from '../restconfig.ts';
import { Secret } from '../secret.ts';
import { pluginFailure } from './failure.ts';

/** What a plugin answered: the login and how long it is good. */
export interface ExecCredential {
  readonly login: Login;
  /** Milliseconds since the epoch; absent = until the process ends or a server refuses it. */
  readonly expiresAt?: number;
}

/**
 * Reads a plugin's standard output (JSON or YAML) as client-go does; throws ClusterFailure. No message quotes what the
 * plugin wrote: it may be a credential.
 */
export async function decodeExecCredential(
  stdout: string,
  exec: Pick<ExecConfig, 'apiVersion'>,
): Promise<ExecCredential> {
  const answer = await objectIn(stdout);
  const kind = text(answer, 'kind');
  const apiVersion = text(answer, 'apiVersion');
  if (kind === '') throw undecoded("Object 'Kind' is missing");
  if (apiVersion === '') throw undecoded("Object 'apiVersion' is missing");
  if (kind !== 'ExecCredential') throw undecoded('it is not an ExecCredential');
  if (apiVersion !== exec.apiVersion)
    throw pluginFailure(
      `exec plugin is configured to use API version ${exec.apiVersion}, plugin returned version ${apiVersion}`,
      { hint: 'set apiVersion in the exec section of the kubeconfig to the one that the plugin speaks' },
    );
  const { status } = answer;
  if (status === undefined || status === null) throw pluginFailure("exec plugin didn't return a status field");
  if (!isObject(status)) throw undecoded('status is not an object');
  const token = text(status, 'token');
  const cert = text(status, 'clientCertificateData');
  const key = text(status, 'clientKeyData');
  if (token === '' && cert === '' && key === '')
    throw pluginFailure("exec plugin didn't return a token or cert/key pair");
  if ((cert === '') !== (key === '')) throw pluginFailure('exec plugin returned only certificate or key, not both');
  const expires = text(status, 'expirationTimestamp');
  const expiresAt = expires === '' ? undefined : instant(expires);
  if (cert !== '') checkPair(cert, key);
  return {
    login: {
      ...(token !== '' && { token: new Secret(token) }),
      ...(cert !== '' && { certificate: { cert, key: new Secret(key) } }),
      ...(expiresAt !== undefined && { expiresAt }),
    },
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

type Answer = Readonly<Record<string, unknown>>;

function undecoded(why: string) {
  return pluginFailure(`decoding stdout: ${why}`);
}

async function objectIn(stdout: string): Promise<Answer> {
  if (stdout.trim() === '') throw undecoded('it is empty');
  const value = await readYAML(stdout, 'stdout').catch(() => {
    throw undecoded('it is neither JSON nor YAML');
  });
  if (!isObject(value)) throw undecoded('it is not an object');
  return value;
}

function isObject(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(answer: Answer, key: string): string {
  const value = answer[key] ?? '';
  if (typeof value !== 'string') throw undecoded(`${key} is not a string`);
  return value;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

function instant(written: string): number {
  const time = rfc3339.test(written) ? Date.parse(written.toUpperCase().replace(',', '.')) : Number.NaN;
  if (Number.isNaN(time)) throw undecoded('expirationTimestamp is not an RFC 3339 time');
  return time;
}

function checkPair(cert: string, key: string): void {
  const refuse = (why: string) => pluginFailure(`failed parsing client key/certificate: ${why}`);
  let matches: boolean;
  try {
    matches = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw refuse((error as { code?: string }).code ?? 'not PEM');
  }
  if (!matches) throw refuse('private key does not match public key');
}
