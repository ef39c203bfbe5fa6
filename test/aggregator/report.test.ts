import { describe, expect, test } from 'vitest';
import { withMissingKindAsError } from '../../src/aggregator/missingkind.ts';
import { nameList } from '../../src/aggregator/report.ts';
import type { Outcome } from '../../src/api/outcome.ts';
import {
  answered,
  failed,
  lacks,
  late,
  never,
  refused,
  run,
  told,
  unhealthy,
  unmapped,
  withoutTypes,
} from './entries.ts';

/** `successful/failed/skipped/notAttempted`. */
function counts({ summary }: ReturnType<typeof told>): string {
  const { successful, failed: bad, skipped, notAttempted } = summary;
  return `${successful}/${bad}/${skipped}/${notAttempted}`;
}

const warning = (count: string) => `Warning: Failed to query ${count} clusters. Run with -v for details.`;
const note = (what: string) => `note: ${what}: no kubeconfig context; run "kubectl mc setup"`;

describe('the worked examples', () => {
  test.each<{
    name: string;
    entries: ReturnType<typeof run>;
    counts: string;
    exit: number;
    lines: readonly string[];
  }>([
    {
      name: '8 ok + 2 refused',
      entries: run([8, answered], [2, refused]),
      counts: '8/2/0/0',
      exit: 3,
      lines: ['ConnectionRefused: c009, c010', warning('2/10')],
    },
    {
      name: '8 ok + 2 unmapped',
      entries: run([8, answered], [2, unmapped]),
      counts: '8/0/2/0',
      exit: 0,
      lines: [note('2 clusters left out: c009, c010')],
    },
    {
      name: '8 ok + 1 unhealthy + 1 unmapped',
      entries: run([8, answered], [1, unhealthy], [1, unmapped]),
      counts: '8/0/2/0',
      exit: 3,
      lines: [
        note('1 cluster left out: c010'),
        'Skipped 1 unhealthy cluster: c009 (ControlPlaneHealthy=False: etcd is gone)',
      ],
    },
    {
      name: 'all unmapped',
      entries: run([2, unmapped]),
      counts: '0/0/2/0',
      exit: 1,
      lines: [note('2 clusters left out: c001, c002')],
    },
    {
      name: 'NotFound on 9',
      entries: run([9, lacks('web')], [1, answered]),
      counts: '10/0/0/0',
      exit: 0,
      lines: ['note: pods/web not found on 9 of 10 clusters: c001, c002, c003, c004, c005, c006, c007, c008, c009'],
    },
    {
      name: 'NotFound on 8 + 2 timeouts',
      entries: run([8, lacks('web')], [2, late]),
      counts: '8/2/0/0',
      exit: 3,
      lines: [
        'pods/web not found on 8 of 10 clusters; 2 did not answer',
        'Timeout (request): c009, c010',
        warning('2/10'),
      ],
    },
    {
      name: '100 clusters, 40 never started',
      entries: run([60, answered], [40, never]),
      counts: '60/0/0/40',
      exit: 3,
      lines: [
        'NotAttempted: c061, c062, c063, c064, c065, c066, c067, c068, c069, c070 and 30 more',
        warning('40/100'),
      ],
    },
    {
      name: 'Ctrl-C after 5 with 10 lanes',
      entries: run([5, answered], [5, failed('Canceled')]),
      counts: '5/5/0/0',
      exit: 3,
      lines: ['Canceled: c006, c007, c008, c009, c010', warning('5/10')],
    },
  ])('$name', ({ entries, counts: wanted, exit, lines }) => {
    const report = told(entries);
    expect(counts(report)).toBe(wanted);
    expect(report.lines).toEqual(lines);
    expect(report.exitCode).toBe(exit);
  });

  test('the details of what was skipped', () => {
    const { summary } = told(run([8, answered], [1, unhealthy], [1, unmapped]));
    expect(summary).toMatchObject({ skipped: 2, unhealthy: 1, noAccess: 1 });
  });
});

describe('exit codes', () => {
  test.each<[string, ReturnType<typeof run>, number, number]>([
    ['all answered', run([3, answered]), 0, 0],
    ['some answered', run([2, answered], [1, refused]), 3, 0],
    ['none answered', run([2, refused]), 1, 1],
    ['none was started', run([2, never]), 1, 1],
    ['one is unhealthy', run([2, answered], [1, unhealthy]), 3, 0],
    ['all are unhealthy', run([2, unhealthy]), 1, 1],
    ['none answered, one has no access', run([1, refused], [1, unmapped]), 1, 1],
    ['found nowhere', run([2, lacks('x')]), 1, 1],
    ['found nowhere, some did not answer', run([2, lacks('x')], [1, refused]), 3, 1],
    ['found nowhere, one is unhealthy', run([2, lacks('x')], [1, unhealthy]), 3, 1],
    ['found nowhere, one has no access', run([2, lacks('x')], [1, unmapped]), 1, 1],
    ['found somewhere, some did not answer', run([1, lacks('x')], [1, answered], [1, refused]), 3, 0],
    ['nothing was selected', run(), 1, 1],
  ])('%s', (_, entries, exit, withAllowPartial) => {
    expect(told(entries).exitCode).toBe(exit);
    expect(told(entries, { allowPartial: true }).exitCode).toBe(withAllowPartial);
  });
});

