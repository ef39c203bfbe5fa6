import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openCredentials } from '../../src/client/credentials.ts';
import type { PluginHost } from '../../src/client/login.ts';
import type { Attempt } from '../../src/client/restclient.ts';
import type { ExecConfig, RESTConfig } from '../../src/client/restconfig.ts';
import type { ChildOutcome, ChildRequest } from '../../src/system/childprocess.ts';
import { attempt, errorOf, fakeClock, memoryFiles } from './harness.ts';

const v1 = 'client.authentication.k8s.io/v1';
// The only program on PATH: not even stty is there for the terminal.
const bin = mkdtempSync(join(tmpdir(), 'kubectl-mc-plugins-'));
symlinkSync('/bin/sh', join(bin, 'sh'));
afterAll(() => rmSync(bin, { recursive: true }));

/** Long enough for whatever wants to happen, for what must not. */
const settle = () => new Promise<void>((done) => setTimeout(done, 40));

/** A world in which every program is `/bin/sh` and answers when told. */
function world(change: Partial<PluginHost> = {}) {
  const clock = fakeClock();
  const started: (ChildRequest & { answer(outcome: ChildOutcome): void })[] = [];
  const said: string[] = [];
  const host: PluginHost = {
    env: { PATH: bin, KUBERNETES_EXEC_INFO: 'theirs', HOST_VARIABLE: 'host' },
    platform: 'linux',
    run: (request) =>
      new Promise((answer) => {
        started.push({ ...request, answer });
        request.signal.addEventListener('abort', () => answer({ kind: 'aborted' }));
      }),
    stdinIsTerminal: false,
    stdinUnavailable: () => undefined,
    interactiveTimeoutMs: 300_000,
    concurrency: 4,
    policies: async () => [],
    pauseWhile: (work) => work(),
    track() {},
    say: (cluster, line) => said.push(`[${cluster}] ${line}`),
    ...change,
  };
  const credentials = openCredentials({ clock, files: memoryFiles(), plugins: host, timeoutMs: 60_000 });
  const runs = async (count: number) => {
    await vi.waitFor(() => expect(started).toHaveLength(count), { timeout: 10_000, interval: 5 });
    await settle();
    expect(started.length).toBe(count);
  };
  const get = (config: RESTConfig, on: Attempt = attempt()) => credentials.get(config, on);
  return { clock, started, said, credentials, runs, get };
}

const config = (exec: Partial<ExecConfig> = {}, more: Partial<RESTConfig> = {}): RESTConfig => ({
  server: 'https://a',
  tls: {},
  origin: 'ctx',
  auth: { exec: { apiVersion: v1, command: 'sh', args: [], env: [], interactiveMode: 'Never', ...exec } },
  ...more,
});

const answered = (status: object, code = 0): ChildOutcome => ({
  kind: 'exited',
  code,
  stdout: Buffer.from(JSON.stringify({ apiVersion: v1, kind: 'ExecCredential', status })),
});

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const on = (cluster: string, signal = new AbortController().signal): Attempt => ({ ...attempt(signal), cluster });

