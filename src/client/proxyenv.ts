import { BlockList, isIP } from 'node:net';

/** The variables that may name a proxy; upper case wins, as in Go. */
export type ProxyEnv = Readonly<Record<string, string | undefined>>;

/** Says which proxy URL the environment wants for an https server, undefined for none. */
export type ProxyRule = (host: string, port: number) => string | undefined;

/** HTTPS_PROXY and NO_PROXY by the rules of Go's net/http (golang.org/x/net/http/httpproxy), which kubectl follows. */
export function proxyFromEnvironment(env: ProxyEnv): ProxyRule {
  const value = env['HTTPS_PROXY'] || env['https_proxy'];
  if (!value) return () => undefined;
  const proxy = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(value) ? value : `http://${value}`;
  const excluded = noProxy(env['NO_PROXY'] || env['no_proxy'] || '');
  return (host, port) => (local(host) || excluded(host.toLowerCase(), port) ? undefined : proxy);
}

function local(host: string): boolean {
  return (
    host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1' || mappedLoopback(host)
  );
}

function mappedLoopback(host: string): boolean {
  return /^::ffff:(?:127\.|7f[0-9a-f]{2}:)/i.test(host);
}

type Matcher = (host: string, port: number) => boolean;

function noProxy(list: string): Matcher {
  const matchers: Matcher[] = [];
  for (const entry of list.split(',')) {
    const text = entry.trim().toLowerCase();
    if (text === '*') return () => true;
    const matcher = text === '' ? undefined : (cidr(text) ?? hostMatcher(text));
    if (matcher) matchers.push(matcher);
  }
  return (host, port) => matchers.some((matches) => matches(host, port));
}

function cidr(text: string): Matcher | undefined {
  const [, net = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(net);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  const block = new BlockList();
  block.addSubnet(net, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (host) => inBlock(block, host);
}

function inBlock(block: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && block.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** `1.2.3.4`, `[::1]:443`, `example.com` (and below it), `.example.com` or `*.example.com` (only below it), each with a port or without. */
function hostMatcher(text: string): Matcher | undefined {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text) ?? [];
  const name = bracketed ?? plain ?? text;
  if (name === '') return undefined;
  const portOK = (port: number) => !portText || Number(portText) === port;
  const family = isIP(name);
  if (family !== 0) {
    const block = new BlockList();
    block.addAddress(name, family === 4 ? 'ipv4' : 'ipv6');
    return (host, port) => inBlock(block, host) && portOK(port);
  }
  const domain = name.startsWith('*.') ? name.slice(1) : name;
  const suffix = domain.startsWith('.') ? domain : `.${domain}`;
  return (host, port) =>
    isIP(host) === 0 && (host.endsWith(suffix) || (suffix !== domain && host === domain)) && portOK(port);
}
