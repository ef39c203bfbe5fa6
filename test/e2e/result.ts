import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { root } from '../../hack/bundle.ts';

/** What `-o json` prints, as far as tests look into it. */
export interface Result {
  readonly kind: string;
  readonly clusters: readonly {
    readonly cluster: string;
    readonly success: boolean;
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
    readonly error?: {
      readonly type: string;
      readonly reason?: string;
      readonly message: string;
      readonly code?: number;
      readonly details?: string;
    };
    readonly skipped?: { readonly reason: string };
  }[];
  readonly summary: {
    readonly total: number;
    readonly successful: number;
    readonly failed: number;
    readonly skipped: number;
    readonly notAttempted: number;
    readonly errors: Readonly<Record<string, string>>;
  };
}

/** Reads a whole document: nothing else may be on stdout, and it fits the published schema. */
export function resultOf(stdout: string): Result {
  const result = JSON.parse(stdout) as Result;
  const path = join(root, 'docs', 'multiclusterresult.schema.json');
  if (existsSync(path)) {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object);
    validate(result);
    expect(validate.errors ?? []).toEqual([]);
  }
  return result;
}

/** `successful/failed/skipped/notAttempted`. */
export function counts({ summary }: Result): string {
  const { total, successful, failed, skipped, notAttempted } = summary;
  expect(successful + failed + skipped + notAttempted).toBe(total);
  return `${successful}/${failed}/${skipped}/${notAttempted}`;
}