describe('what is not found', () => {
  test('nowhere: kubectl’s own words, also when other names were found', () => {
    const report = told(run([1, lacks('x', 'y')], [1, lacks('x')]));
    expect(report.lines).toEqual([
      'Error from server (NotFound): pods "x" not found',
      'note: pods/y not found on 1 of 2 clusters: c001',
    ]);
    expect(report.exitCode).toBe(1);
  });

  test('asked for twice counts once', () => {
    const report = told(run([1, lacks('x', 'x')], [1, answered]));
    expect(report.lines).toEqual(['note: pods/x not found on 1 of 2 clusters: c001']);
    expect(report.exitCode).toBe(0);
  });

  test('a cluster without access does not count, an unhealthy one did not answer', () => {
    expect(told(run([2, lacks('x')], [1, unhealthy], [1, unmapped])).lines[0]).toBe(
      'pods/x not found on 2 of 3 clusters; 1 did not answer',
    );
  });

  test('--ignore-not-found says nothing', () => {
    const report = told(run([2, lacks('x')]), { ignoreNotFound: true });
    expect(report).toMatchObject({ lines: [], exitCode: 0, summary: { notFound: 2 } });
  });

  test('ten names, then how many more', () => {
    expect(told(run([12, lacks('x')], [1, answered])).lines[0]).toMatch(
      /^note: pods\/x not found on 12 of 13 clusters: c001, .*, c010 and 2 more$/,
    );
    expect(nameList(['a'])).toBe('a');
    expect(nameList(Array.from({ length: 10 }, (_, at) => `${at}`))).toBe('0, 1, 2, 3, 4, 5, 6, 7, 8, 9');
  });
});

describe('a type that is not served', () => {
  const some = run([2, withoutTypes('widgets')], [8, answered]);

  test('on some clusters: a note', () => {
    const report = told(some);
    expect(report.lines).toEqual([
      `note: the server doesn't have a resource type "widgets" on 2 of 10 clusters: c001, c002`,
    ]);
    expect(report.exitCode).toBe(0);
  });

  test('nowhere: kubectl’s own words, without the group', () => {
    const report = told(run([3, withoutTypes('pdos.example.com')]));
    expect(report.lines).toEqual([`error: the server doesn't have a resource type "pdos"`]);
    expect(report.exitCode).toBe(1);
  });

  test('a kind of a manifest', () => {
    const report = told(run([2, withoutTypes('example.com/v1, Kind=Widget')]));
    expect(report.lines).toEqual([`error: no matches for kind "Widget" in version "example.com/v1"`]);
  });

  test('nowhere among those that answered', () => {
    const report = told(run([2, withoutTypes('pdos')], [1, late]));
    expect(report.lines[0]).toBe(`the server doesn't have a resource type "pdos" on 2 of 3 clusters; 1 did not answer`);
    expect(report.exitCode).toBe(3);
  });

  test('output.missingKind: ignore says nothing, unless it is nowhere', () => {
    expect(told(some, { missingKind: 'ignore' })).toMatchObject({ lines: [], exitCode: 0 });
    expect(told(run([2, withoutTypes('pdos')]), { missingKind: 'ignore' })).toMatchObject({
      lines: [`error: the server doesn't have a resource type "pdos"`],
      exitCode: 1,
    });
  });

  test('output.missingKind: error makes it a failure of its cluster', () => {
    const entries = some.map((entry) => ({ ...entry, outcome: withMissingKindAsError(entry.outcome) }));
    const report = told(entries, { missingKind: 'error' });
    expect(counts(report)).toBe('8/2/0/0');
    expect(report.lines).toEqual(['NoMatch: c001, c002', warning('2/10')]);
    expect(report.exitCode).toBe(3);
    expect(entries[0]?.outcome).toMatchObject({
      error: { type: 'NoMatch', message: `the server doesn't have a resource type "widgets"` },
    });
  });

  test('as an error everywhere it is said once', () => {
    const entries = run([3, withMissingKindAsError(withoutTypes('pdos'))]);
    expect(told(entries, { missingKind: 'error' })).toMatchObject({
      lines: [`error: the server doesn't have a resource type "pdos"`, warning('3/3')],
      exitCode: 1,
    });
  });
});

