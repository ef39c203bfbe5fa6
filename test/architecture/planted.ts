// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the planted code is text
import type { rules } from './graph.ts';

/** A violation to plant in the clean tree, and what the rule must say about it (a part of one line). */
export interface Planted {
  readonly rule: keyof typeof rules;
  readonly what: string;
  readonly path: string;
  readonly text: string;
  readonly found: string;
}

const lines = (...text: readonly string[]) => `${text.join('\n')}\n`;

/** A small tree that breaks no rule, full of what only looks like a violation. */
export const cleanTree: Readonly<Record<string, string>> = {
  'src/errors.ts': 'export class Failure extends Error {}\n',
  'src/api/cluster.ts': lines(
    "import type { Failure } from '../errors.ts';",
    'export interface Cluster { readonly failure?: Failure }',
  ),
  'src/system/clock.ts': lines(
    'export const now = () => Date.now();',
    'export const later = (f: () => void) => setTimeout(f, performance.now());',
  ),
  'src/system/files.ts': lines("import { readFile } from 'node:fs/promises';", 'export const read = readFile;'),
  'src/streams/escape.ts': lines(
    'export const escape = (text: string) => text.replace(/["\'`/]|process\\.exit/g, "");',
    'export const half = (a: number) => a / 2 / 1;',
  ),
  'src/client/rest.ts': lines(
    "import { type ClientRequest, request } from 'node:https';",
    'export interface Rest { readonly open: typeof request }',
    'export const patience = (r: ClientRequest) => r.setTimeout(5);',
  ),
  'src/kubeconfig/load.ts': lines("import '../client/rest.ts';", 'export const half = (a: number) => a / 2;'),
  'src/access/provider.ts': lines(
    "import type { Rest } from '../client/rest.ts';",
    'export type Open = (rest: Rest) => void;',
  ),
  'src/selection/globs.ts': lines("import { minimatch } from 'minimatch';", 'export const one = minimatch;'),
  'src/commands/registry.ts': lines(
    "// process.exit, console.log and import('nowhere') in a comment are prose",
    '/* let x; setTimeout */',
    "export const verbs = { get: () => import('./get.ts') };",
  ),
  'src/commands/get.ts': lines(
    "import type { Cluster } from '../api/cluster.ts';",
    "import { verbs } from './registry.ts';",
    'export const date = (ms: number) => new Date(ms);',
    "export const text = (c: Cluster) => `console.log(${`${c.failure ?? 'process.env'}`}) process`;",
    'export function count() { let n = 0; for (let i = 0; i < 2; i++) n += i; return [n, verbs]; }',
  ),
  'src/main.ts': lines(
    "import './commands/registry.ts';",
    "import manifest from '../package.json' with { type: 'json' };",
    'process.exitCode = manifest.version ? 0 : 1;',
  ),
  'test/e2e/get.test.ts': lines(
    "import { describe } from 'vitest';",
    "describe.skipIf(true)('get', () => {});",
    "const text = 'vi.mock(0)';",
  ),
};
