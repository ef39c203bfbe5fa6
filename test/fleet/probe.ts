import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parse } from 'yaml';

/** An answer of an API server: the HTTP status and the whole body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface AdminKubeconfig {
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data'?: string; readonly 'client-key-data'?: string };
  }[];
}

/** One GET as the admin without client-node, for readiness and for small questions; rejects where nobody answers within `timeoutMs`. */
export function adminGet(
  server: { readonly url: string; readonly ca: string; readonly adminKubeconfig: string },
  path: string,
  userAgent = 'fleet-probe',
  timeoutMs = 5_000,
): Promise<Answer> {
  const config = parse(readFileSync(server.adminKubeconfig, 'utf8')) as AdminKubeconfig;
  const user = config.users[0]?.user;
  const decoded = (data: string | undefined) => (data === undefined ? undefined : Buffer.from(data, 'base64'));
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}${path}`,
      {
        ca: server.ca,
        cert: decoded(user?.['client-certificate-data']),
        key: decoded(user?.['client-key-data']),
        headers: { 'User-Agent': userAgent },
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
