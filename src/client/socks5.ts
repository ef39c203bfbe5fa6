import { isIP } from 'node:net';
import { ClusterFailure } from '../errors.ts';
import type { Handshake } from './handshake.ts';
import { hostPort, type ProxyServer } from './proxy.ts';

const replies: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'TTL expired',
  7: 'command not supported',
  8: 'address type not supported',
};

/** Asks a SOCKS5 proxy (RFC 1928, RFC 1929) for a connection; names are resolved by the proxy. Throws ClusterFailure. */
export async function socks5Connect(
  handshake: Handshake,
  proxy: ProxyServer,
  target: { readonly host: string; readonly port: number },
): Promise<void> {
  handshake.write(proxy.login ? new Uint8Array([5, 2, 0, 2]) : new Uint8Array([5, 1, 0]));
  const [version, method] = await handshake.read(() => 2);
  if (version !== 5) throw failure(proxy, 'does not answer as a SOCKS5 proxy');
  if (method === 2 && proxy.login) await logIn(handshake, proxy, proxy.login);
  else if (method !== 0) throw failure(proxy, 'wants a login that its URL does not hold');

  const port = Buffer.alloc(2);
  port.writeUInt16BE(target.port);
  handshake.write(Buffer.concat([new Uint8Array([5, 1, 0]), addressOf(target.host), port]));
  const answer = await handshake.read(answerLength);
  const reply = answer[1] ?? 1;
  if (reply !== 0)
    throw failure(
      proxy,
      `could not connect to ${hostPort(target.host, target.port)}: ${replies[reply] ?? `reply ${reply}`}`,
      reply === 1 || (reply >= 3 && reply <= 6),
    );
}

async function logIn(
  handshake: Handshake,
  proxy: ProxyServer,
  login: NonNullable<ProxyServer['login']>,
): Promise<void> {
  const [name, password] = [Buffer.from(login.username), Buffer.from(login.password.reveal())];
  if (name.length > 255 || password.length > 255)
    throw failure(proxy, 'takes no user name or password above 255 bytes');
  handshake.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]));
  const [, status] = await handshake.read(() => 2);
  if (status !== 0) throw failure(proxy, 'does not accept its login');
}

function addressOf(host: string): Buffer {
  const family = isIP(host);
  if (family === 4) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (family === 6) return Buffer.from([4, ...ipv6Bytes(host)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function ipv6Bytes(host: string): number[] {
  // The URL parser writes every address in hexadecimal groups, also those with a dotted end.
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return all.flatMap((group) => [group >> 8, group & 255]);
}

function answerLength(bytes: Buffer): number | undefined {
  if (bytes.length < 5) return undefined;
  // A refusal may end after the address type; nothing of it is needed.
  return 6 + (bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : 1 + bytes[4]!);
}

function failure(proxy: ProxyServer, what: string, retriable = false): ClusterFailure {
  return new ClusterFailure({
    type: 'ConnectionRefused',
    reason: 'proxy',
    message: `the proxy ${proxy.label} ${what}`,
    hint: 'check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY',
    retriable,
  });
}
