import { expect, test } from 'vitest';
import { pinUnknown } from '../../../src/access/pintexts.ts';
import type { Target } from '../../../src/access/target.ts';
import { refusalLines } from '../../../src/commands/trust/refusals.ts';
import { bareCluster } from '../../../src/discovery/inventory.ts';
import type { ClusterError } from '../../../src/errors.ts';

const target = (name: string, error: Partial<ClusterError>): Target => ({
  cluster: { ...bareCluster(name, 'hub'), ref: { namespace: 'fleet', name } },
  access: {
    kind: 'ended',
    outcome: { kind: 'failed', error: { type: 'NoAccess', message: 'm', retriable: false, ...error } },
  },
});

test('one line for each cluster, with details and the way out below it', () => {
  expect(
    refusalLines([
      target('a', { reason: 'E-ENDPOINT-LOCAL', message: 'its server address points to this machine' }),
      target('b', { reason: 'E-PIN-CHANGED', message: 'moved', details: 'known: x\nnow: y', hint: 'run z' }),
      target('c', { reason: 'E-CONTEXT-MISSING' }),
      target('d', { type: 'Timeout' }),
    ]),
  ).toEqual([
    'error: cluster "fleet/a": its server address points to this machine',
    'error: cluster "fleet/b": moved',
    '    known: x',
    '    now: y',
    '    run z',
  ]);
});

test('ten of a kind, then how many more there are', () => {
  const many = Array.from({ length: 12 }, (_, at): Target => {
    const found = target(`c${at}`, {});
    const seen = { key: `fleet/c${at}`, aliases: [], pin: {} as never };
    return { ...found, access: { kind: 'ended', outcome: pinUnknown(seen, 'not a terminal') } };
  });
  const lines = refusalLines(many);
  expect(lines).toHaveLength(11);
  expect(lines[0]).toBe(
    'error: cluster "fleet/c0" is not known yet and this is not a terminal; run "kubectl mc trust --all" first, or pass --accept-new-clusters',
  );
  expect(lines[10]).toBe('error: and 2 more clusters (E-PIN-UNKNOWN)');
});
