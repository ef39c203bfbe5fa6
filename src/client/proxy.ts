import { isIP } from 'node:net';
import { ClusterFailure } from '../errors.ts';
import { Secret } from './secret.ts';

/** A proxy that opens tunnels. */
export interface ProxyServer {
  readonly scheme: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly login?: { readonly username: string; readonly password: Secret };
  /** `scheme://host:port`, fit to be shown: no login in it. */
  readonly label: string;
}

const ports = { http: 80, https: 443, socks5: 1080 } as const;

/** Reads a proxy URL; `from` names where it stands. Throws ClusterFailure without quoting it, as it may hold a password. */
export function parseProxy(text: string, from: string): ProxyServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol.replace(/:$/, '').replace(/^socks5h$/, 'socks5');
  if (!url?.hostname || (scheme !== 'http' && scheme !== 'https' && scheme !== 'socks5'))
    throw new ClusterFailure({
      type: 'NoContext',
      reason: 'InvalidConfiguration',
      message: `the proxy URL of ${from} is not an http://, https:// or socks5:// URL`,
      retriable: false,
    });
  const host = bareHost(url.hostname);
  const port = url.port === '' ? ports[scheme] : Number(url.port);
  return {
    scheme,
    host,
    port,
    ...((url.username || url.password) && {
      login: { username: decode(url.username), password: new Secret(decode(url.password)) },
    }),
    label: `${scheme}://${hostPort(host, port)}`,
  };
}

/** `host:port`, with brackets around an IPv6 address. */
export function hostPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A URL's hostname without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
