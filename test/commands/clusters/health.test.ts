import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/aggregator/ledger.ts';
import type { Health } from '../../../src/api/cluster.ts';
import type { Outcome } from '../../../src/api/outcome.ts';
import { newlyObserved, type Observed, percentile } from '../../../src/commands/clusters/healthcheck.ts';
import { healthRow, healthTable, problemsFirst } from '../../../src/commands/clusters/healthview.ts';
import { faultOf } from '../../../src/commands/clusters/teststep.ts';
import { expiryText, instantText } from '../../../src/commands/expiry.ts';
import type { ClusterError } from '../../../src/errors.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const answered: Outcome = { kind: 'answered' };
const failed = (error: Partial<ClusterError>): Outcome => ({
  kind: 'failed',
  error: { type: 'Timeout', message: 'no', retriable: true, ...error },
});

function entry(name: string, outcome: Outcome, health: Health = { status: 'Unknown' }): LedgerEntry {
  const cluster = { name, source: 'hub', aliases: [], labels: {}, properties: {}, joined: null } as const;
  return { cluster: { ...cluster, health, accessProviders: [], warnings: [] }, outcome, ms: 1 };
}

const observed = (more: Partial<Observed> = {}): Observed => ({ ...newlyObserved(), ...more });
const certificate = (days: number): Observed['certificate'] & object => ({
  at: 0,
  facts: { subject: 's', issuer: 'i', names: [], fingerprint: 'f', expiresAt: NOW + days * DAY },
});

describe('percentile', () => {
  it.each<[readonly number[], number, number | undefined]>([
    [[], 0.5, undefined],
    [[7], 0.95, 7],
    [[5, 1, 3, 2, 4], 0.5, 3],
    [[5, 1, 3, 2, 4], 0.95, 5],
    [[1, 2, 3, 4], 0.5, 2],
  ])('%j at %d is %s', (samples, share, expected) => {
    expect(percentile(samples, share)).toBe(expected);
  });
});

describe('the state of a cluster', () => {
  it.each<[string, LedgerEntry, Observed, string, readonly string[]]>([
    ['all is well', entry('a', answered), observed({ latencies: [5], certificate: certificate(30) }), 'connected', []],
    [
      'not ready',
      entry('a', answered),
      observed({ notReady: '/readyz answers 500' }),
      'degraded',
      ['/readyz answers 500'],
    ],
    ['slow', entry('a', answered), observed({ latencies: [1200, 1300, 2000] }), 'degraded', ['slow: p50 1300ms']],
    [
      'a certificate that ends',
      entry('a', answered),
      observed({ certificate: certificate(5) }),
      'degraded',
      ['certificate expires in 5d'],
    ],
    [
      'a hub that complains',
      entry('a', answered, { status: 'False', condition: 'ControlPlaneHealthy', reason: 'Down' }),
      observed(),
      'degraded',
      ['the hub says ControlPlaneHealthy=False (Down)'],
    ],
    [
      'silence',
      entry('a', failed({})),
      observed({ lastSeen: NOW - 90_000 }),
      'disconnected',
      ['Timeout: no, last seen 90s ago'],
    ],
    [
      'a refusal',
      entry('a', failed({ type: 'Unauthorized', code: 401 })),
      observed(),
      'degraded',
      ['Unauthorized: no'],
    ],
    ['never asked', entry('a', failed({ type: 'NotAttempted' })), observed(), 'unknown', ['NotAttempted: no']],
  ])('%s', (_, which, seen, state, notes) => {
    expect(healthRow(which, seen, NOW)).toMatchObject({ state, notes });
  });

  it('puts problems first, then goes by name', () => {
    const rows = [
      entry('b', answered),
      entry('a', answered),
      entry('z', failed({})),
      entry('y', failed({ code: 401 })),
    ];
    const sorted = problemsFirst(rows.map((row) => healthRow(row, observed(), NOW)));
    expect(sorted.map((row) => row.entry.cluster.name)).toEqual(['z', 'y', 'a', 'b']);
  });

  it('escapes what a server or a hub says', () => {
    const row = healthRow(entry('a', failed({ message: 'x\x1b[2Jy' })), observed(), NOW);
    expect(healthTable([row], { wide: true, ascii: true, headers: true, now: NOW })).not.toContain('\x1b');
  });
});

describe('what is wrong, in two words', () => {
  it.each<[Partial<ClusterError>, string]>([
    [{ type: 'DNS' }, 'bad DNS'],
    [{ type: 'ConnectionRefused' }, 'refused'],
    [{ type: 'Timeout', reason: 'connect' }, 'silent'],
    [{ type: 'TLS', reason: 'CERT_HAS_EXPIRED' }, 'expired certificate'],
    [{ type: 'TLS', reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'wrong CA'],
    [{ type: 'TLS', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'wrong CA'],
    [{ type: 'TLS', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'certificate of another host'],
    [{ type: 'TLS', reason: 'EPROTO' }, 'TLS failed'],
    [{ type: 'Unauthorized', code: 401 }, '401 not logged in'],
    [{ type: 'Forbidden', code: 403 }, '403 not allowed'],
    [{ type: 'ServerError', code: 500 }, '500'],
    [{ type: 'InvalidResponse' }, 'InvalidResponse'],
  ])('%j is %s', (error, expected) => {
    expect(faultOf({ message: '', retriable: false, type: 'Internal', ...error })).toBe(expected);
  });
});

it('tells when something ends', () => {
  expect(expiryText(NOW + 5 * DAY, NOW)).toBe('expires in 5d');
  expect(expiryText(NOW - 3 * 3_600_000, NOW)).toBe('expired 3h ago');
  expect(instantText(NOW)).toBe('2026-06-01T00:00:00Z');
});
