import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryFiles, root } from './tree.ts';

// Whatever is in the repository must mean something to anybody who clones it. The words are put together here, so that
// this file does not hold them.
const word = (...parts: readonly string[]) => parts.join('');

interface Banned {
  readonly what: string;
  readonly pattern: RegExp;
  /** Only these files; all where absent. */
  readonly files?: RegExp;
}

const banned: readonly Banned[] = [
  {
    what: 'a path of one machine',
    pattern: new RegExp(word('(?:^|[\\s"\'`(=:,])/(?:wo', 'rk|fa', 'rm)(?![\\w-])'), 'm'),
  },
  { what: 'a folder beside the repository', pattern: new RegExp(word('\\.\\./sha', 'red\\b')) },
  {
    what: 'a package registry',
    pattern: new RegExp(word('registry\\.(?:npm', 'js|yarn', 'pkg)|proxy\\.gol', 'ang\\.org|gop', 'roxy\\.'), 'i'),
  },
  { what: 'a resolved address', pattern: /"resolved":\s*"http/, files: /^package-lock\.json$/ },
  {
    what: 'work left for later',
    pattern: new RegExp(word('\\b(?:TO', 'DO|FIX', 'ME|XX', 'X)\\b')),
    files: /^(?!package-lock\.json$|.*go\.sum$)/,
  },
];

const violations = (path: string, text: string) =>
  banned.flatMap(({ what, pattern, files }) => {
    const match = (files?.test(path) ?? true) ? pattern.exec(text) : null;
    return match ? [`${path}:${text.slice(0, match.index).split('\n').length}: ${what} (${match[0].trim()})`] : [];
  });

test('nothing in the repository speaks of the machine it was written on', () => {
  const found = repositoryFiles().flatMap((path) => {
    const content = readFileSync(join(root, path));
    return content.includes(0) ? [] : violations(path, content.toString('utf8'));
  });
  expect(found).toEqual([]);
});

describe('planted', () => {
  test.each([
    ['a.ts', word("const a = '/wo", "rk/main';")],
    ['a.md', word('see (/fa', 'rm)')],
    ['a.ts', word("import '../sha", "red/x.ts';")],
    ['.npmrc', word('registry=https://registry.npm', 'js.org/')],
    ['package-lock.json', '"resolved": "https://example.test/a.tgz"'],
    ['a.ts', word('// TO', 'DO: later')],
  ])('%s: %s', (path, text) => {
    expect(violations(path, `first line\n${text}`)).toEqual([expect.stringMatching(`${path}:2: `)]);
  });

  test.each(['/workloads/x', 'https://h/workspace', 'shared.ts', 'TODOS'])('%s is fine', (text) => {
    expect(violations('a.ts', text)).toEqual([]);
  });
});
