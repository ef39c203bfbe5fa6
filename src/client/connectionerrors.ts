import { type ClusterError, ClusterFailure } from '../errors.ts';
import { hostPort } from './proxy.ts';

/** Where a connection was going when it failed. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** The proxy's label, where one stands between. */
  readonly proxy?: string;
  /** The failure happened between us and the proxy. */
  readonly atProxy?: boolean;
  /** For an answer that was cut: it had begun. */
  readonly answering?: boolean;
}

/** A network or TLS error of Node as a typed failure; anything unknown is a ConnectionReset that names its code. */
export function connectionFailure(error: unknown, to: Endpoint): ClusterFailure {
  if (error instanceof ClusterFailure) return error;
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const code = String((first as { code?: unknown }).code ?? '');
  const where = to.atProxy
    ? `the proxy ${to.proxy}`
    : hostPort(to.host, to.port) + (to.proxy ? ` (through ${to.proxy})` : '');
  return new ClusterFailure(describe(code, first as Error, to, where), { cause: error });
}

/** The failure of a connection that did not come to be in time. */
export function connectTimeout(to: Endpoint, ms: number): ClusterFailure {
  const through = to.proxy ? ` through the proxy ${to.proxy}` : '';
  return new ClusterFailure({
    type: 'Timeout',
    reason: 'connect',
    message: `connecting to ${hostPort(to.host, to.port)}${through} took longer than ${ms / 1000}s`,
    hint: 'check the network or VPN, or raise it with --connect-timeout',
    retriable: true,
  });
}

/** The failure of one request that was not answered whole in `--request-timeout`. */
export function requestTimeout(to: Endpoint, ms: number): ClusterFailure {
  return new ClusterFailure({
    type: 'Timeout',
    reason: 'request',
    message: `${hostPort(to.host, to.port)} did not answer a request within ${ms / 1000}s`,
    hint: 'raise it with --request-timeout',
    retriable: true,
  });
}

/** An attempt's end as a failure: the signal's own reason where it is one, else Canceled. */
export function abortFailure(reason: unknown): ClusterFailure {
  if (reason instanceof ClusterFailure) return reason;
  return new ClusterFailure(
    { type: 'Canceled', message: 'the request was canceled', retriable: false },
    { cause: reason },
  );
}

function describe(code: string, error: Error, to: Endpoint, where: string): ClusterError {
  switch (code) {
    case 'ECONNREFUSED':
      return refused(`${where} refused the connection`, 'is the API server running, and is the address right?');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
      return refused(`there is no route to ${where} (${code})`, 'check the network or VPN');
    case 'ENOTFOUND':
      return dns(to, 'no such host', false);
    case 'EAI_AGAIN':
      return dns(to, 'the name server did not answer', true);
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return dns(to, code, false);
    case 'ETIMEDOUT':
      return {
        type: 'Timeout',
        reason: 'connect',
        message: `the network gave up connecting to ${where}`,
        hint: 'check the network or VPN',
        retriable: true,
      };
    default:
      if (code.startsWith('HPE_'))
        return { type: 'InvalidResponse', message: `${where} does not answer in HTTP (${code})`, retriable: false };
      if (code === 'ERR_INVALID_CHAR' || code === 'ERR_HTTP_INVALID_HEADER_VALUE')
        return {
          type: 'Invalid',
          message: 'a token or a user to act as holds a character that no header can carry',
          retriable: false,
        };
      return tlsError(code, error, where) ?? reset(code, error, to, where);
  }
}

function refused(message: string, hint: string): ClusterError {
  return { type: 'ConnectionRefused', message, hint, retriable: true };
}

function dns(to: Endpoint, why: string, retriable: boolean): ClusterError {
  const whose = to.atProxy ? 'proxy host' : 'host';
  return {
    type: 'DNS',
    message: `the name of the ${whose} "${to.host}" cannot be resolved: ${why}`,
    hint: 'check the server address and the network or VPN',
    retriable,
  };
}

function reset(code: string, error: Error, to: Endpoint, where: string): ClusterError {
  const during = to.answering
    ? 'closed the connection in the middle of its answer'
    : error.message.includes('before secure TLS connection')
      ? 'closed the connection during the TLS handshake'
      : 'closed the connection without an answer';
  const known = code === '' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
  return {
    type: 'ConnectionReset',
    message: known ? `${where} ${during}` : `the connection to ${where} failed (${code})`,
    retriable: true,
  };
}

const certificateFaults: Readonly<Record<string, readonly [string, string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['is self-signed and not trusted', 'add it as certificate-authority-data'],
  SELF_SIGNED_CERT_IN_CHAIN: ['is signed by an unknown authority', 'check certificate-authority-data'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['is signed by an unknown authority', 'check certificate-authority-data'],
  UNABLE_TO_GET_ISSUER_CERT: ['is signed by an unknown authority', 'check certificate-authority-data'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['is signed by an unknown authority', 'check certificate-authority-data'],
  CERT_SIGNATURE_FAILURE: ['is not signed by the given authority', 'check certificate-authority-data'],
  CERT_HAS_EXPIRED: ['has expired', 'renew it, and check the clock of this machine'],
  CERT_NOT_YET_VALID: ['is not valid yet', 'check the clock of this machine'],
  CERT_REVOKED: ['has been revoked', 'ask whoever runs the cluster'],
  INVALID_CA: ['is signed by a certificate that is no authority', 'check certificate-authority-data'],
  INVALID_PURPOSE: ['is not made for servers', 'ask whoever runs the cluster'],
  CERT_UNTRUSTED: ['is not trusted', 'check certificate-authority-data'],
  CERT_REJECTED: ['was rejected', 'check certificate-authority-data'],
  PATH_LENGTH_EXCEEDED: ['has too long a chain', 'ask whoever runs the cluster'],
};

function tlsError(code: string, error: Error, where: string): ClusterError | undefined {
  const fault = certificateFaults[code];
  if (fault) return tls(`the certificate of ${where} ${fault[0]} (${code})`, fault[1]);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return tls(
      `the certificate of ${where} is made for other names (${code})`,
      'check the server address or set tls-server-name',
    );
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'ERR_SSL_HTTP_REQUEST'
  )
    return tls(`${where} does not speak TLS (${code})`, 'check the port of the server address');
  if (
    /^ERR_SSL_(?:TLSV1\d?|SSLV3|TLSV13)_ALERT_(?:.*CERT.*|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)/.test(
      code,
    )
  )
    return tls(
      `${where} does not accept the client certificate or ends the TLS handshake (${code})`,
      'check client-certificate-data',
    );
  if (code === 'EPROTO' || /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_)/.test(code))
    return tls(
      `TLS with ${where} failed (${code}${/ssl3?_?alert/i.test(error.message) ? ', alert' : ''})`,
      'check the certificates of both sides',
    );
  return undefined;
}

function tls(message: string, hint: string): ClusterError {
  return { type: 'TLS', message, hint, retriable: false };
}
