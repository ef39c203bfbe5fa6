import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { issue, makeCA } from '../pki.ts';

/** A key pair as of an AWS account, and whose it is. */
export interface SigningKey {
  readonly id: string;
  readonly secret: string;
  /** The name that the cluster knows its owner by. */
  readonly user: string;
}

/** What EKS puts before an API server: a token is good where the signature of the URL in it holds for this very cluster. */
export interface TokenWebhook {
  /** The flags of an API server that asks it. */
  flags(dir: string): Promise<readonly string[]>;
  /** Why a token was not taken, oldest first. */
  refused(): readonly string[];
  /** Tokens that were shown to it. */
  tokens(): readonly string[];
  close(): Promise<void>;
}

/** Starts the webhook of the cluster that AWS knows under this name. */
export async function startTokenWebhook(cluster: string, keys: readonly SigningKey[]): Promise<TokenWebhook> {
  const ca = await makeCA('token webhook CA');
  const { cert, key } = await issue(ca, { cn: 'webhook', sans: ['127.0.0.1'] });
  const refused: string[] = [];
  const tokens: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const review = JSON.parse(text) as { readonly apiVersion: string; readonly spec: { readonly token: string } };
      const { token } = review.spec;
      tokens.push(token);
      const found = whose(token, cluster, keys);
      if ('why' in found && token.startsWith(PREFIX)) refused.push(found.why);
      const status =
        'why' in found
          ? { authenticated: false }
          : { authenticated: true, user: { username: found.user, uid: found.id, groups: [] } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: 'TokenReview', status }));
    });
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
  const name = 'webhook';
  const data = Buffer.from(ca.cert).toString('base64');
  const config = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}/`, 'certificate-authority-data': data } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
  return {
    async flags(dir) {
      const file = join(await mkdtemp(join(dir, 'webhook-')), 'config');
      await writeFile(file, config);
      return [`--authentication-token-webhook-config-file=${file}`, '--authentication-token-webhook-version=v1'];
    },
    refused: () => refused,
    tokens: () => tokens,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const PREFIX = 'k8s-aws-v1.';

/**
 * Checks the presigned `sts GetCallerIdentity` as STS would when the cluster sends it on with its own name in `x-k8s-aws-id`
 * (Signature Version 4, docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
function whose(token: string, cluster: string, keys: readonly SigningKey[]): SigningKey | { readonly why: string } {
  const url = URL.parse(Buffer.from(token.slice(PREFIX.length), 'base64url').toString('utf8'));
  if (!token.startsWith(PREFIX) || url === null) return { why: 'not a token of this kind' };
  if (!/^sts\.([a-z0-9-]+\.)?amazonaws\.com$/.test(url.hostname)) return { why: `for ${url.hostname}` };
  const query = url.searchParams;
  if (query.get('Action') !== 'GetCallerIdentity') return { why: 'for another action' };
  const [id, ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  const key = keys.find((one) => one.id === id);
  if (!key) return { why: `unknown key ${id}` };
  const signed = query.get('X-Amz-SignedHeaders') ?? '';
  if (!signed.split(';').includes('x-k8s-aws-id')) return { why: 'the cluster is not signed' };
  const headers: Readonly<Record<string, string>> = { host: url.host, 'x-k8s-aws-id': cluster };
  const canonical = [
    'GET',
    url.pathname,
    [...query]
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map((pair) => pair.map(percent).join('='))
      .sort()
      .join('&'),
    ...signed.split(';').map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    signed,
    sha256(''),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', query.get('X-Amz-Date'), scope.join('/'), sha256(canonical)].join('\n');
  const signingKey = scope.reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${key.secret}`);
  const good = hmac(signingKey, text).toString('hex') === query.get('X-Amz-Signature');
  return good ? key : { why: 'the signature does not hold for this cluster' };
}

function percent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
