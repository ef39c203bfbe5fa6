/** A bare node:https client: what a fault looks like without any of our own code. */
import { Agent, type RequestOptions, request } from 'node:https';

/** How one exchange went; exactly one of `status` and `error` says how it began, `error` may follow a status. */
export interface Exchange {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The `code` of the error, or its message. */
  readonly error?: string;
  /** The TLS handshake was finished. */
  readonly secured: boolean;
  readonly ms: number;
  /** Milliseconds until the response's headers. */
  readonly headersMs?: number;
}

/** One GET; gives up after `giveUpMs`, which shows as error `gave up`. */
export function get(
  url: string,
  options: RequestOptions & { readonly giveUpMs?: number; readonly token?: string } = {},
): Promise<Exchange> {
  const { giveUpMs = 5000, token, ...rest } = options;
  const began = performance.now();
  return new Promise((resolve) => {
    let body = '';
    let secured = false;
    let head: Pick<Exchange, 'status' | 'headers' | 'headersMs'> = {};
    const done = (error?: string) => {
      clearTimeout(timer);
      sent.destroy();
      if (rest.agent === undefined) agent.destroy();
      resolve({ ...head, body, secured, ms: performance.now() - began, ...(error === undefined ? {} : { error }) });
    };
    const timer = setTimeout(() => done('gave up'), giveUpMs);
    const agent = rest.agent instanceof Agent ? rest.agent : new Agent();
    const sent = request(url, {
      ...rest,
      agent,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...rest.headers },
    });
    sent.on('socket', (socket) => {
      if (socket.connecting || !socket.writable) socket.once('secureConnect', () => (secured = true));
      else secured = true;
    });
    sent.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    sent.on('response', (response) => {
      head = { status: response.statusCode ?? 0, headers: response.headers, headersMs: performance.now() - began };
      response.setEncoding('utf8');
      response.on('data', (chunk) => (body += chunk));
      response.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      response.on('end', () => done(response.complete ? undefined : 'incomplete'));
    });
    sent.end();
  });
}