describe('errors', () => {
  test('one line per type, sorted; timeouts by what they waited for', () => {
    const outcomes: [number, Outcome][] = [
      [1, failed('Timeout', { reason: 'total' })],
      [1, failed('Timeout', { reason: 'connect' })],
      [1, failed('Forbidden', { code: 403 })],
      [1, failed('Timeout', { reason: 'connect' })],
      [1, failed('DNS')],
      [1, answered],
    ];
    expect(told(run(...outcomes)).lines).toEqual([
      'DNS: c005',
      'Forbidden: c003',
      'Timeout (connect): c002, c004',
      'Timeout (total): c001',
      warning('5/6'),
    ]);
  });

  const forbidden = failed('Forbidden', {
    code: 403,
    reason: 'Forbidden',
    message: 'secrets is forbidden: User "jane" cannot list resource "secrets"',
  });

  test.each<[string, Outcome, string]>([
    [
      'a refusal',
      forbidden,
      'Error from server (Forbidden): secrets is forbidden: User "jane" cannot list resource "secrets"',
    ],
    [
      'a login that is refused',
      failed('Unauthorized', { code: 401, reason: 'Unauthorized', message: 'the server does not accept them' }),
      'error: You must be logged in to the server (Unauthorized)',
    ],
    [
      'a path that is not served',
      failed('NotFound', {
        code: 404,
        reason: 'NoMatch',
        message: 'the server could not find the requested resource',
      }),
      'Error from server (NotFound): the server could not find the requested resource',
    ],
  ])('%s that is the same everywhere is said once in kubectl’s words', (_, outcome, line) => {
    const report = told(run([10, outcome]));
    expect(report.lines).toEqual([line, warning('10/10')]);
    expect(report.exitCode).toBe(1);
    expect(told(run([1, outcome])).lines).toEqual([line, warning('1/1')]);
    // A cluster without access is not one of them.
    expect(told(run([2, outcome], [1, unmapped])).lines).toContain(line);
  });

  test('the same error on some only is named by its clusters', () => {
    expect(told(run([2, forbidden], [1, answered])).lines).toEqual(['Forbidden: c001, c002', warning('2/3')]);
  });

  test('other words or a dead connection are named by their clusters', () => {
    const other = failed('Forbidden', { code: 403, message: 'no' });
    expect(told(run([1, forbidden], [1, other])).lines).toEqual(['Forbidden: c001, c002', warning('2/2')]);
    expect(told(run([2, refused])).lines).toEqual(['ConnectionRefused: c001, c002', warning('2/2')]);
  });
});

describe('fail-fast', () => {
  test('a run that was cut short is exit 1 and names the cluster', () => {
    const entries = run(
      [2, answered],
      [1, refused],
      [1, failed('Canceled', { reason: 'fail-fast' })],
      [2, failed('NotAttempted', { reason: 'fail-fast' })],
    );
    const report = told(entries, { firstFailure: 'c003' });
    expect(report.lines).toEqual([
      'Canceled: c004',
      'ConnectionRefused: c003',
      'NotAttempted: c005, c006',
      'stopped after the first failure: c003',
      warning('4/6'),
    ]);
    expect(report.exitCode).toBe(1);
  });

  test('where the last one failed there was nothing to stop', () => {
    const report = told(run([2, answered], [1, refused]), { firstFailure: 'c003' });
    expect(report).toMatchObject({ lines: ['ConnectionRefused: c003', warning('1/3')], exitCode: 3 });
  });

  test('where the time ended it, it was not the failure', () => {
    const report = told(run([1, answered], [1, failed('Timeout', { reason: 'total' })], [1, never]), {
      firstFailure: 'c002',
    });
    expect(report.lines).not.toContain('stopped after the first failure: c002');
    expect(report.exitCode).toBe(3);
  });
});

test('stderr ends in its one order', () => {
  const entries = run(
    [1, lacks('x')],
    [1, answered],
    [1, refused],
    [1, failed('NotAttempted', { reason: 'fail-fast' })],
    [12, unhealthy],
    [1, unmapped],
  );
  expect(told(entries, { firstFailure: 'c003' }).lines).toEqual([
    'note: pods/x not found on 1 of 16 clusters: c001',
    note('1 cluster left out: c017'),
    'ConnectionRefused: c003',
    'NotAttempted: c004',
    'stopped after the first failure: c003',
    expect.stringMatching(/^Skipped 12 unhealthy clusters: c005 \(ControlPlaneHealthy=False: .* and 2 more$/),
    warning('2/4'),
  ]);
});
