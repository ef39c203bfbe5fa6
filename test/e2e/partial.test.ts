import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { type Home, newHome } from './home.ts';
import { counts, resultOf } from './result.ts';
import { lines } from './run.ts';

const fleet = attachFleet();

describe.skipIf(!fleet?.description.clientCA)('ten clusters, two of them dead', () => {
  const homes: { ten?: Home } = {};
  const dead = new Set(['c03', 'c08']);
  const WARNING = 'Warning: Failed to query 2/10 clusters. Run with -v for details.';
  beforeAll(async () => {
    await ensureBuilt();
    homes.ten = await newHome(fleet!, {
      clusters: Array.from({ length: 10 }, (_, at) => {
        const name = `c${String(at + 1).padStart(2, '0')}`;
        const server = (['A', 'B', 'C'] as const)[at % 3]!;
        return { name, server, ...(dead.has(name) ? { context: { port: 1 } } : {}) };
      }),
    });
  });

  it('ends with the one line and exit 3', async () => {
    const ended = await homes.ten!.mc(['get', 'nodes']);
    expect(lines(ended.stderr)).toEqual(['ConnectionRefused: c03, c08', WARNING]);
    expect(ended.code).toBe(3);
    expect(
      new Set(
        lines(ended.stdout)
          .slice(1)
          .map((row) => row.split(' ')[1]),
      ).size,
    ).toBe(8);
  });

  it('-o json agrees', async () => {
    const ended = await homes.ten!.mc(['get', 'nodes', '-o', 'json']);
    const result = resultOf(ended.stdout);
    expect(counts(result)).toBe('8/2/0/0');
    expect(result.summary.errors).toEqual({ c03: 'ConnectionRefused', c08: 'ConnectionRefused' });
    expect(lines(ended.stderr).at(-1)).toBe(WARNING);
    expect(ended.code).toBe(3);
  });

  it('-o yaml and jsonl name them, too', async () => {
    const { parse } = await import('yaml');
    const [yaml, jsonl] = await Promise.all([
      homes.ten!.mc(['get', 'ns', 'default', '-oyaml']),
      homes.ten!.mc(['get', 'ns', 'default', '-ojsonl']),
    ]);
    expect(counts(parse(yaml.stdout))).toBe('8/2/0/0');
    const rows = lines(jsonl.stdout).map(
      (line) => JSON.parse(line) as { cluster: string; item?: object; error?: { type: string } },
    );
    expect(rows.filter(({ item }) => item)).toHaveLength(8);
    expect(rows.flatMap(({ cluster, error }) => (error ? `${cluster} ${error.type}` : []))).toHaveLength(2);
  });

  it('--allow-partial is exit 0, with the same line', async () => {
    const ended = await homes.ten!.mc(['get', 'nodes', '--allow-partial']);
    expect(lines(ended.stderr).at(-1)).toBe(WARNING);
    expect(ended.code).toBe(0);
  });

  it('-v says why, a line for each', async () => {
    const ended = await homes.ten!.mc(['get', 'nodes', '-v']);
    const said = lines(ended.stderr);
    expect(said.filter((line) => /^c\d\d: ConnectionRefused: .*refused the connection/.test(line))).toHaveLength(2);
    expect(said.at(-1)).toBe(WARNING);
  });

  it('not found on eight, and two did not answer', async () => {
    const ended = await homes.ten!.mc(['get', 'ns', 'nope']);
    expect(ended.stdout).toBe('');
    expect(lines(ended.stderr)).toEqual([
      'namespaces/nope not found on 8 of 10 clusters; 2 did not answer',
      'ConnectionRefused: c03, c08',
      WARNING,
    ]);
    expect(ended.code).toBe(3);
    expect((await homes.ten!.mc(['get', 'ns', 'nope', '--allow-partial'])).code).toBe(1);
  });

  it('nobody answers: exit 1', async () => {
    const ended = await homes.ten!.mc(['get', 'nodes', '--clusters=c03,c08', '-o', 'json']);
    expect(counts(resultOf(ended.stdout))).toBe('0/2/0/0');
    expect(lines(ended.stderr).at(-1)).toBe('Warning: Failed to query 2/2 clusters. Run with -v for details.');
    expect(ended.code).toBe(1);
    expect((await homes.ten!.mc(['get', 'nodes', '--clusters=c03', '--allow-partial'])).code).toBe(1);
  });
});
