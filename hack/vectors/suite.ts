import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ClusterFailure, CommandError } from '../../src/errors.ts';
import { matches } from './compare.ts';
import { adapters } from './kinds.ts';

/** One case: a function by its kind, what goes in, and what has to come out. */
export interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly origin?: string;
  readonly given: Given;
  readonly expect: Readonly<Record<string, unknown>>;
}

// The files are data of many shapes; each adapter knows that of its own kind.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Given = any;

/** What a function gave, in the vocabulary of the cases; `error` where it refused. */
export type Actual = Readonly<Record<string, unknown>> & { readonly error?: Refusal };

/** A refusal: its code (an E-code) and its message. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The outcome of a run. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: readonly { readonly id: string; readonly expected: unknown; readonly actual: unknown }[];
}

/** Reads a YAML list of cases; throws an Error for anything else. */
export async function loadVectors(file: string): Promise<readonly Vector[]> {
  const value: unknown = parse(await readFile(file, 'utf8'));
  if (!Array.isArray(value)) throw new Error('not a list of cases');
  return value.map((item: Partial<Vector>, index) => {
    if (typeof item?.id !== 'string' || typeof item.kind !== 'string' || typeof item.expect !== 'object')
      throw new Error(`case ${index + 1} lacks id, kind or expect`);
    return { given: {}, ...item } as Vector;
  });
}

/** Runs cases one after another. */
export async function runVectors(vectors: readonly Vector[]): Promise<SuiteResult> {
  const failed: { id: string; expected: unknown; actual: unknown }[] = [];
  for (const vector of vectors) {
    const actual = await actualOf(vector);
    if (!matches(vector.kind, vector.expect, actual)) failed.push({ id: vector.id, expected: vector.expect, actual });
  }
  return { passed: vectors.length - failed.length, failed };
}

/** What the product does with a case; whatever it throws is an error of the case. */
export async function actualOf({ kind, given }: Vector): Promise<Actual> {
  const load = Object.hasOwn(adapters, kind) ? adapters[kind] : undefined;
  if (!load) return { error: { code: 'internal', message: `no function for kind "${kind}"` } };
  try {
    return await (await load())(given);
  } catch (error) {
    const { offender, detail = offender } = error as { readonly offender?: unknown; readonly detail?: unknown };
    return { error: refusalOf(error), ...(detail !== undefined && { detail }) };
  }
}

/** An error of the product as the cases see it. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ClusterFailure) return { code: error.error.reason ?? '', message: error.error.message };
  if (error instanceof CommandError) return { code: '', message: [error.message, ...error.more].join('\n') };
  // A bug of ours must not pass for a refusal.
  return { code: 'internal', message: `internal: ${(error as Error)?.stack ?? String(error)}` };
}
