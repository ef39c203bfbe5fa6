import { addressText, parseAddress } from './address.ts';

/** What is pinned about a cluster's endpoint. */
export interface PinnedEndpoint {
  readonly server: string;
  readonly tlsServerName: string;
  readonly proxyURL: string;
  /** `sha256:…` of each DER certificate, the system's roots, or `not verified` alone where TLS is not checked. */
  readonly ca: readonly string[] | 'system';
  /** The access provider, or `recipe:NAME`. */
  readonly provider: string;
}

/** A field that a hub may not change behind the user's back. */
export type PinField = keyof PinnedEndpoint;

/** What the known clusters say about an endpoint. */
export type PinVerdict =
  | { readonly kind: 'known' }
  /** Known, and now trusting less: the pins should shrink to what is left. */
  | { readonly kind: 'narrowed' }
  | { readonly kind: 'new' }
  | { readonly kind: 'changed'; readonly known: PinnedEndpoint; readonly fields: readonly PinField[] };

/** What happens at an endpoint by configuration alone, before anybody is asked. */
export type PinDecision =
  | { readonly kind: 'connect'; readonly record: boolean; readonly changed?: readonly PinField[] }
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'refuse';
      readonly code: 'E-PIN-UNKNOWN' | 'E-PIN-CHANGED';
      readonly changed?: readonly PinField[];
    };

/** How strict the user is: `access.endpoints.pin` and `firstUse`. */
export interface PinMode {
  readonly pin: 'enforce' | 'warn' | 'off';
  readonly firstUse: 'prompt' | 'accept' | 'refuse';
}

/** Compares an endpoint with the pins of its cluster and of its aliases, which all must agree. */
export function comparePins(pins: readonly PinnedEndpoint[], seen: PinnedEndpoint): PinVerdict {
  for (const known of pins) {
    const fields = changedFields(known, seen);
    if (fields.length > 0) return { kind: 'changed', known, fields };
  }
  if (pins.length === 0) return { kind: 'new' };
  return { kind: pins.some((known) => cas(known).length > cas(seen).length) ? 'narrowed' : 'known' };
}

/** Decides by the rules: a change is refused whatever is accepted on first use. */
export function decidePin(verdict: PinVerdict, { pin, firstUse }: PinMode): PinDecision {
  if (pin === 'off') return { kind: 'connect', record: false };
  if (verdict.kind === 'known') return { kind: 'connect', record: false };
  if (verdict.kind === 'narrowed') return { kind: 'connect', record: true };
  if (verdict.kind === 'changed') {
    if (pin === 'warn') return { kind: 'connect', record: false, changed: verdict.fields };
    return { kind: 'refuse', code: 'E-PIN-CHANGED', changed: verdict.fields };
  }
  if (firstUse === 'accept') return { kind: 'connect', record: true };
  return firstUse === 'prompt' ? { kind: 'ask' } : { kind: 'refuse', code: 'E-PIN-UNKNOWN' };
}

/** Only the exact word counts. */
export function isYes(answer: string | undefined): boolean {
  return answer === 'yes';
}

const FIELDS = ['server', 'tlsServerName', 'proxyURL', 'ca', 'provider'] as const;

function changedFields(known: PinnedEndpoint, seen: PinnedEndpoint): readonly PinField[] {
  return FIELDS.filter((field) => {
    if (field === 'ca') return !trustsNoMore(known, seen);
    if (field === 'server') return normalAddress(known.server) !== normalAddress(seen.server);
    return known[field] !== seen[field];
  });
}

/** The form in which addresses are compared; what is no plain address stays as it is and equals only itself. */
function normalAddress(text: string): string {
  const address = parseAddress(text);
  return typeof address === 'string' ? text : addressText(address);
}

/** Fewer certificates are fine; one more is a change, because the old ones are public and prove nothing. */
function trustsNoMore(known: PinnedEndpoint, seen: PinnedEndpoint): boolean {
  if (known.ca === 'system' || seen.ca === 'system') return known.ca === seen.ca;
  const pinned = new Set(known.ca);
  return seen.ca.length > 0 && seen.ca.every((one) => pinned.has(one));
}

function cas({ ca }: PinnedEndpoint): readonly string[] {
  return ca === 'system' ? ['system'] : [...new Set(ca)];
}
