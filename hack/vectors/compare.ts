import { isDeepStrictEqual } from 'node:util';
import type { Actual, Refusal } from './suite.ts';

// Of these only the keys that a case names are compared, of all others the whole result.
const NAMED = /^(?:access\.(?!source$).*|placement\.resolve|security\.endpoint|security\.pin)$/;

/** Whether a result is the expected one; null means absent. */
export function matches(kind: string, expected: Readonly<Record<string, unknown>>, actual: Actual): boolean {
  const { error: expectedError, detail, ...rest } = expected;
  const { error, detail: actualDetail, ...values } = actual;
  if (error?.code === 'internal') return false;
  if (!isSameError(expectedError, error)) return false;
  if (detail !== undefined && detail !== null && detail !== actualDetail) return false;
  const found = plain(values) as Record<string, unknown>;
  const wanted = plain(rest) as Record<string, unknown>;
  const keys = Object.keys(NAMED.test(kind) || error ? rest : { ...wanted, ...found });
  return keys.every((key) =>
    kind === 'access.loadProviders' ? contains(found[key], wanted[key]) : isDeepStrictEqual(found[key], wanted[key]),
  );
}

function isSameError(expected: unknown, actual: Refusal | undefined): boolean {
  if (expected === undefined || expected === null) return actual === undefined;
  if (actual === undefined) return false;
  return actual.code === expected || actual.message.includes(String(expected));
}

/** A provider has more to it than a case may name. */
function contains(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) && actual.length === wanted.length && wanted.every((one, at) => contains(actual[at], one))
    );
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(actual, wanted);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value));
}

/** Without what is absent: undefined and null. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
