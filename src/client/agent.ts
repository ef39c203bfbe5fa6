import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from '../system/clock.ts';
import { connectionFailure, connectTimeout, type Endpoint } from './connectionerrors.ts';
import type { ProxyServer } from './proxy.ts';
import type { SocketSet } from './socketset.ts';
import { openTunnel, type TunnelOptions } from './tunnel.ts';

/** What an agent needs to open sockets by itself. */
export interface DialOptions {
  readonly clock: Clock;
  readonly endpoint: Endpoint;
  readonly proxy: ProxyServer | undefined;
  /** How the proxy's own certificate is judged. */
  readonly proxyTLS: Omit<TunnelOptions, 'onSocket'>;
  /** DNS, TCP, proxy and TLS of a new socket together; 0 = no limit. */
  readonly connectTimeoutMs: number;
  readonly sockets: SocketSet;
}

/** A request as the agent gets it; `abandoned` ends a tunnel that nobody waits for any more. */
export type AgentRequest = https.RequestOptions & { readonly abandoned: AbortSignal };

/** Keeps the sockets of one server under one credential, and gives every new one the connect timeout. */
export class ClusterAgent extends https.Agent {
  readonly #dial: DialOptions;
  readonly #secured = new WeakSet<object>();

  constructor(options: https.AgentOptions, dial: DialOptions) {
    super(options);
    this.#dial = dial;
  }

  /** Whether a socket's TLS handshake is done, so that a request on it may have been sent. */
  isSecured(socket: object): boolean {
    return this.#secured.has(socket);
  }

  /** All sockets of one agent are alike: no name has to be put together from certificates for every request. */
  override getName(): string {
    return 'cluster';
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    const { clock, endpoint, proxy, connectTimeoutMs } = this.#dial;
    const late = { expire: (_: Error) => {} };
    const cancel =
      connectTimeoutMs > 0
        ? clock.after(connectTimeoutMs, () => late.expire(connectTimeout(endpoint, connectTimeoutMs)))
        : () => {};
    const settle = (socket: Duplex): Duplex => {
      late.expire = (error) => socket.destroy(error);
      socket.once('close', cancel);
      socket.once('secureConnect', () => {
        this.#secured.add(socket);
        cancel();
      });
      this.#dial.sockets.add(socket);
      return socket;
    };
    if (!proxy) return settle(super.createConnection(options)!);
    this.#throughProxy(proxy, options as AgentRequest, (expire) => (late.expire = expire))
      .then((tunnel) => settle(super.createConnection({ ...options, socket: tunnel } as https.RequestOptions)!))
      .then(
        (socket) => callback?.(null, socket),
        (error: Error) => {
          cancel();
          callback?.(error, undefined as unknown as Duplex);
        },
      );
    return undefined;
  }

  #throughProxy(
    proxy: ProxyServer,
    request: AgentRequest,
    onExpire: (expire: (error: Error) => void) => void,
  ): Promise<Duplex> {
    const { endpoint, proxyTLS, sockets } = this.#dial;
    return new Promise((resolve, reject) => {
      const { abandoned } = request;
      const opened: { socket?: Duplex } = {};
      const end = (error: Error) => {
        opened.socket?.destroy();
        reject(error);
      };
      const onAbort = () => end(connectionFailure(abandoned.reason, endpoint));
      if (abandoned.aborted) return onAbort();
      abandoned.addEventListener('abort', onAbort, { once: true });
      onExpire(end);
      openTunnel(proxy, endpoint, {
        ...proxyTLS,
        onSocket(socket) {
          opened.socket = socket;
          sockets.add(socket);
        },
      })
        .then(resolve, reject)
        .finally(() => abandoned.removeEventListener('abort', onAbort));
    });
  }
}
