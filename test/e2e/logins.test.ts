import { spawnSync } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import type { MemberName } from '../fleet/fleet.ts';
import { type Home, type HomeCluster, type HomeRequest, newHome } from './home.ts';
import { resultOf } from './result.ts';
import { program, start } from './run.ts';

const fleet = attachFleet();
const v1 = 'client.authentication.k8s.io/v1';
const has = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const go = has('go', 'version');
const python = has('python3', '-c', 'import pty, termios');
const members: readonly MemberName[] = ['A', 'B', 'C'];
/** Answers with the token of a fleet user, by way of the environment. */
const answer = `printf '{"apiVersion":"${v1}","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN"`;
const count = 'echo run >> "$HOME/runs"';

/** `exec` of a kubeconfig user. */
const exec = (command: string, more: object = {}) => ({
  exec: { apiVersion: v1, interactiveMode: 'Never', command, ...more },
});

describe.skipIf(!fleet?.description.clientCA)('exec credential plugins', () => {
  const dave = async () => (await readFile(fleet!.users.dave.tokenFile!, 'utf8')).trim();

  /** A home whose PATH begins with its own bin/, which holds the plugins; TOKEN is dave's. */
  async function homeWith(
    clusters: readonly HomeCluster[],
    plugins: Readonly<Record<string, string>>,
    more: Partial<HomeRequest> = {},
  ): Promise<Home> {
    const home = await newHome(fleet!, { clusters, ...more, env: { ...more.env, TOKEN: await dave() } });
    for (const [name, script] of Object.entries(plugins))
      await chmod(await home.write(join('bin', name), `#!/bin/sh\n${script}\n`), 0o755);
    const PATH = `${join(home.dir, 'bin')}:${home.env['PATH']}`;
    const env = { PATH };
    return {
      ...home,
      env: { ...home.env, ...env },
      start: (args, options) => home.start(args, { ...options, env: { ...env, ...options?.env } }),
      mc: (args, options) => home.mc(args, { ...options, env: { ...env, ...options?.env } }),
    };
  }
  const runs = async ({ dir }: Home) =>
    (await readFile(join(dir, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
  const many = (howMany: number, user: (at: number) => object): readonly HomeCluster[] =>
    Array.from({ length: howMany }, (_, at) => ({
      name: `c${String(at).padStart(3, '0')}`,
      server: members[at % 3]!,
      context: { user: user(at) as Record<string, unknown> },
    }));
  const on = (name: string, user: object, server: MemberName = 'A'): HomeCluster => ({
    name,
    server,
    context: { user: user as Record<string, unknown> },
  });

  beforeAll(ensureBuilt);

  it.each([1, 4])('100 clusters and %i identities run the plugin that often', async (identities) => {
    const user = (at: number) => exec('plug', { args: [`--identity=${at % identities}`] });
    const home = await homeWith(many(100, user), { plug: `${count}\n${answer}` });
    const { code, stdout, stderr } = await home.mc(['get', 'cm', '-n', 'team-a', '-o', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(resultOf(stdout).summary).toMatchObject({ total: 100, successful: 100 });
    expect(await runs(home)).toBe(identities);
  });

  it('an exec user, a certificate user and a token user answer in one get', async () => {
    const clusters = [
      on('exec', exec('plug')),
      { name: 'cert', server: 'B', context: { user: 'alice' } },
      { name: 'token', server: 'A', context: { user: 'bob' } },
    ] as const;
    const home = await homeWith(clusters, { plug: answer });
    const { code, stdout } = await home.mc(['get', 'ns', '-o', 'name', '-v']);
    expect(code).toBe(0);
    for (const name of ['exec', 'cert', 'token']) expect(stdout).toContain(`${name}:namespace/team-a`);
  });

  it('a plugin is found beside its kubeconfig, and may answer in YAML', async () => {
    const yaml = `printf 'apiVersion: ${v1}\\nkind: ExecCredential\\nstatus: {token: %s}\\n' "$TOKEN"`;
    const home = await homeWith([on('a', exec('./bin/plug'))], {});
    const file = await home.write('.kube/bin/plug', `#!/bin/sh\n${yaml}\n`);
    await chmod(file, 0o755);
    expect(await home.mc(['get', 'ns', 'team-a', '-o', 'name'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('a refused login is renewed once for all clusters', async () => {
    const stale = `${count}\n[ -e "$HOME/second" ] || { : > "$HOME/second"; TOKEN=stale; }\n${answer}`;
    const home = await homeWith(
      many(30, () => exec('plug')),
      { plug: stale },
    );
    const { code, stdout } = await home.mc(['get', 'cm', '-n', 'team-a', '-o', 'json']);
    expect([code, resultOf(stdout).summary.successful]).toEqual([0, 30]);
    expect(await runs(home)).toBe(2);
  });

  it('a login that is refused again is not asked for by every cluster', async () => {
    const home = await homeWith(
      many(30, () => exec('plug')),
      { plug: `${count}\nTOKEN=wrong-$$\n${answer}` },
    );
    const { code, stdout } = await home.mc(['get', 'cm', '-n', 'team-a', '-o', 'json']);
    expect([code, new Set(Object.values(resultOf(stdout).summary.errors))]).toEqual([1, new Set(['Unauthorized'])]);
    expect(await runs(home)).toBe(2);
  });

  it('a login that has expired when it comes serves the command', async () => {
    const expired = answer.replace('"token"', '"expirationTimestamp":"2001-01-01T00:00:00Z","token"');
    const home = await homeWith(
      many(9, () => exec('plug')),
      { plug: `${count}\n${expired}` },
    );
    expect(await home.mc(['get', 'cm', '-n', 'team-a'])).toMatchObject({ code: 0 });
    expect(await runs(home)).toBe(1);
  });

  it('the time of a login counts neither for the hub nor for a member', async () => {
    const slow = `[ "$1" = hub ] && sleep 6\nsleep 1\n${answer}`;
    const home = await homeWith(
      [on('slow', exec('slow'))],
      { slow },
      {
        hub: 'slow-logins',
        hubContext: { user: exec('slow', { args: ['hub'] }) },
      },
    );
    const { code, stdout } = await home.mc(['get', 'ns', 'team-a', '-o', 'name', '--timeout=5s', '-v']);
    expect([code, stdout]).toEqual([0, 'slow:namespace/team-a\n']);
  });

  it('what one plugin does wrong is that cluster’s failure only', async () => {
    const home = await homeWith(
      [
        on('fails', exec('fails')),
        on('fine', exec('plug')),
        on('missing', exec('no-such-plugin', { installHint: 'get it from\x1b[31m somewhere' })),
        on('garbage', exec('garbage')),
        on('asks', exec('plug', { interactiveMode: 'Always' })),
        on('old', exec('plug', { apiVersion: 'client.authentication.k8s.io/v1beta1' })),
      ],
      {
        plug: answer,
        fails: `printf 'first line\\n\\033]0;title\\007second\\nno newline' >&2\n${answer}\nexit 3`,
        garbage: 'echo "not $TOKEN"',
      },
    );
    const { code, stdout, stderr } = await home.mc(['get', 'ns', '-o', 'json', '-v']);
    const errors = Object.fromEntries(resultOf(stdout).clusters.map((one) => [one.cluster, one.error?.message]));
    const start = 'getting credentials: ';
    expect(code).toBe(3);
    expect(errors).toEqual({
      fine: undefined,
      fails: `${start}exec: executable fails failed with exit code 3`,
      missing: `${start}exec: executable no-such-plugin not found`,
      garbage: `${start}decoding stdout: it is neither JSON nor YAML`,
      asks: `${start}exec plugin cannot support interactive mode: standard input is not a terminal`,
      old: `${start}exec plugin is configured to use API version client.authentication.k8s.io/v1beta1, plugin returned version ${v1}`,
    });
    expect(stderr).toContain('[fails] first line\n[fails] ^[]0;title\\u{7}second\n');
    expect(stderr).toContain('[fails] no newline\n');
    expect(stderr).toContain('[missing] get it from^[[31m somewhere\n');
    expect(stdout + stderr).not.toContain(await dave());
  });

  it('a plugin that hangs is ended with its children at auth.timeout', async () => {
    const hang = `trap '' TERM\nsh -c 'echo $$ > "$HOME/child"; exec sleep 60' &\necho $$ > "$HOME/parent"\nwait\nsleep 60`;
    const home = await homeWith(
      [on('fine', exec('plug')), on('hangs', exec('hang'))],
      { plug: answer, hang },
      {
        config: { auth: { timeout: '5s' } },
      },
    );
    const { code, stdout, stderr } = await home.mc(['get', 'ns', 'team-a', '-o', 'json', '-v']);
    expect(code).toBe(3);
    expect(resultOf(stdout).summary.errors).toEqual({ hangs: 'ExecPlugin' });
    expect(stderr).toContain('exec: executable hang gave no answer within 5s and was ended');
    await vi.waitFor(async () => expect(await alive(home)).toEqual([]), { timeout: 5_000 });
  });

  it('Ctrl-C ends plugins with their children, and names what was not asked', async () => {
    const hang = `trap '' TERM\nsh -c 'echo $$ > "$HOME/child"; exec sleep 60' &\necho $$ > "$HOME/parent"\necho ready >&2\nwait\nsleep 60`;
    const home = await homeWith(
      many(5, () => exec('hang')),
      { hang },
    );
    const running = home.start(['get', 'ns', '-o', 'json']);
    await running.says('stderr', (text) => text.includes('[c000] ready'));
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect([code, resultOf(stdout).summary.notAttempted]).toEqual([130, 5]);
    await vi.waitFor(async () => expect(await alive(home)).toEqual([]), { timeout: 5_000 });
  });

  it.each<[string, string, object, string]>([
    ['DenyAll', 'credentialPluginPolicy: DenyAll', {}, 'plugin "plug" not allowed: policy set to "DenyAll" (kuberc '],
    [
      'an allowlist without it',
      'credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: aws}]',
      {},
      'is not permitted by the credential plugin allowlist (kuberc ',
    ],
    [
      'an allowlist of our own',
      'credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: plug}]',
      { access: { credentialPlugins: { policy: 'Allowlist', allowlist: [{ command: 'aws' }] } } },
      'is not permitted by the credential plugin allowlist (access.credentialPlugins)',
    ],
    ['an unreadable policy', 'credentialPlugin: [', {}, 'kuberc: cannot read credential plugin policy from '],
  ])('%s keeps a plugin from running, and nothing else', async (_, kuberc, config, message) => {
    const clusters = [on('exec', exec('plug')), { name: 'cert', server: 'B', context: { user: 'alice' } }] as const;
    const home = await homeWith(clusters, { plug: `${count}\n${answer}` }, { config: { ...config } });
    await home.write('.kube/kuberc', `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${kuberc}\n`);
    const { code, stdout, stderr } = await home.mc(['get', 'ns', '-o', 'json', '-v']);
    expect([code, resultOf(stdout).summary.errors]).toEqual([3, { exec: 'ExecPlugin' }]);
    expect(stderr).toContain(message);
    expect(await runs(home)).toBe(0);
    if (Object.keys(config).length === 0)
      expect(await home.mc(['get', 'ns'], { env: { KUBERC: 'off' } })).toMatchObject({ code: 0 });
  });

  it('a policy that says nothing clear is refused before anything starts', async () => {
    const config = { access: { credentialPlugins: { inheritKuberc: false } } };
    const home = await homeWith([on('a', exec('plug'))], { plug: answer }, { config });
    expect(await home.mc(['get', 'ns'])).toMatchObject({
      code: 2,
      stderr: 'error: access.credentialPlugins.inheritKuberc: false needs a policy of its own: Allowlist or DenyAll\n',
    });
  });

  it('a token is in no output and in no file, however much is told', async () => {
    const token = await dave();
    const home = await homeWith(
      many(3, () => exec('plug')),
      { plug: answer },
    );
    const log = join(home.dir, 'log');
    const loud = await home.mc(['get', 'cm', '-n', 'team-a', '-v=9', '--debug', '--log-level=trace']);
    const logged = await home.mc(['get', 'cm', '-n', 'team-a', '-o', 'json', '-v=9', `--log-file=${log}`]);
    expect([loud.code, logged.code]).toEqual([0, 0]);
    expect(loud.stderr).toContain('Authorization: Bearer <masked>');
    for (const text of [loud.stdout, loud.stderr, logged.stdout, logged.stderr]) expect(text).not.toContain(token);
    const files = (await readdir(home.dir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const { parentPath, name } of files)
      expect(await readFile(join(parentPath, name), 'utf8'), name).not.toContain(token);
  });

  it.skipIf(!go)('a plugin in another language gets the cluster and gives a certificate', async () => {
    const binary = join(fleet!.dir, 'certificate-plugin');
    const built = spawnSync('go', ['build', '-o', binary, join(import.meta.dirname, 'plugins', 'main.go')], {
      encoding: 'utf8',
    });
    expect(built.stderr).toBe('');
    const alice = fleet!.users.alice;
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    const env = [
      { name: 'CERT', value: encoded(alice.clientCertificate!) },
      { name: 'KEY', value: encoded(alice.clientKey!) },
      { name: 'EXPECT_CLUSTER', value: '' },
    ];
    const user = exec(binary, { provideClusterInfo: true, env });
    const home = await homeWith([on('a', user), on('b', user, 'B')], {});
    const { code, stdout, stderr } = await home.mc(['get', 'ns', 'team-a', '-o', 'name', '-v']);
    expect([code, stdout, stderr]).toEqual([0, 'a:namespace/team-a\nb:namespace/team-a\n', '']);
  });

  describe.skipIf(!python)('at a terminal', () => {
    /** Runs `get` on a pseudo terminal; `talk` is what it asks and what is typed. */
    async function atTerminal(home: Home, talk: readonly (readonly [string, string])[], args: readonly string[]) {
      const { ended } = start(
        'python3',
        [join(import.meta.dirname, 'plugins', 'terminal.py'), JSON.stringify(talk), program, ...args],
        {
          env: {
            ...home.env,
            PATH: `${home.env['PATH']}:${dirname(spawnSync('sh', ['-c', 'command -v python3'], { encoding: 'utf8' }).stdout)}`,
          },
        },
      );
      const { stdout, stderr } = await ended;
      if (stdout === '') throw new Error(stderr);
      expect(stdout.length).toBeLessThan(10_000);
      return JSON.parse(stdout) as {
        readonly shown: string;
        readonly meanwhile: string;
        readonly code: number | null;
        readonly echo: boolean;
      };
    }
    // It reads from the terminal itself, as password prompts do, and keeps a session that the next run finds.
    const prompts = `${count}
[ -e "$HOME/session" ] && { ${answer}; exit; }
case "$KUBERNETES_EXEC_INFO" in *'"interactive":true'*) ;; *) echo nobody to ask >&2; exit 5;; esac
stty -echo < /dev/tty
printf 'Password: ' > /dev/tty
read -r word
stty echo < /dev/tty
[ "$word" = sesame ] || { echo wrong >&2; exit 4; }
: > "$HOME/session"
${answer}`;

    it('one question for a group of clusters, the others follow', async () => {
      const user = (at: number) =>
        exec('plug', { interactiveMode: 'IfAvailable', args: ['get-token', '--cluster-name', `c${at}`] });
      const home = await homeWith(many(12, user), { plug: prompts });
      const { shown, meanwhile, code } = await atTerminal(home, [['Password: ', 'sesame\n']], ['get', 'ns', 'team-a']);
      expect(meanwhile).toBe('');
      expect(shown.split('Password: ')).toHaveLength(2);
      expect(shown).toMatch(/team-a\s+c011/);
      expect([code, await runs(home)]).toEqual([0, 12]);
    });

    it('who always asks, asks one after another; a wrong answer is one cluster’s failure', async () => {
      const user = (at: number) => exec('plug', { interactiveMode: 'Always', args: [String(at)] });
      const home = await homeWith(many(3, user), { plug: prompts.replace(': > "$HOME/session"', '') });
      const talk = ['sesame\n', 'wrong\n', 'sesame\n'].map((word) => ['Password: ', word] as const);
      const { shown, code } = await atTerminal(home, talk, ['get', 'ns', 'team-a']);
      expect(shown.split('Password: ')).toHaveLength(4);
      expect(shown).toContain('ExecPlugin: c001');
      expect(code).toBe(3);
    });

    it('Ctrl-C at the question gives the terminal back as it was', async () => {
      const home = await homeWith(
        many(3, () => exec('plug', { interactiveMode: 'IfAvailable' })),
        { plug: prompts },
      );
      const { shown, code, echo } = await atTerminal(home, [['Password: ', '\x03']], ['get', 'ns']);
      expect([code, echo]).toEqual([130, true]);
      expect(shown).toContain('Password: ');
    });

    it('a manifest on standard input leaves nothing to ask through', async () => {
      const home = await homeWith([on('a', exec('plug', { interactiveMode: 'Always' }))], { plug: prompts });
      const manifest = '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team-a"}}';
      await writeFile(join(home.dir, 'ready'), '');
      const { shown, code } = await atTerminal(home, [['', `${manifest}\n\x04`]], ['get', '-f', '-', '-v']);
      expect(code).toBe(1);
      expect(shown.replaceAll(/\r?\n/g, '')).toContain(
        'standard input is unavailable: used by stdin resource manifest reader',
      );
    });
  });

  /** Which of the processes that wrote their ids are still there. */
  async function alive({ dir }: Home): Promise<readonly number[]> {
    const ids = await Promise.all(
      ['parent', 'child'].map(async (name) => Number(await readFile(join(dir, name), 'utf8'))),
    );
    return ids.filter((pid) => {
      expect(pid).toBeGreaterThan(1);
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
  }
});
