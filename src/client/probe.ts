import { lookup } from 'node:dns/promises';
import net from 'node:net';
import tls from 'node:tls';
import { type ClusterError, ClusterFailure } from '../errors.ts';
import type { Clock } from '../system/clock.ts';
import { abortFailure, connectionFailure, connectTimeout, type Endpoint } from './connectionerrors.ts';
import type { ProxyServer } from './proxy.ts';
import type { RESTConfig } from './restconfig.ts';
import type { SecureContexts } from './securecontexts.ts';
import { certificateFacts, type ServerCertificate } from './servercertificate.ts';
import { openTunnel } from './tunnel.ts';

/** One step of the way to a server. After one with an error there is none. */
export interface ProbeStep {
  readonly name: 'dns' | 'tcp' | 'tls';
  readonly ms: number;
  /** What was found, in words; "" where it failed. */
  readonly detail: string;
  /** The server's, also where it was not accepted. */
  readonly certificate?: ServerCertificate;
  /** For a certificate that is not accepted, `reason` is OpenSSL's or Node's code. */
  readonly error?: ClusterError;
}

/** Where to, and how; no credentials of any kind are sent. */
export interface ProbeOptions {
  readonly clock: Clock;
  readonly config: RESTConfig;
  readonly host: string;
  readonly port: number;
  readonly proxy: ProxyServer | undefined;
  readonly contexts: SecureContexts;
  /** For all steps together, 0 = no limit. */
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Walks name resolution, connection (or tunnel) and TLS on a socket of its own. Never throws for what the network does. */
export async function* probeEndpoint(options: ProbeOptions): AsyncGenerator<ProbeStep, void> {
  const { clock, host, port, proxy, connectTimeoutMs, signal } = options;
  const endpoint: Endpoint = { host, port, ...(proxy && { proxy: proxy.label }) };
  const end = new AbortController();
  const onAbort = () => end.abort(abortFailure(signal.reason));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const late = () => end.abort(connectTimeout(endpoint, connectTimeoutMs));
  const cancel = connectTimeoutMs > 0 ? clock.after(connectTimeoutMs, late) : () => {};
  const sockets: net.Socket[] = [];
  const step = async (name: ProbeStep['name'], work: () => Promise<Found>): Promise<ProbeStep> => {
    const started = clock.monotonic();
    try {
      const found = await orAborted(work, end.signal);
      return { name, ms: clock.monotonic() - started, ...found };
    } catch (error) {
      const { error: why } = error instanceof ClusterFailure ? error : connectionFailure(error, endpoint);
      return { name, ms: clock.monotonic() - started, detail: '', error: why };
    }
  };
  try {
    const resolved = await step('dns', () => resolveName(host, proxy));
    yield resolved;
    if (resolved.error) return;
    const connected = await step('tcp', () => connect(options, (socket) => sockets.push(socket)));
    yield connected;
    const socket = sockets.at(-1);
    if (connected.error || !socket) return;
    yield await step('tls', () => shakeHands(socket, options, endpoint));
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
    for (const socket of sockets) socket.destroy();
  }
}

type Found = Pick<ProbeStep, 'detail' | 'certificate' | 'error'>;

async function resolveName(host: string, proxy: ProxyServer | undefined): Promise<Found> {
  if (proxy) return { detail: `left to the proxy ${proxy.label}` };
  if (net.isIP(host) !== 0) return { detail: `${host} is an address` };
  const addresses = await lookup(host, { all: true });
  return { detail: `${host} is ${addresses.map(({ address }) => address).join(', ')}` };
}

async function connect(options: ProbeOptions, onSocket: (socket: net.Socket) => void): Promise<Found> {
  const { host, port, proxy, config, contexts } = options;
  const { ca, insecure = false } = config.tls;
  const secureContext = () => contexts.get({ ...(ca !== undefined && { ca }), andSystem: true, unchecked: insecure });
  if (proxy) {
    onSocket(await openTunnel(proxy, { host, port }, { secureContext, insecure, onSocket: watched(onSocket) }));
    return { detail: `through the proxy ${proxy.label}` };
  }
  const socket = net.connect({ host, port, noDelay: true });
  watched(onSocket)(socket);
  await happened(socket, 'connect');
  return { detail: `connected to ${socket.remoteAddress ?? host} port ${port}` };
}

/** Between two steps nobody listens, and an error must not end the process. */
function watched(onSocket: (socket: net.Socket) => void): (socket: net.Socket) => void {
  return (socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  };
}

async function shakeHands(socket: net.Socket, options: ProbeOptions, endpoint: Endpoint): Promise<Found> {
  const { config, host, contexts } = options;
  const { ca, serverName, insecure = false } = config.tls;
  const name = serverName || host;
  const isAddress = net.isIP(name) !== 0;
  const secured = tls.connect({
    socket,
    servername: isAddress ? '' : name,
    ...(isAddress && {
      checkServerIdentity: (_: string, cert: tls.PeerCertificate) => tls.checkServerIdentity(name, cert),
    }),
    secureContext: contexts.get({ ...(ca !== undefined && { ca }), ...(insecure && { unchecked: true }) }),
    // It is judged below, so that one that is refused can still be described.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  secured.on('error', () => {});
  try {
    await happened(secured, 'secureConnect');
    const peer = secured.getPeerX509Certificate();
    const certificate = peer && certificateFacts(peer);
    const facts = certificate ? { certificate } : {};
    const protocol = secured.getProtocol() ?? 'TLS';
    if (insecure) return { detail: `${protocol}, certificate not verified (insecure-skip-tls-verify)`, ...facts };
    if (secured.authorized) return { detail: `${protocol}, certificate verified for ${name}`, ...facts };
    const code = String(secured.authorizationError);
    const { error } = connectionFailure(Object.assign(new Error(code), { code }), endpoint);
    return { detail: '', ...facts, error: { ...error, reason: code } };
  } finally {
    secured.destroy();
  }
}

function happened(socket: net.Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

function orAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
