import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { adapters } from '../../hack/vectors/kinds.ts';
import { loadVectors, runVectors } from '../../hack/vectors/suite.ts';

const vectors = await loadVectors(join(import.meta.dirname, 'access-vectors.yaml'));
const more = await loadVectors(join(import.meta.dirname, 'more-vectors.yaml'));

test('there are 164 cases from the standards, and every kind has some', () => {
  expect(vectors).toHaveLength(164);
  expect(new Set(vectors.map(({ kind }) => kind))).toEqual(new Set(Object.keys(adapters)));
  const ids = [...vectors, ...more].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([...vectors, ...more].map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
  expect((await runVectors([vector])).failed).toEqual([]);
});

describe('the runner', () => {
  const dir = mkdtempSync(join(tmpdir(), 'suite-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const run = async (text: string) => {
    const file = join(dir, 'cases.yaml');
    writeFileSync(file, text);
    return await runVectors(await loadVectors(file));
  };

  test.each([
    ['another value', '{kind: security.escape, given: {mode: cell, input: a}, expect: {output: b}}'],
    [
      'an error that is none',
      '{kind: security.endpoint, given: {cluster: {server: "https://a"}}, expect: {error: E-ENDPOINT-LOCAL}}',
    ],
    [
      'a success that is none',
      '{kind: security.endpoint, given: {cluster: {server: "https://[::1]"}}, expect: {server: "https://[::1]"}}',
    ],
    [
      'another error',
      '{kind: security.endpoint, given: {cluster: {server: "http://a"}}, expect: {error: E-ENDPOINT-LOCAL}}',
    ],
    [
      'a detail',
      '{kind: security.hint, given: {config: {hubHints: recipe, recipes: {gke: {}}}, hint: {command: gke-gcloud-auth-plugin, args: x}}, expect: {error: E-HINT-ARG, detail: y}}',
    ],
    ['a key too few', '{kind: exec.policy, given: {command: a, path: [/b], files: [/b/a]}, expect: {allowed: true}}'],
    ['an unknown kind', '{kind: nope, given: {}, expect: {error: "no"}}'],
    ['a bug of ours', '{kind: placement.resolve, given: null, expect: {error: ""}}'],
  ])('sees %s', async (_, text) => {
    const { passed, failed } = await run(`- {id: x, ${text.slice(1)}`);
    expect([passed, failed.map(({ id }) => id)]).toEqual([0, ['x']]);
  });

  test('a file that is no list of cases is an error', async () => {
    await expect(run('a: 1')).rejects.toThrow('not a list of cases');
    await expect(run('- {id: x}')).rejects.toThrow('case 1 lacks id, kind or expect');
  });
});
