import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { type Issuer, issuerFlags, oidcUser, startIssuer } from '../fleet/extra/issuer.ts';
import { type ExtraServer, startExtra } from '../fleet/extra/server.ts';
import type { MemberName } from '../fleet/fleet.ts';
import { evilHome, offer, removeProfiles } from './evil.ts';
import { type Home, type HomeCluster, newHome } from './home.ts';
import { resultOf } from './result.ts';
import { program, start } from './run.ts';

const fleet = attachFleet();
const api = 'client.authentication.k8s.io/v1';
const NAMESPACES = ['identities-known'];
const members: readonly MemberName[] = ['A', 'B', 'C'];
const python = spawnSync('python3', ['-c', 'import pty, termios, sys; print(sys.executable)'], { encoding: 'utf8' });
/** Answers with the token of a fleet user, by way of the environment. */
const answer = `printf '{"apiVersion":"${api}","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN"`;

interface Shown {
  readonly shown: string;
  readonly meanwhile: string;
  readonly code: number | null;
  readonly echo: boolean;
}

describe.skipIf(!fleet?.description.clientCA)('many identities, many clusters', () => {
  beforeAll(ensureBuilt);
  afterAll(() => removeProfiles(fleet!, NAMESPACES));

  async function homeWith(clusters: readonly HomeCluster[], plugins: Readonly<Record<string, string>>): Promise<Home> {
    const TOKEN = (await readFile(fleet!.users.dave.tokenFile!, 'utf8')).trim();
    const home = await newHome(fleet!, { clusters, env: { TOKEN } });
    for (const [name, script] of Object.entries(plugins))
      await chmod(await home.write(join('bin', name), `#!/bin/sh\n${script}\n`), 0o755);
    const env = { ...home.env, PATH: `${join(home.dir, 'bin')}:${home.env['PATH']}` };
    return { ...home, env, mc: (args, options) => home.mc(args, { ...options, env: { ...env, ...options?.env } }) };
  }
  /** Runs a command in a terminal of its own. */
  async function atTerminal(home: Home, talk: readonly (readonly [string, string])[], args: readonly string[]) {
    const script = join(import.meta.dirname, 'plugins', 'terminal.py');
    const env = { ...home.env, TERM: 'xterm' };
    const { stdout, stderr } = await start(python.stdout.trim(), [script, JSON.stringify(talk), program, ...args], {
      env,
      cwd: home.dir,
    }).ended;
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Shown;
  }
  const linesOf = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);

  describe('four ways to log in', () => {
    const open: { issuer?: Issuer; extra?: ExtraServer } = {};
    beforeAll(async () => {
      open.issuer = await startIssuer();
      open.extra = await startExtra(fleet!, {
        flags: await issuerFlags(open.issuer, fleet!.dir),
        readers: ['oidc:erin'],
      });
    });
    afterAll(async () => {
      await open.extra?.close();
      await open.issuer?.close();
    });

    it('an exec, a certificate, a token and an OIDC user answer in one get; the server has seen four people', async () => {
      const { server } = open.extra!;
      const issuer = open.issuer!;
      const on = (name: string, user: NonNullable<HomeCluster['context']>['user'] & {}): HomeCluster => ({
        name,
        server: 'A',
        context: { server: server.url as `https://${string}`, caOverride: server.ca, user },
      });
      const home = await homeWith(
        [
          on('exec', { exec: { apiVersion: api, interactiveMode: 'Never', command: 'plug' } }),
          on('cert', 'alice'),
          on('token', 'bob'),
          on('oidc', oidcUser(issuer, { id: issuer.idToken('erin', -1), refresh: issuer.refreshToken('erin') })),
        ],
        { plug: answer },
      );
      const mark = await fleet!.audit.mark(server);
      const ended = await home.mc(['get', 'ns', '-o', 'json']);
      expect([ended.code, ended.stderr]).toEqual([0, '']);
      const { clusters } = resultOf(ended.stdout);
      for (const { cluster, items } of clusters)
        expect([cluster, items.map((item) => item.metadata.name)]).toEqual([
          cluster,
          expect.arrayContaining(['team-a', 'team-b']),
        ]);
      const lists = (await fleet!.audit.since(mark)).filter(({ resource }) => resource === 'namespaces');
      expect(lists.map(({ user }) => user).sort()).toEqual(['alice', 'bob', 'dave', 'oidc:erin']);
    });
  });

  describe.skipIf(python.status !== 0)('at a terminal', () => {
    const eks = (howMany: number): readonly HomeCluster[] =>
      Array.from({ length: howMany }, (_, at) => ({
        name: `c${String(at).padStart(2, '0')}`,
        server: members[at % 3]!,
        context: {
          user: {
            exec: {
              apiVersion: api,
              interactiveMode: 'IfAvailable',
              command: 'aws',
              args: ['--region', `eu-west-${at % 3}`, 'eks', 'get-token', '--cluster-name', `c${at}`],
            },
          },
        },
      }));
    // As a single sign-on: who finds no session asks on the terminal itself and leaves one for the others. Whoever finds one waits until
    // three others are there as well, which never happens where one is run after another.
    const signOn = (together: number) => `
echo "$*" >> "$HOME/runs"
if [ ! -e "$HOME/session" ]; then
  case "$KUBERNETES_EXEC_INFO" in *'"interactive":true'*) ;; *) echo nobody to ask >&2; exit 5;; esac
  stty -echo < /dev/tty
  printf 'Code: ' > /dev/tty
  read -r word < /dev/tty
  stty echo < /dev/tty
  [ "$word" = sesame ] || { echo wrong code >&2; exit 4; }
  echo asked >> "$HOME/questions"
  : > "$HOME/session.$$" && mv "$HOME/session.$$" "$HOME/session"
else
  : > "$HOME/followers/$$"
  tries=0
  while [ "$(ls "$HOME/followers" | wc -l)" -lt ${together} ]; do
    tries=$((tries + 1)); [ $tries -gt 200 ] && { echo alone >&2; exit 7; }
    sleep 0.1
  done
fi
${answer}`;

    it('40 EKS-like clusters with different arguments: one question, the rest side by side', async () => {
      const home = await homeWith(eks(40), { aws: signOn(4) });
      await mkdir(join(home.dir, 'followers'));
      const { shown, meanwhile, code } = await atTerminal(
        home,
        [['Code: ', 'sesame\n']],
        ['get', 'ns', 'team-a', '-o', 'name'],
      );
      expect([code, shown.split('Code: ').length, meanwhile]).toEqual([0, 2, '']);
      expect(shown.match(/c\d\d:namespace\/team-a/g)).toHaveLength(40);
      const runs = await linesOf(join(home.dir, 'runs'));
      expect([runs.length, new Set(runs).size]).toEqual([40, 40]);
      expect(await linesOf(join(home.dir, 'questions'))).toEqual(['asked']);
      expect(await readdir(join(home.dir, 'followers'))).toHaveLength(39);
    });

    it('two terminals at once, the same plugin: both get their answers', async () => {
      const home = await homeWith(eks(6), { aws: signOn(1) });
      await mkdir(join(home.dir, 'followers'));
      // Each may be asked: they start together, and neither knows of the other.
      const one = () => atTerminal(home, [['Code: ', 'sesame\n']], ['get', 'ns', 'team-a', '-o', 'name']);
      const both = await Promise.all([one(), one()]);
      for (const { shown, code, echo, meanwhile } of both) {
        expect([code, echo, meanwhile, shown]).toEqual([0, true, '', expect.stringContaining('c05:namespace/team-a')]);
        expect(shown.match(/c\d\d:namespace\/team-a/g)).toHaveLength(6);
        expect(shown.split('Code: ').length).toBeLessThanOrEqual(2);
      }
      expect((await linesOf(join(home.dir, 'runs'))).length).toBe(12);
    });

    it('a wrong code in one terminal is nothing to the other', async () => {
      const home = await homeWith(eks(1), { aws: signOn(1) });
      await mkdir(join(home.dir, 'followers'));
      const get = ['get', 'ns', 'team-a', '-o', 'name'];
      const both = await Promise.all(['sesame\n', 'wrong\n'].map((word) => atTerminal(home, [['Code: ', word]], get)));
      expect(both[0]).toMatchObject({ code: 0, shown: expect.stringContaining('c00:namespace/team-a') });
      // It is the other's session, where that was there before the question.
      if (both[1]!.shown.includes('Code: ')) expect(both[1]).toMatchObject({ code: 1, echo: true });
    });
  });

  it('two commands that accept new clusters at once both find theirs known afterwards', async () => {
    const names = Array.from({ length: 8 }, (_, at) => `k${at}`);
    const evil = await evilHome(fleet!, {
      namespace: NAMESPACES[0]!,
      providers: [
        {
          name: 'local',
          execConfig: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'plugin',
            interactiveMode: 'Never',
          },
        },
      ],
      profiles: names.map((name, at) => ({
        name,
        conditions: { ControlPlaneHealthy: 'True' as const, Joined: 'True' as const },
        accessProviders: [offer(fleet!, 'local', members[at % 3]!)],
      })),
    });
    const commands = names.map((name) =>
      evil.mc([`--clusters=${name}`, '--accept-new-clusters', 'get', 'ns', 'team-a', '-o', 'name']),
    );
    for (const ended of await Promise.all(commands)) expect(ended).toMatchObject({ code: 0 });
    const known = JSON.stringify(parse(await readFile(evil.knownFile, 'utf8')));
    for (const name of names) expect(known).toContain(`/${name}"`);
    const after = await evil.mc(['get', 'ns', 'team-a', '-o', 'name']);
    expect([after.code, after.stdout.split('\n').filter(Boolean).length]).toEqual([0, names.length]);
  });
});
