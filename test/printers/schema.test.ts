import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/api/outcome.ts';
import type { ErrorType } from '../../src/errors.ts';
import {
  answered,
  failed,
  lacks,
  late,
  never,
  refused,
  unhealthy,
  unmapped,
  withoutTypes,
} from '../aggregator/entries.ts';
import { random } from '../executor/random.ts';
import { type Given, object, objectPage, print } from './print.ts';

const schema = JSON.parse(readFileSync(new URL('../../docs/multiclusterresult.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);

function valid(document: unknown): void {
  expect(validate(document) ? [] : validate.errors).toEqual([]);
}

/** Every type of error there is: a new one fails to compile until it stands here. */
const errorTypes = Object.keys({
  Timeout: 1,
  ConnectionRefused: 1,
  ConnectionReset: 1,
  DNS: 1,
  TLS: 1,
  Unauthorized: 1,
  Forbidden: 1,
  NotFound: 1,
  NoMatch: 1,
  Conflict: 1,
  Invalid: 1,
  TooManyRequests: 1,
  ServerError: 1,
  InvalidResponse: 1,
  NoContext: 1,
  UnknownContext: 1,
  NoAccess: 1,
  EndpointRefused: 1,
  ExecPlugin: 1,
  Unhealthy: 1,
  NotAttempted: 1,
  Canceled: 1,
  Internal: 1,
} satisfies Record<ErrorType, 1>) as ErrorType[];

const pods = [objectPage([object('x', { spec: { anything: [1, null, { deep: true }] } }), object('y')])];
const outcomes: Readonly<Record<string, Given>> = {
  answered: { pages: pods, ref: { namespace: 'fleet', name: 'one' } },
  empty: {},
  lacks: { outcome: lacks('a', 'b') },
  without: { outcome: withoutTypes('widgets', 'x.io/v1, Kind=Foo') },
  failed: { outcome: refused, pages: pods },
  full: {
    outcome: failed('Forbidden', { reason: 'Forbidden', code: 403, hint: 'ask', details: 'more', sent: 'maybe' }),
  },
  late: { outcome: late },
  never: { outcome: never },
  unhealthy: { outcome: unhealthy, ref: { namespace: 'fleet', name: 'two' } },
  unmapped: { outcome: unmapped },
};

describe('the schema of MultiClusterResult', () => {
  test.each(Object.keys(outcomes))('takes one cluster that is %s', async (name) => {
    const fleet = { [name]: outcomes[name]! };
    valid(JSON.parse((await print('json', fleet)).text));
    valid(load((await print('yaml', fleet)).text));
  });

  test('takes all of them together, and none', async () => {
    valid(JSON.parse((await print('json', outcomes)).text));
    valid(load((await print('yaml', outcomes)).text));
    valid(JSON.parse((await print('json', {})).text));
    valid(load((await print('yaml', {})).text));
  });

  test.each(errorTypes)('knows the error %s', async (type) => {
    valid(JSON.parse((await print('json', { a: { outcome: failed(type) } })).text));
  });

  test('knows no others', () => {
    expect(schema.$defs.errorType.enum).toEqual(errorTypes);
  });

  test('takes whatever comes', async () => {
    const kinds = Object.values(outcomes);
    for (let seed = 0; seed < 50; seed += 1) {
      const r = random(seed);
      const fleet = Object.fromEntries(Array.from({ length: r.int(0, 12) }, (_, at) => [`c${at}`, r.pick(kinds)]));
      valid(JSON.parse((await print('json', fleet)).text));
    }
  });

  const entry = (more: object): unknown => ({
    apiVersion: 'kubectl-mc.k8s.io/v1alpha1',
    kind: 'MultiClusterResult',
    clusters: [{ cluster: 'a', success: true, items: [], ...more }],
    summary: {
      ...{ total: 1, successful: 1, failed: 0, skipped: 0, notAttempted: 0, noAccess: 0, unhealthy: 0, notFound: 0 },
      errors: {},
    },
  });
  const error = { type: 'DNS', message: 'x', retriable: true };

  test('the plain entry of these cases is valid', () => valid(entry({})));

  test.each<[string, unknown]>([
    ['a field of nobody’s', entry({ more: 1 })],
    ['success with an error', entry({ error })],
    ['an error with items', entry({ success: false, error, items: [{ apiVersion: 'v1', kind: 'Pod' }] })],
    ['no success and no reason', entry({ success: false })],
    ['both an error and a skip', entry({ success: false, error, skipped: { reason: 'x' } })],
    ['an unknown error', entry({ success: false, error: { ...error, type: 'Oops' } })],
    ['an error with a stack', entry({ success: false, error: { ...error, stack: 'at x' } })],
    ['an item without kind', entry({ items: [{ apiVersion: 'v1' }] })],
    ['an empty list of what is not found', entry({ notFound: [] })],
    ['another version', { ...(entry({}) as object), apiVersion: 'kubectl-mc.k8s.io/v1' }],
    ['no summary', { ...(entry({}) as object), summary: undefined }],
  ])('refuses %s', (_, document) => {
    expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  });

  test('outcomes of tests are of every kind', () => {
    const seen = new Set(Object.values(outcomes).map(({ outcome = answered }: { outcome?: Outcome }) => outcome.kind));
    expect([...seen].sort()).toEqual(['answered', 'failed', 'skipped']);
  });
});
