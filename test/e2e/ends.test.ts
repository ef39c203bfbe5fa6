import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { kubeconfigUser } from '../fleet/kubeconfig.ts';
import { issue } from '../fleet/pki.ts';
import { type FaultyMember, startFaulty } from './faulty.ts';
import { abc, forget, type Home, newHome } from './home.ts';
import { counts, resultOf } from './result.ts';
import { lines, program, type Running, start } from './run.ts';

const fleet = attachFleet();
const PODS = ['get', 'pods', '-n', 'team-a'];
/** Far longer than anything takes that does not hang, far shorter than the time limits of the program. */
const SOON_MS = 10_000;

describe.skipIf(!fleet?.description.clientCA)('how a command ends', () => {
  const made: { home?: Home; hanging?: FaultyMember } = {};
  const mc = (...args: string[]) => made.home!.mc(args);

  beforeAll(async () => {
    await ensureBuilt();
    made.hanging = await startFaulty(fleet!, { kind: 'hang', path: '/pods' });
    made.home = await newHome(fleet!, {
      user: { token: fleet!.users.dave.token },
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'b', server: 'B' },
        { name: 'bad', server: 'A', context: made.hanging.context },
        { name: 'c', server: 'C' },
        { name: 'dead', server: 'C', context: { port: 1 } },
      ],
    });
  });
  afterAll(() => made.hanging?.close());

  /** Starts a command that hangs on `bad`, when the others have answered. */
  const hanging = async (answers: number, ...args: string[]): Promise<Running> => {
    const before = made.hanging!.requests.length;
    const running = made.home!.start(['--exclude=dead', '-v=6', ...PODS, ...args]);
    await running.says('stderr', (text) => (text.match(/\/pods\?.*\b200\b/g) ?? []).length >= answers);
    while (!made.hanging!.requests.slice(before).some(({ url }) => url.includes('/pods')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    return running;
  };
  const last = (text: string) => lines(text).at(-1);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s: what is in is printed, a whole document, exit %i', async (signal, code) => {
    const running = await hanging(3, '-o', 'json');
    const sent = performance.now();
    running.child.kill(signal);
    const ended = await running.ended;
    expect(performance.now() - sent).toBeLessThan(SOON_MS);
    expect(ended.code).toBe(code);
    const result = resultOf(ended.stdout);
    expect(counts(result)).toBe('3/1/0/0');
    expect(result.summary.errors).toEqual({ bad: 'Canceled' });
    expect(result.clusters[0]!.items.length).toBeGreaterThan(0);
    expect(last(ended.stderr)).toBe('Warning: Failed to query 1/4 clusters. Run with -v for details.');
  });

  it('Ctrl-C with a table, one cluster at a time: the rest was not attempted', async () => {
    const running = await hanging(2, '--concurrency=1');
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(
      new Set(
        lines(ended.stdout)
          .slice(1)
          .map((row) => row.split(' ')[1]),
      ),
    ).toEqual(new Set(['a', 'b']));
    expect(ended.stderr).toContain('\nCanceled: bad\nNotAttempted: c\n');
    expect(last(ended.stderr)).toBe('Warning: Failed to query 2/4 clusters. Run with -v for details.');
    expect(ended.code).toBe(130);
  });

  it('Ctrl-C before anything is in', async () => {
    const before = made.hanging!.requests.length;
    const running = made.home!.start(['--clusters=bad', ...PODS, '-o', 'json']);
    while (made.hanging!.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(counts(resultOf(ended.stdout))).toMatch(/^0\/[01]\/0\/[01]$/);
  });

  it('a second Ctrl-C ends at once, even where nobody reads', async () => {
    const { spawn } = await import('node:child_process');
    // More than fits into a pipe, and nobody at its other end.
    const child = spawn(
      program,
      ['--clusters=a,b,c', 'get', 'all,cm,events,crds', '-A', '-o', 'json', '--show-managed-fields'],
      {
        env: { ...made.home!.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    await new Promise((resolve) => child.stdout.once('readable', resolve));
    child.kill('SIGINT');
    // The first one is taken when the program has said so or waits; the second must not be lost in the first.
    const again = setInterval(() => child.kill('SIGINT'), 300);
    expect(await ended).toBe(130);
    clearInterval(again);
    child.stdout.destroy();
    child.stderr.destroy();
  });

  it('a closed stdout ends everything quietly', async () => {
    const run = (rest: string) =>
      start(
        '/bin/bash',
        ['-c', `"$0" --clusters=a,b,c get pods -A ${rest} | head -1; exit "\${PIPESTATUS[0]}"`, program],
        {
          env: made.home!.env,
        },
      ).ended;
    const [json, jsonl] = await Promise.all([
      run('-o json --show-managed-fields'),
      run('-o jsonl --show-managed-fields'),
    ]);
    expect(json).toMatchObject({ stdout: '{\n', stderr: '', code: 141 });
    expect(jsonl).toMatchObject({ stderr: '', code: 141 });
    expect(lines(jsonl.stdout)).toHaveLength(1);
  });

  it('--fail-fast: exit 1, and later clusters never see a request', async () => {
    const name = `somebody-${randomBytes(4).toString('hex')}`;
    const { cert, key } = await issue(fleet!.description.clientCA!, { cn: name, o: 'system:masters' });
    const home = await newHome(fleet!, {
      user: kubeconfigUser({ name, clientCertificate: cert, clientKey: key }),
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'bad', server: 'A', context: { port: 1 } },
        { name: 'c', server: 'C' },
      ],
    });
    const mark = await fleet!.audit.mark(fleet!.members.C);
    const ended = await home.mc([...PODS, '--fail-fast', '--concurrency=1', '-o', 'json']);
    expect(counts(resultOf(ended.stdout))).toBe('1/1/0/1');
    expect(resultOf(ended.stdout).summary.errors).toEqual({ bad: 'ConnectionRefused', c: 'NotAttempted' });
    expect(lines(ended.stderr)).toEqual([
      'ConnectionRefused: bad',
      'NotAttempted: c',
      'stopped after the first failure: bad',
      'Warning: Failed to query 2/3 clusters. Run with -v for details.',
    ]);
    expect(ended.code).toBe(1);
    expect((await fleet!.audit.since(mark)).filter(({ user }) => user === name)).toEqual([]);
  });

  it('--total-timeout: who was not asked in time was not attempted', async () => {
    const ended = await mc('--exclude=dead', ...PODS, '--concurrency=1', '--total-timeout=6s', '-o', 'json');
    const { errors } = resultOf(ended.stdout).summary;
    expect(errors).toEqual({ bad: 'Timeout', c: 'NotAttempted' });
    expect(resultOf(ended.stdout).clusters[2]?.error?.reason).toBe('total');
    expect(ended.stderr).toContain('NotAttempted: c\nTimeout (total): bad\n');
    expect(ended.code).toBe(3);
    expect(ended.ms).toBeLessThan(6_000 + SOON_MS);
  });

  it('the order does not depend on who answers first', async () => {
    const answers = await Promise.all(
      ['1', '2', '10'].map((lanes) =>
        mc('--clusters=a,b,c', 'get', 'svc', '-A', `--concurrency=${lanes}`, '-o', 'json'),
      ),
    );
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  });

  it('what the cache holds may be garbage', async () => {
    const home = await newHome(fleet!, { clusters: abc, hub: 'e2e-garbage' });
    const wanted = await home.mc(['get', 'ns', '-o', 'name']);
    const cache = join(home.dir, '.kube', 'cache');
    for (const garbage of ['', '{', '{"value":{"profiles":[{}]}}', 'null', '\u0000\u0001']) {
      const files = (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) await writeFile(join(file.parentPath, file.name), garbage);
      expect(await home.mc(['get', 'ns', '-o', 'name'])).toMatchObject({ stdout: wanted.stdout, stderr: '', code: 0 });
    }
  });

  it('a home that cannot be written to is one warning', async () => {
    const files = ['--mapping', made.home!.mappingFile, '--kubeconfig', made.home!.kubeconfig, '--clusters=a,b,c'];
    // Not even root may write there.
    const ended = await made.home!.mc([...files, 'get', 'ns', 'default', '-o', 'name'], { env: { HOME: '/sys' } });
    expect(lines(ended.stdout)).toHaveLength(3);
    expect(ended.code).toBe(0);
    expect(lines(ended.stderr)).toEqual([expect.stringMatching(/^Warning: .*\/sys/)]);
    const quiet = await made.home!.mc([...files, '--no-cache', 'get', 'ns', 'default', '-oname'], {
      env: { HOME: '/sys' },
    });
    expect(quiet).toMatchObject({ stderr: '', code: 0 });
    const homeless = await made.home!.mc([...files, 'get', 'ns', 'default', '-oname'], { env: { HOME: '' } });
    expect(homeless).toMatchObject({ stdout: ended.stdout, code: 0 });
  });

  it('twenty at the same time', async () => {
    const home = await newHome(fleet!, { clusters: abc, hub: 'e2e-twenty' });
    await forget(home);
    const all = await Promise.all(Array.from({ length: 20 }, () => home.mc(['get', 'svc', '-A', '-o', 'json'])));
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1);
    for (const ended of all) expect(ended).toMatchObject({ stderr: '', code: 0 });
    const cache = join(home.dir, '.kube', 'cache');
    for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) expect((await readFile(join(entry.parentPath, entry.name))).length).toBeGreaterThan(0);
    }
    expect(await home.mc(['get', 'svc', '-A', '-o', 'json'])).toMatchObject({ stdout: all[0]!.stdout, stderr: '' });
  });
});
