import type { Outcome } from '../api/outcome.ts';
import { failed } from './ended.ts';
import type { PinField, PinnedEndpoint } from './pins.ts';
import type { Access, SeenEndpoint } from './target.ts';

/** A cluster that has moved, and what was known of it. */
export type Change = NonNullable<Extract<Access, { kind: 'untrusted' }>['changed']>;

/** E-PIN-CHANGED with both sides and the way out. */
export function pinChanged({ key, pin }: SeenEndpoint, { known, fields }: Change): Outcome {
  const since = known.since === '' ? '' : `, since ${known.since.slice(0, 10)}`;
  return failed({
    type: 'EndpointRefused',
    reason: 'E-PIN-CHANGED',
    message: `${changeText(fields)}; nothing was sent to it.`,
    details: `known:  ${endpointText(known, since)}\nnow:    ${endpointText(pin)}`,
    hint: `If this move is expected, run:  kubectl mc trust ${key}`,
    retriable: false,
  });
}

/** E-PIN-UNKNOWN: there is nobody to ask, or nobody is to be asked. */
export function pinUnknown({ key }: SeenEndpoint, why: 'not a terminal' | 'refuse'): Outcome {
  const because = why === 'refuse' ? 'access.endpoints.firstUse is "refuse"' : 'this is not a terminal';
  return failed({
    type: 'EndpointRefused',
    reason: 'E-PIN-UNKNOWN',
    message: `cluster "${key}" is not known yet and ${because}; run "kubectl mc trust --all" first, or pass --accept-new-clusters`,
    retriable: false,
  });
}

/** E-PIN-DECLINED: the answer was not yes. */
export function pinDeclined({ key }: SeenEndpoint): Outcome {
  return failed({
    type: 'EndpointRefused',
    reason: 'E-PIN-DECLINED',
    message: `cluster "${key}" is not trusted; nothing was sent to it`,
    hint: `to be asked again, run:  kubectl mc trust ${key}`,
    retriable: false,
  });
}

/** `https://a.example  (CA sha256:1a2b…, provider google)`. */
export function endpointText({ server, ca, provider, tlsServerName, proxyURL }: PinnedEndpoint, more = ''): string {
  const name = tlsServerName && `, TLS name ${tlsServerName}`;
  const proxy = proxyURL && `, proxy ${proxyURL}`;
  return `${server}  (CA ${caText(ca)}, provider ${provider}${name}${proxy}${more})`;
}

/** Fingerprints short enough to compare by eye. */
export function caText(ca: PinnedEndpoint['ca']): string {
  return ca === 'system' ? 'of the system' : ca.map((one) => `${one.slice(0, 'sha256:'.length + 16)}…`).join(' ');
}

const WORDS: Readonly<Record<PinField, string>> = {
  server: 'another address',
  tlsServerName: 'another TLS server name',
  proxyURL: 'another proxy',
  ca: 'another certificate authority',
  provider: 'another access provider',
};

/** `the hub now gives another address for this cluster`. */
export function changeText(fields: readonly PinField[]): string {
  const [first = 'server'] = fields;
  return `the hub now gives ${WORDS[first]} for this cluster`;
}
