import { describe, expect, test } from 'vitest';
import { rules, type Violation } from './graph.ts';
import { cleanTree } from './planted.ts';
import { plantedCode } from './planted-code.ts';
import { plantedImports } from './planted-imports.ts';
import { scan } from './scan.ts';

// The rules are worth what they find: each planted violation must be reported, and the clean tree must not be.

type Rule = keyof typeof rules;

function check(rule: Rule, files: Readonly<Record<string, string>>): readonly Violation[] {
  const folder = rule === 'testTricks' ? 'test/' : 'src/';
  const paths = Object.keys(files).filter((path) => path.startsWith(folder));
  return rules[rule](paths.map((path) => scan(path, files[path]!)));
}

describe('a clean tree', () => {
  test.each(Object.keys(rules) as Rule[])('passes %s', (rule) => {
    expect(check(rule, cleanTree)).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  test.each([...plantedImports, ...plantedCode])('$rule: $what', ({ rule, path, text, found }) => {
    expect(check(rule, { ...cleanTree, [path]: text })).toEqual([expect.stringContaining(found)]);
  });
});