describe('one run', () => {
  test('serves every cluster of the identity, whenever it asks', async () => {
    const { started, runs, get } = world();
    const waiting = Array.from({ length: 100 }, (_, at) => get(config({}, { server: `https://c${at}` })));
    await runs(1);
    started[0]!.answer(answered({ token: 't' }));
    for (const credential of await Promise.all(waiting)) expect(credential).toMatchObject(bearer('t'));
    expect(await get(config())).toMatchObject(bearer('t'));
    expect(started).toHaveLength(1);
  });

  test('has our environment, over it the config, over it what nobody overrides', async () => {
    const { started, runs, get } = world();
    const env = [
      { name: 'HOST_VARIABLE', value: 'first' },
      { name: 'HOST_VARIABLE', value: 'last' },
      { name: 'KUBERNETES_EXEC_INFO', value: 'mine' },
    ];
    void get(config({ env, args: ['a b', '$HOME'] }));
    await runs(1);
    const [run] = started;
    expect(run).toMatchObject({ file: join(bin, 'sh'), args: ['a b', '$HOME'], terminal: false, timeoutMs: 60_000 });
    expect(run!.env).toEqual({
      PATH: bin,
      HOST_VARIABLE: 'last',
      KUBERNETES_EXEC_INFO: `{"kind":"ExecCredential","apiVersion":"${v1}","spec":{"interactive":false}}`,
    });
  });

  test('ends when the last of those who wait for it goes, and not before', async () => {
    const { started, runs, get } = world();
    const leaving = [new AbortController(), new AbortController()];
    const waiting = leaving.map(({ signal }) => get(config(), on('a', signal)).catch((reason: unknown) => reason));
    await runs(1);
    leaving[0]!.abort('gone');
    expect(await waiting[0]).toBe('gone');
    expect(started[0]!.signal.aborted).toBe(false);
    leaving[1]!.abort('gone too');
    expect(await waiting[1]).toBe('gone too');
    expect(started[0]!.signal.aborted).toBe(true);
    // The next who asks is not told of it.
    const next = get(config());
    await runs(2);
    started[1]!.answer(answered({ token: 't' }));
    expect(await next).toMatchObject(bearer('t'));
  });

  test.each<[string, ChildOutcome, string]>([
    ['an exit code', { ...answered({}), code: 7 } as ChildOutcome, 'exec: executable sh failed with exit code 7'],
    ['a signal', { kind: 'signalled', signal: 'SIGSEGV' }, 'exec: executable sh was ended by SIGSEGV'],
    ['a timeout', { kind: 'timeout' }, 'exec: executable sh gave no answer within 60s and was ended'],
    ['a flood', { kind: 'overflow' }, 'exec: executable sh wrote more than 1 MiB to its standard output'],
    ['a vanished program', { kind: 'failed', code: 'ENOENT' }, 'exec: executable sh not found'],
    ['a broken program', { kind: 'failed', code: 'EACCES' }, 'exec: executable sh cannot be started: EACCES'],
    ['no status', answered(null as never), "exec plugin didn't return a status field"],
    ['nothing', answered({}), "exec plugin didn't return a token or cert/key pair"],
    ['half a pair', answered({ clientKeyData: 'k' }), 'exec plugin returned only certificate or key, not both'],
    [
      'a bad pair',
      answered({ clientCertificateData: 'c', clientKeyData: 's3cret' }),
      'failed parsing client key/certificate: ',
    ],
    ['a bad time', answered({ token: 't', expirationTimestamp: 'soon' }), 'decoding stdout: expirationTimestamp'],
    ['a wrong type', answered({ token: 1 }), 'decoding stdout: token is not a string'],
    ['no object', { ...answered({}), stdout: Buffer.from('s3cret') } as ChildOutcome, 'decoding stdout: '],
  ])('that ends in %s fails with its own words', async (_, outcome, message) => {
    const { started, runs, get } = world();
    const failed = errorOf(get(config()));
    await runs(1);
    started[0]!.answer(outcome);
    const error = await failed;
    expect(error).toMatchObject({ type: 'ExecPlugin', message: expect.stringContaining(`getting credentials: `) });
    expect(error.message).toContain(message);
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });

  test('of a program that is not there is not tried, and its hint is told once', async () => {
    const { started, said, get } = world();
    const missing = config({ command: 'no-such-plugin', installHint: 'install it' });
    const errors = await Promise.all([errorOf(get(missing, on('a'))), errorOf(get(missing, on('b')))]);
    for (const error of errors)
      expect(error).toMatchObject({
        message: 'getting credentials: exec: executable no-such-plugin not found',
        hint: 'install it',
      });
    expect(await errorOf(get(missing, on('c')))).toMatchObject({ hint: 'install it' });
    expect(said).toEqual(['[a] install it']);
    expect(started).toHaveLength(0);
  });

  test('needs an environment that fits', async () => {
    const { started, get } = world();
    const ca = 'x'.repeat(200_000);
    const { message } = await errorOf(get(config({ provideClusterInfo: true }, { tls: { ca } })));
    expect(message).toMatch(
      /cluster info is too large for exec plugin "sh" \(\d+ bytes\); set provideClusterInfo: false/,
    );
    expect(started).toHaveLength(0);
  });

  test('is never without the policy', async () => {
    const policies = async () => [{ source: 'kuberc /k', policy: 'DenyAll', allowlist: null }];
    const { started, get } = world({ policies });
    expect((await errorOf(get(config()))).message).toContain(
      'plugin "sh" not allowed: policy set to "DenyAll" (kuberc /k)',
    );
    expect(started).toHaveLength(0);
  });
});

describe('a login', () => {
  async function loggedIn(status: object) {
    const made = world();
    const first = made.get(config());
    await made.runs(1);
    made.started[0]!.answer(answered(status));
    return { ...made, first: await first };
  }

  test('is used until shortly before it expires', async () => {
    const expirationTimestamp = new Date(1_000_000 + 60_000).toISOString();
    const { clock, started, runs, get } = await loggedIn({ token: 't', expirationTimestamp });
    await clock.advance(54_000);
    expect(await get(config())).toMatchObject(bearer('t'));
    await clock.advance(2_000);
    const next = get(config());
    await runs(2);
    started[1]!.answer(answered({ token: 'u' }));
    expect(await next).toMatchObject(bearer('u'));
  });

  test('that has expired when it comes is used for a moment: a wrong clock must not run a plugin for each request', async () => {
    const { clock, runs, get } = await loggedIn({ token: 't', expirationTimestamp: '1970-01-01T00:00:00Z' });
    expect(await get(config())).toMatchObject(bearer('t'));
    await clock.advance(6_000);
    void get(config());
    await runs(2);
  });

  test('that a server refuses is renewed once for all clusters, and not again for a server that refuses that, too', async () => {
    const { clock, started, credentials, runs, get, first } = await loggedIn({ token: 't' });
    const others = [config(), config()];
    const stale = await Promise.all(others.map((one) => get(one)));
    const renewals = others.map((one, at) => credentials.renew(one, stale[at]!, attempt()));
    await runs(2);
    started[1]!.answer(answered({ token: 'u' }));
    for (const renewed of await Promise.all(renewals)) expect(renewed).toMatchObject(bearer('u'));
    const late = config();
    await credentials.get(late, attempt());
    expect(await credentials.renew(late, first, attempt())).toMatchObject(bearer('u'));
    const refused = await credentials.get(late, attempt());
    expect(await credentials.renew(late, refused, attempt())).toBeUndefined();
    expect(started).toHaveLength(2);
    await clock.advance(31_000);
    const again = credentials.renew(late, refused, attempt());
    await runs(3);
    started[2]!.answer(answered({ token: 'v' }));
    expect(await again).toMatchObject(bearer('v'));
  });
});

