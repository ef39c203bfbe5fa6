import type { Clock } from '../system/clock.ts';
import { transportKey } from './configkey.ts';
import type { CredentialFacts } from './credentialfacts.ts';
import type { Credential, Credentials } from './credentials.ts';
import { openHTTPClient } from './httpclient.ts';
import { openLimiter } from './limiter.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';
import type { ProbeStep } from './probe.ts';
import { bareHost, type ProxyServer, parseProxy } from './proxy.ts';
import { type ProxyEnv, proxyFromEnvironment } from './proxyenv.ts';
import type { Attempt, ClientObserver, RESTClient, Request } from './restclient.ts';
import type { RESTConfig } from './restconfig.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import { openSecureContexts } from './securecontexts.ts';
import { openSocketSet } from './socketset.ts';

/** Bounds of the connections to one cluster. */
export interface ConnectionOptions {
  /** DNS, TCP, proxy and TLS of a new socket together, 5 s unless told otherwise; 0 = no limit. */
  readonly connectTimeoutMs?: number;
  /** Requests a second, 0 (the default) = no limit. */
  readonly qps?: number;
  readonly burst?: number;
}

/** What all clients of a run share. */
export interface TransportsOptions extends ConnectionOptions {
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly userAgent: string;
  /** Sockets to one server under one credential, 10 unless told otherwise. */
  readonly maxSocketsPerCluster?: number;
  readonly observer?: ClientObserver;
  /** HTTPS_PROXY and NO_PROXY, or their lower case names; the whole environment will do. */
  readonly proxyEnv?: ProxyEnv;
  readonly retry?: Partial<RetryPolicy>;
  /** Decoded bytes of one answer, 64 MiB unless told otherwise. */
  readonly maxBodyBytes?: number;
  /** Jitter of waits, 0 to 1; for tests. */
  readonly random?: () => number;
}

/** What one client may have differently. */
export interface OpenOptions extends ConnectionOptions {
  readonly maxSockets?: number;
  /** Called before a request is sent; throws ClusterFailure for what policy forbids. */
  readonly guard?: (request: Request) => void;
}

/** The connections of a run: sockets are keyed by server, proxy, TLS and credential. */
export interface Transports {
  /** A client for a config; opens nothing yet and never throws. */
  open(config: RESTConfig, options?: OpenOptions): RESTClient;
  /** Logs in where that is needed, before any request; throws ClusterFailure. */
  login(config: RESTConfig, attempt: Attempt): Promise<void>;
  /** Logs in and tells what kind of credential that is and how long it is good; throws ClusterFailure. */
  about(config: RESTConfig, attempt: Attempt): Promise<CredentialFacts>;
  /** Walks DNS, TCP and TLS to a server on a socket of its own, without credentials; throws ClusterFailure for a config that cannot be used. */
  probe(config: RESTConfig, options: ConnectionOptions, signal: AbortSignal): AsyncGenerator<ProbeStep, void>;
  /** Ends every socket at once; requests under way fail. */
  close(): void;
}

/** Opens the connections of a run; agents, TLS contexts and sockets come to be with the first request that needs them. */
export function openTransports(options: TransportsOptions): Transports {
  const contexts = openSecureContexts();
  const sockets = openSocketSet();
  const pools = new Map<string, Pool>();
  const fromEnvironment = proxyFromEnvironment(options.proxyEnv ?? {});

  const poolFor = (config: RESTConfig, credential: Credential, bounds: Bounds): Held => {
    const { connectTimeoutMs, maxSockets } = bounds;
    const key = `${transportKey(config, credential)} ${connectTimeoutMs} ${maxSockets}`;
    const known = pools.get(key);
    if (known) return { key, pool: known };
    const { host, port } = addressOf(config.server);
    const proxy = proxyOf(config, host, port, fromEnvironment(host, port));
    const { clock } = options;
    const pool = openPool({ clock, config, credential, host, port, proxy, contexts, sockets, ...bounds });
    pools.set(key, pool);
    return { key, pool };
  };

  return {
    open(config, own = {}) {
      const bounds: Bounds = {
        connectTimeoutMs: own.connectTimeoutMs ?? options.connectTimeoutMs ?? 5_000,
        maxSockets: own.maxSockets ?? options.maxSocketsPerCluster ?? 10,
      };
      // Asked for with every request, and nearly always the same.
      const last: { credential?: Credential; held?: Held } = {};
      return openHTTPClient({
        config,
        clock: options.clock,
        credentials: options.credentials,
        limiter: openLimiter({
          clock: options.clock,
          qps: own.qps ?? options.qps ?? 0,
          burst: own.burst ?? options.burst ?? 200,
        }),
        userAgent: options.userAgent,
        observer: options.observer,
        retry: { ...defaultRetryPolicy, ...options.retry },
        random: options.random ?? Math.random,
        maxBodyBytes: options.maxBodyBytes ?? 64 * 1024 * 1024,
        guard: own.guard,
        poolOf(credential) {
          sockets.check();
          if (last.held && last.credential === credential) return last.held.pool;
          const held = poolFor(config, credential, bounds);
          // A token that was replaced is not used again: its idle sockets end by themselves.
          if (last.held && last.held.key !== held.key) pools.delete(last.held.key);
          Object.assign(last, { credential, held });
          return held.pool;
        },
      });
    },
    async login(config, attempt) {
      await options.credentials.get(config, attempt);
    },
    async about(config, attempt) {
      const credential = await options.credentials.get(config, attempt);
      return (await import('./credentialfacts.ts')).credentialFacts(config, credential);
    },
    async *probe(config, own, signal) {
      const { probeEndpoint } = await import('./probe.ts');
      const { host, port } = addressOf(config.server);
      const proxy = proxyOf(config, host, port, fromEnvironment(host, port));
      const connectTimeoutMs = own.connectTimeoutMs ?? options.connectTimeoutMs ?? 5_000;
      yield* probeEndpoint({ clock: options.clock, config, host, port, proxy, contexts, connectTimeoutMs, signal });
    },
    close() {
      sockets.close();
      pools.clear();
    },
  };
}

/** A pool and its place among the pools. */
interface Held {
  readonly key: string;
  readonly pool: Pool;
}

type Bounds = Pick<PoolOptions, 'connectTimeoutMs' | 'maxSockets'>;

function addressOf(server: string): { readonly host: string; readonly port: number } {
  const url = new URL(server);
  return { host: bareHost(url.hostname), port: url.port === '' ? 443 : Number(url.port) };
}

/** A config's own proxy goes before the environment, and "" is explicitly none. */
function proxyOf(
  config: RESTConfig,
  host: string,
  port: number,
  fromEnvironment: string | undefined,
): ProxyServer | undefined {
  if (config.proxy === '') return undefined;
  if (config.proxy !== undefined) return parseProxy(config.proxy, `${config.origin ?? `${host}:${port}`} (proxy-url)`);
  return fromEnvironment === undefined ? undefined : parseProxy(fromEnvironment, 'HTTPS_PROXY');
}
