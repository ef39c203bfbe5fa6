import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { issue, makeCA } from '../pki.ts';

/** An OpenID Connect issuer (discovery, keys, refresh tokens) whose ID tokens a real API server checks; RS256. */
export interface Issuer {
  readonly url: string;
  /** PEM of the CA that its certificate is from. */
  readonly ca: string;
  readonly clientID: string;
  readonly clientSecret: string;
  /** An ID token for this person; `lifeSeconds` below 0 makes one that has ended. */
  idToken(sub: string, lifeSeconds?: number): string;
  /** A refresh token that is good for this person; `once` makes one that is used up by its refresh, which gives another. */
  refreshToken(sub: string, once?: 'once'): string;
  /** Everything that it has handed out, and its client's secret. */
  secrets(): readonly string[];
  /** The paths that were asked for so far, by whomever: the API server wants discovery (once) and keys, too. */
  requests(): readonly string[];
  close(): Promise<void>;
}

const CLIENT = { id: 'kubernetes', secret: 'the-secret-of-the-client' } as const;

/** Starts the issuer on a port of 127.0.0.1. It is of the careless kind that repeats a bad refresh token in its answer. */
export async function startIssuer(): Promise<Issuer> {
  const ca = await makeCA('issuer CA');
  const { cert, key } = await issue(ca, { cn: 'issuer', sans: ['127.0.0.1'] });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 16);
  const people = new Map<string, { readonly sub: string; readonly once: boolean }>();
  const secrets: string[] = [CLIENT.secret];
  const asked: string[] = [];
  const server = createServer({ cert, key });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
  const url = `https://127.0.0.1:${port}`;
  const kept = (secret: string) => {
    secrets.push(secret);
    return secret;
  };
  const idToken = (sub: string, lifeSeconds = 3600) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url,
      aud: CLIENT.id,
      sub,
      iat: now - 7200,
      exp: now + lifeSeconds,
      jti: randomBytes(8).toString('hex'),
    };
    const text = [{ alg: 'RS256', typ: 'JWT', kid }, claims].map(encoded).join('.');
    return kept(`${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`);
  };
  const refreshToken = (sub: string, once?: 'once') => {
    const token = kept(`refresh-${randomBytes(16).toString('hex')}`);
    people.set(token, { sub, once: once !== undefined });
    return token;
  };
  const exchange = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    const form = new URLSearchParams(await bodyOf(request));
    const [id, secret] = clientOf(request, form);
    if (id !== CLIENT.id || secret !== CLIENT.secret) return [401, { error: 'invalid_client' }];
    if (form.get('grant_type') !== 'refresh_token') return [400, { error: 'unsupported_grant_type' }];
    const token = form.get('refresh_token') ?? '';
    const known = people.get(token);
    if (known === undefined) return [400, { error: 'invalid_grant', error_description: `no such token: ${token}` }];
    const { sub, once } = known;
    if (once) people.delete(token);
    const more = once ? { refresh_token: refreshToken(sub, 'once') } : {};
    return [
      200,
      {
        access_token: kept(`access-${randomBytes(16).toString('hex')}`),
        token_type: 'Bearer',
        expires_in: 3600,
        id_token: idToken(sub),
        ...more,
      },
    ];
  };
  const answer = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    asked.push(request.url ?? '');
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return [200, discovery(url)];
      case '/keys':
        return [200, { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256' }] }];
      case '/token':
        return await exchange(request);
      default:
        return [404, { error: 'not_found' }];
    }
  };
  server.on('request', (request, response) => {
    answer(request).then(
      ([status, body]) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      () => response.destroy(),
    );
  });
  return {
    url,
    ca: ca.cert,
    clientID: CLIENT.id,
    clientSecret: CLIENT.secret,
    idToken,
    refreshToken,
    secrets: () => secrets,
    requests: () => asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function discovery(url: string): object {
  return {
    issuer: url,
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  };
}

function clientOf(request: IncomingMessage, form: URLSearchParams): readonly [string, string] {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
  return [id, secret];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A kubeconfig user of the oidc auth provider. */
export function oidcUser(
  issuer: Issuer,
  tokens: { readonly id?: string; readonly refresh?: string; readonly [setting: string]: string | undefined },
): Readonly<Record<string, unknown>> {
  const { id, refresh, ...more } = tokens;
  const config = {
    'idp-issuer-url': issuer.url,
    'idp-certificate-authority-data': Buffer.from(issuer.ca).toString('base64'),
    'client-id': issuer.clientID,
    'client-secret': issuer.clientSecret,
    ...(id === undefined ? {} : { 'id-token': id }),
    ...(refresh === undefined ? {} : { 'refresh-token': refresh }),
    ...more,
  };
  return { 'auth-provider': { name: 'oidc', config } };
}

/** The flags with which an API server takes this issuer's tokens; its users are called `oidc:` and the subject. */
export async function issuerFlags(issuer: Issuer, dir: string): Promise<readonly string[]> {
  const caFile = join(await mkdtemp(join(dir, 'issuer-')), 'ca.crt');
  await writeFile(caFile, issuer.ca);
  return [
    `--oidc-issuer-url=${issuer.url}`,
    `--oidc-ca-file=${caFile}`,
    `--oidc-client-id=${issuer.clientID}`,
    '--oidc-username-claim=sub',
    '--oidc-username-prefix=oidc:',
    '--oidc-signing-algs=RS256',
  ];
}