describe('at a terminal', () => {
  const ask = (command: Partial<ExecConfig>) => config({ interactiveMode: 'IfAvailable', ...command });
  const eks = (name: string, ...more: string[]) => ask({ args: ['eks', 'get-token', '--cluster-name', name, ...more] });

  test('the first of a group asks, the others follow side by side without it', async () => {
    const { started, runs, get } = world({ stdinIsTerminal: true, concurrency: 2 });
    const waiting = Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => get(eks(name), on(name))));
    await runs(1);
    expect(started.map(({ terminal }) => terminal)).toEqual([true]);
    expect(started[0]!.timeoutMs).toBe(300_000);
    started[0]!.answer(answered({ token: 'a' }));
    await runs(3);
    expect(started.map(({ terminal }) => terminal)).toEqual([true, false, false]);
    started[1]!.answer(answered({ token: 'b' }));
    started[2]!.answer({ kind: 'exited', code: 1, stdout: Buffer.alloc(0) });
    await runs(4);
    started[3]!.answer(answered({ token: 'd' }));
    expect((await waiting).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(started[3]!.terminal).toBe(false);
  });

  test('who logs in as somebody else is a group of its own, and waits for the terminal', async () => {
    const { started, runs, get } = world({ stdinIsTerminal: true });
    void get(eks('a', '--profile', 'one'), on('a'));
    void get(eks('b', '--profile=two'), on('b'));
    void get(eks('c', '--profile=one'), on('c'));
    await runs(1);
    started[0]!.answer(answered({ token: 'a' }));
    await runs(3);
    expect(
      started
        .slice(1)
        .map(({ args, terminal }) => [args.at(3), terminal])
        .sort(),
    ).toEqual([
      ['b', true],
      ['c', false],
    ]);
  });

  test('after three failures in a row the rest of a group is not tried', async () => {
    const { started, runs, get } = world({ stdinIsTerminal: true });
    const failures = ['a', 'b', 'c', 'd', 'e'].map((name) => errorOf(get(eks(name), on(name))));
    for (const at of [0, 1, 2]) {
      await runs(at + 1);
      started[at]!.answer({ kind: 'exited', code: 9, stdout: Buffer.alloc(0) });
    }
    expect((await failures[4])!.message).toBe(
      'getting credentials: login failed 3 times for sh; last: getting credentials: exec: executable sh failed with exit code 9',
    );
    await Promise.all(failures);
    expect(started).toHaveLength(3);
  });

  test('those who always ask come one after another, in the order of their clusters', async () => {
    const { started, runs, get } = world({ stdinIsTerminal: true });
    for (const name of ['b', 'd', 'a', 'c']) void get(config({ interactiveMode: 'Always', args: [name] }), on(name));
    for (const at of [0, 1, 2, 3]) {
      await runs(at + 1);
      started[at]!.answer(answered({ token: 't' }));
    }
    expect(started.map(({ args }) => args[0])).toEqual(['b', 'a', 'c', 'd']);
  });

  test('what others say waits until the terminal is free, and is said once', async () => {
    const { started, said, runs, get } = world({ stdinIsTerminal: true });
    void get(config({ interactiveMode: 'Always', args: ['z'] }), on('z'));
    void get(config({ args: ['a'] }), on('a'));
    void get(config({ args: ['b'] }), on('b'));
    await runs(3);
    const run = (name: string) => started.find(({ args }) => args[0] === name)!;
    run('a').onStderr('please ');
    run('a').onStderr('wait\r\nmore');
    run('b').onStderr('please wait\nother\nother\n');
    run('a').answer(answered({ token: 'a' }));
    await settle();
    expect(said).toEqual([]);
    run('z').answer(answered({ token: 'z' }));
    await settle();
    expect(said).toEqual(['[a] please wait', '[b] other', '[b] other', '[a] more']);
  });

  test('whose stdin is taken, nobody is asked', async () => {
    const { started, runs, get } = world({
      stdinIsTerminal: true,
      stdinUnavailable: () => 'used by stdin resource manifest reader',
    });
    expect((await errorOf(get(config({ interactiveMode: 'Always' })))).message).toBe(
      'getting credentials: exec plugin cannot support interactive mode: standard input is unavailable: used by stdin resource manifest reader',
    );
    void get(eks('a'));
    void get(eks('b'));
    await runs(2);
    expect(started.map(({ terminal }) => terminal)).toEqual([false, false]);
  });
});
