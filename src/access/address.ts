/** An https address in the one form that is compared: lower-case host, no default port, no trailing slash. */
export interface Address {
  /** `https://host[:port]`. */
  readonly origin: string;
  /** Without port, IPv6 in brackets. */
  readonly host: string;
  /** "" or `/a/b`. */
  readonly path: string;
}

/** What is wrong with a text that is no address. */
export type AddressProblem = 'E-ENDPOINT-SYNTAX' | 'E-ENDPOINT-SCHEME';

const LIMIT = 2048;
const SYNTAX = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?(\/[!-~]*)?$/;

/**
 * Parses `https://host[:port][/path]` and nothing more. Looked at before any URL parser, because WHATWG's takes backslashes,
 * tabs and missing slashes for what they might have meant.
 */
export function parseAddress(text: string): Address | AddressProblem {
  const [, scheme, , , path = ''] = SYNTAX.exec(text) ?? [];
  if (scheme === undefined || text.length > LIMIT || /[?#\\@]/.test(text) || !URL.canParse(text))
    return 'E-ENDPOINT-SYNTAX';
  if (scheme.toLowerCase() !== 'https') return 'E-ENDPOINT-SCHEME';
  const url = new URL(text);
  // A path with dot segments or characters that need escaping means something else to the next reader.
  if (url.pathname !== (path || '/') || url.port === '0') return 'E-ENDPOINT-SYNTAX';
  return { origin: url.origin, host: url.hostname, path: url.pathname.replace(/\/+$/, '') };
}

/** The address as text. */
export function addressText({ origin, path }: Pick<Address, 'origin' | 'path'>): string {
  return `${origin}${path}`;
}

/** Whether a host is this machine (`loopback`), or a place that never is a cluster: link-local, unspecified, metadata services. */
export function localKind(host: string): 'loopback' | 'forbidden' | undefined {
  const name = host.replace(/\.+$/, '');
  if (/^(?:.+\.)?(?:localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)$/.test(name)) return 'loopback';
  if (name === 'metadata.google.internal' || name === 'metadata') return 'forbidden';
  const bytes = name.startsWith('[') ? ipv6Bytes(name.slice(1, -1)) : ipv4Bytes(name);
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return ipv4Kind(bytes);
  const mapped = embeddedIPv4(bytes);
  if (mapped) return ipv4Kind(mapped);
  if (bytes.every((byte) => byte === 0)) return 'forbidden';
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return 'loopback';
  if (bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80) return 'forbidden';
  // AWS answers for its metadata at fd00:ec2::254, too.
  return EC2.every((byte, at) => bytes[at] === byte) ? 'forbidden' : undefined;
}

const EC2: readonly number[] = [0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54];

function ipv4Kind([a, b, c, d]: readonly number[]): 'loopback' | 'forbidden' | undefined {
  if (a === 127) return 'loopback';
  const alibaba = a === 100 && b === 100 && c === 100 && d === 200;
  return a === 0 || (a === 169 && b === 254) || alibaba ? 'forbidden' : undefined;
}

/** The IPv4 address inside ::ffff:a.b.c.d (also ::a.b.c.d, and 64:ff9b::a.b.c.d behind a NAT64). */
function embeddedIPv4(bytes: readonly number[]): readonly number[] | undefined {
  const starts = (prefix: readonly number[]) => prefix.every((byte, at) => bytes[at] === byte);
  const zeros = (count: number) => Array.from({ length: count }, () => 0);
  const mapped = starts([...zeros(10), 0xff, 0xff]);
  const compatible = starts(zeros(12)) && bytes.slice(12, 14).some((byte) => byte !== 0);
  const nat64 = starts([0, 0x64, 0xff, 0x9b, ...zeros(8)]);
  return mapped || compatible || nat64 ? bytes.slice(12) : undefined;
}

/** The URL parser has made four decimal numbers of every spelling by now. */
function ipv4Bytes(name: string): readonly number[] | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name);
  return parts?.slice(1).map(Number);
}

function ipv6Bytes(name: string): readonly number[] {
  const [head = '', tail] = name.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}
