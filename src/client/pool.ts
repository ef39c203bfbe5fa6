import net from 'node:net';
import tls from 'node:tls';
import type { Clock } from '../system/clock.ts';
import { type Gate, openGate } from '../system/gate.ts';
import { ClusterAgent } from './agent.ts';
import type { Endpoint } from './connectionerrors.ts';
import type { Credential } from './credentials.ts';
import type { ProxyServer } from './proxy.ts';
import type { RESTConfig } from './restconfig.ts';
import type { SecureContexts } from './securecontexts.ts';
import type { SocketSet } from './socketset.ts';

/** The sockets to one server under one credential. */
export interface Pool {
  readonly agent: ClusterAgent;
  readonly endpoint: Endpoint;
  /** Before a request takes a socket; absent without a proxy, where the agent itself counts right. */
  readonly gate?: Gate;
}

/** What a pool is made from. */
export interface PoolOptions {
  readonly clock: Clock;
  readonly config: RESTConfig;
  readonly credential: Pick<Credential, 'cert' | 'key'>;
  readonly host: string;
  readonly port: number;
  readonly proxy: ProxyServer | undefined;
  readonly contexts: SecureContexts;
  /** 0 = no limit. */
  readonly connectTimeoutMs: number;
  readonly maxSockets: number;
  readonly sockets: SocketSet;
}

// As client-go's IdleConnTimeout.
const idleMs = 90_000;
// Node's own 250 ms for one of several addresses is too short for far networks.
const addressMs = 1_000;

/** Makes the pool of one transport key; opens nothing yet. Throws ClusterFailure (TLS) for certificates that cannot be used. */
export function openPool(options: PoolOptions): Pool {
  const { config, credential, host, port, proxy, contexts } = options;
  const { ca, serverName, insecure = false } = config.tls;
  const trust = { ...(ca !== undefined && { ca }), ...(insecure && { unchecked: true }) };
  const name = serverName || host;
  const isAddress = net.isIP(name) !== 0;
  const endpoint: Endpoint = { host, port, ...(proxy && { proxy: proxy.label }) };
  const agent = new ClusterAgent(
    {
      keepAlive: true,
      scheduling: 'lifo',
      maxSockets: options.maxSockets,
      maxFreeSockets: options.maxSockets,
      timeout: idleMs,
      // RFC 6066 has no addresses in SNI; one given as tls-server-name is still what the certificate must name.
      servername: isAddress ? '' : name,
      ...(isAddress && {
        checkServerIdentity: (_: string, cert: tls.PeerCertificate) => tls.checkServerIdentity(name, cert),
      }),
      secureContext: contexts.get({
        ...trust,
        ...(credential.cert !== undefined && { cert: credential.cert }),
        ...(credential.key && { key: credential.key }),
      }),
      rejectUnauthorized: !insecure,
      autoSelectFamilyAttemptTimeout: addressMs,
    },
    {
      ...options,
      endpoint,
      // Go judges an https proxy by the cluster's authority; the machine's own are what such a proxy usually has.
      proxyTLS: { insecure, secureContext: () => contexts.get({ ...trust, andSystem: true }) },
    },
  );
  // The agent does not count sockets that still wait for their proxy.
  return { agent, endpoint, ...(proxy && { gate: openGate(options.maxSockets) }) };
}
