import net from 'node:net';
import tls from 'node:tls';
import { ClusterFailure } from '../errors.ts';
import { connectionFailure } from './connectionerrors.ts';
import { openHandshake } from './handshake.ts';
import { hostPort, type ProxyServer } from './proxy.ts';
import { socks5Connect } from './socks5.ts';

/** The server behind the proxy. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/** How the proxy itself is reached. */
export interface TunnelOptions {
  /** For https proxies: whom to trust. */
  readonly secureContext: () => tls.SecureContext;
  readonly insecure: boolean;
  /** Hears of every socket at its birth, so that it can be ended from outside. */
  readonly onSocket: (socket: net.Socket) => void;
}

/** Opens a tunnel to `target` (CONNECT or SOCKS5); throws ClusterFailure that names the proxy. Ends when its socket is destroyed. */
export async function openTunnel(
  proxy: ProxyServer,
  target: TunnelTarget,
  options: TunnelOptions,
): Promise<net.Socket> {
  const socket = connectTo(proxy, options);
  options.onSocket(socket);
  try {
    await connected(socket, proxy.scheme === 'https' ? 'secureConnect' : 'connect');
    const handshake = openHandshake(socket);
    if (proxy.scheme === 'socks5') await socks5Connect(handshake, proxy, target);
    else await httpConnect(handshake, proxy, target);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error instanceof ClusterFailure
      ? error
      : connectionFailure(error, { host: proxy.host, port: proxy.port, proxy: proxy.label, atProxy: true });
  }
}

function connectTo(proxy: ProxyServer, options: TunnelOptions): net.Socket {
  const { host, port } = proxy;
  if (proxy.scheme !== 'https') return net.connect({ host, port, noDelay: true });
  return tls.connect({
    host,
    port,
    servername: net.isIP(host) === 0 ? host : '',
    secureContext: options.secureContext(),
    rejectUnauthorized: !options.insecure,
    ALPNProtocols: ['http/1.1'],
  });
}

function connected(socket: net.Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

async function httpConnect(
  handshake: ReturnType<typeof openHandshake>,
  proxy: ProxyServer,
  target: TunnelTarget,
): Promise<void> {
  const address = hostPort(target.host, target.port);
  const login =
    proxy.login && Buffer.from(`${proxy.login.username}:${proxy.login.password.reveal()}`).toString('base64');
  handshake.write(
    `CONNECT ${address} HTTP/1.1\r\nHost: ${address}\r\n${login ? `Proxy-Authorization: Basic ${login}\r\n` : ''}\r\n`,
  );
  const head = await handshake.read((bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    return end < 0 ? undefined : end + 4;
  });
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1]);
  if (status >= 200 && status < 300) return;
  throw refused(proxy, address, status);
}

function refused(proxy: ProxyServer, address: string, status: number): ClusterFailure {
  if (status === 407)
    return new ClusterFailure({
      type: 'ConnectionRefused',
      reason: 'proxy',
      message: `the proxy ${proxy.label} ${proxy.login ? 'does not accept its login' : 'wants a login'} (407)`,
      hint: 'put user and password into the proxy URL',
      retriable: false,
    });
  return new ClusterFailure({
    type: 'ConnectionRefused',
    reason: 'proxy',
    message: Number.isNaN(status)
      ? `the proxy ${proxy.label} does not answer as an HTTP proxy`
      : `the proxy ${proxy.label} answered ${status} instead of connecting to ${address}`,
    hint: 'check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY',
    retriable: status === 502 || status === 503 || status === 504,
  });
}
