/** A plain HTTPS request, for whatever must not depend on the product's own client. */
import { type Agent, request } from 'node:https';

/** Where to send requests and as whom; a client certificate is the agent's affair. */
export interface RealServer {
  readonly url: string;
  readonly agent: Agent;
  readonly token?: string;
}

/** A whole answer; `body` is decoded text only where no Content-Encoding was asked for. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

interface SendOptions {
  readonly method?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Instead of the server's own token; null = none. */
  readonly token?: string | null;
}

/** Sends one request and reads the whole answer; rejects only when there is none. */
export function send(server: RealServer, path: string, options: SendOptions = {}): Promise<Answer> {
  const token = options.token === undefined ? server.token : options.token;
  const headers: Record<string, string> = { ...options.headers };
  if (options.accept !== undefined) headers['accept'] = options.accept;
  if (token) headers['authorization'] = `Bearer ${token}`;
  if (options.body !== undefined) headers['content-type'] ??= 'application/json';
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { agent: server.agent, method: options.method ?? 'GET', headers });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString(), bytes });
      });
    });
    sent.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}
