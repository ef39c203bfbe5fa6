import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { type Issuer, issuerFlags, oidcUser, startIssuer } from '../fleet/extra/issuer.ts';
import { type ExtraServer, startExtra } from '../fleet/extra/server.ts';
import { kubeconfigUser } from '../fleet/kubeconfig.ts';
import { issue } from '../fleet/pki.ts';
import { type ConnectProxy, startConnectProxy } from './connectproxy.ts';
import { evilHome, offer, removeProfiles } from './evil.ts';
import { type Home, type HomeCluster, newHome } from './home.ts';
import type { Ended } from './run.ts';

const fleet = attachFleet();
const api = 'client.authentication.k8s.io/v1';
const HUB = 'secrets-hub';
const PASSWORD = 'pass-word-of-basic-0123456789';
const PROXY_PASSWORD = 'pass-word-of-proxy-0123456789';
const UNKNOWN = 'token-that-nobody-knows-0123456789';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A secret and what it looks like where it is passed on: encoded, as part of a login, a key line by line. */
function faces(secret: string): readonly string[] {
  if (!secret.includes('PRIVATE KEY')) return [secret, base64(secret), encodeURIComponent(secret)];
  const body = secret.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  return [...body, base64(secret), JSON.stringify(body.join('\n')).slice(1, -1)];
}

/** Where something of a home's secrets is found, by a short word for each; nothing is printed of what was found. */
function found(text: string, secrets: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => faces(secret).some((face) => text.includes(face)))
    .map(([name]) => name);
}

interface Written {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly mode: number;
}

async function everything(dir: string): Promise<readonly Written[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, kind: entry.isFile() ? 'file' : 'folder', mode: (await stat(path)).mode & 0o777 } as const;
      }),
  );
}

describe.skipIf(!fleet?.description.clientCA)('secrets', () => {
  const open: { issuer?: Issuer; extra?: ExtraServer; proxy?: ConnectProxy } = {};
  beforeAll(async () => {
    await ensureBuilt();
    open.issuer = await startIssuer();
    open.proxy = await startConnectProxy();
    open.extra = await startExtra(fleet!, {
      flags: await issuerFlags(open.issuer, fleet!.dir),
      readers: ['oidc:erin'],
    });
  });
  afterAll(async () => {
    await open.extra?.close();
    await open.issuer?.close();
    await open.proxy?.close();
    await removeProfiles(fleet!, [HUB, 'secrets-modes', 'secrets-group']);
  });

  /** Everybody's way to log in, good and bad, and every secret of it by name. */
  async function everybody(): Promise<{ readonly home: Home; readonly secrets: Readonly<Record<string, string>> }> {
    const issuer = open.issuer!;
    const { alice, bob, dave } = fleet!.users;
    const daves = (await readFile(dave.tokenFile!, 'utf8')).trim();
    const plugged = await issue(fleet!.description.clientCA!, { cn: 'alice', o: 'platform' });
    const port = new URL(fleet!.members.A.url).port;
    const user = (name: string, login: object, more: object = {}): HomeCluster => ({
      name,
      server: 'A',
      context: { user: login as Record<string, unknown>, ...more },
    });
    const exec = (command: string, more: object = {}) => ({
      exec: { apiVersion: api, interactiveMode: 'Never', command, ...more },
    });
    const onExtra = { server: open.extra!.server.url as `https://${string}`, caOverride: open.extra!.server.ca };
    const ended = issuer.idToken('erin', -60);
    const home = await newHome(fleet!, {
      hub: HUB,
      clusters: [
        user('token', kubeconfigUser(bob)),
        user('token-file', { tokenFile: dave.tokenFile }),
        user('token-unknown', { token: UNKNOWN }),
        user('cert', kubeconfigUser(alice)),
        user('cert-expired', kubeconfigUser(fleet!.users.expired)),
        user('cert-broken', {
          'client-certificate-data': base64(alice.clientCertificate!),
          'client-key-data': base64(`x${plugged.key}`),
        }),
        user('basic', { username: 'hans', password: PASSWORD }),
        user('as', { ...kubeconfigUser(fleet!.users.admin), as: 'alice' }),
        user('exec-token', exec('plug', { env: [{ name: 'TOKEN', value: daves }] })),
        user('exec-cert', exec('plug-cert')),
        user('exec-unknown', exec('plug', { env: [{ name: 'TOKEN', value: UNKNOWN }] })),
        user('exec-garbage', exec('garbage', { env: [{ name: 'TOKEN', value: UNKNOWN }] })),
        user('exec-fails', exec('fails', { args: ['--cluster', 'x'], env: [{ name: 'TOKEN', value: UNKNOWN }] })),
        user('oidc', oidcUser(issuer, { id: issuer.idToken('erin') }), onExtra),
        user('oidc-ended', oidcUser(issuer, { id: ended, refresh: issuer.refreshToken('erin') }), onExtra),
        user('oidc-once', oidcUser(issuer, { id: ended, refresh: issuer.refreshToken('erin', 'once') }), onExtra),
        user('oidc-refused', oidcUser(issuer, { id: ended, refresh: `${UNKNOWN}-refresh` }), onExtra),
        user('proxy', kubeconfigUser(bob), {
          server: `https://tunnel.fleet.test:${port}`,
          caOf: 'A',
          tlsServerName: 'a.fleet.test',
          proxyUrl: open.proxy!.url.replace('://', `://me:${PROXY_PASSWORD}@`),
        }),
        user('proxy-broken', kubeconfigUser(bob), { proxyUrl: `http://me:${PROXY_PASSWORD}@127.0.0.1:9` }),
        user('proxy-wrong', kubeconfigUser(bob), { proxyUrl: `gopher://me:${PROXY_PASSWORD}@127.0.0.1:9` }),
      ],
    });
    const status = JSON.stringify({ clientCertificateData: plugged.cert, clientKeyData: plugged.key });
    const plugins = {
      plug: `printf '{"apiVersion":"${api}","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN"`,
      'plug-cert': `cat <<'END'\n{"apiVersion":"${api}","kind":"ExecCredential","status":${status}}\nEND`,
      garbage: 'printf \'{"apiVersion": "v1", "token": "%s"\' "$TOKEN"',
      fails: `printf '{"apiVersion":"${api}","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN"\nexit 1`,
    };
    for (const [name, script] of Object.entries(plugins))
      await chmod(await home.write(join('bin', name), `#!/bin/sh\n${script}\n`), 0o755);
    await mkdir(join(home.dir, 'tmp'));
    const env = { PATH: `${join(home.dir, 'bin')}:${home.env['PATH']}`, TMPDIR: join(home.dir, 'tmp') };
    const keys = Object.entries(fleet!.users).flatMap(([name, { clientKey }]) =>
      clientKey ? [[`key of ${name}`, clientKey] as const] : [],
    );
    const tokens = Object.entries(fleet!.users).flatMap(([name, { token }]) =>
      token ? [[`token of ${name}`, token] as const] : [],
    );
    return {
      home: { ...home, mc: (args, options) => home.mc(args, { ...options, env: { ...env, ...options?.env } }) },
      secrets: Object.fromEntries([
        ...keys,
        ...tokens,
        ['key of a plugin', plugged.key],
        ['unknown token', UNKNOWN],
        ['password', PASSWORD],
        ['login', `hans:${PASSWORD}`],
        ['password of the proxy', PROXY_PASSWORD],
      ]),
    };
  }

  it('none is in any output, log or file, whatever is asked and however much is told', async () => {
    const { home, secrets } = await everybody();
    const before = new Map<string, string>();
    for (const { path, kind } of await everything(home.dir))
      if (kind === 'file') before.set(path, await readFile(path, 'latin1'));
    const loud = ['-v=9', '--debug', '--log-level=trace'];
    const log = (name: string) => ['-v=9', '--log-level=trace', '--log-file', join(home.dir, 'logs', name)];
    await mkdir(join(home.dir, 'logs'), { mode: 0o700 });
    const get = ['get', 'ns', 'team-a'];
    const commands: readonly (readonly string[])[] = [
      ...['wide', 'json', 'yaml', 'name', 'jsonl', 'jsonpath={.metadata.name}', 'custom-columns=N:.metadata.name'].map(
        (format, at) => [...get, '-o', format, ...(at % 2 ? loud : log(`get-${at}`))],
      ),
      [...get, ...loud],
      ['get', 'pods,cm', '-A', ...loud],
      ['get', 'nonsense', ...loud],
      ['get', '--raw', '/version', ...log('raw')],
      ['get', 'secrets', '-n', 'team-a', '-o', 'json', ...loud],
      ['clusters', 'list', '-o', 'json', ...loud],
      ['clusters', 'list', '-o', 'wide', ...log('list')],
      ['clusters', 'show', 'oidc-once', '-o', 'yaml', ...loud],
      ['clusters', 'show', 'proxy', ...loud],
      ['clusters', 'show', 'basic', '-o', 'json', ...log('show')],
      ['trust', '--all', '--yes', ...loud],
      ['trust', '--list', '-o', 'json', ...loud],
      ['config', 'view', '-o', 'json', ...loud],
      ['config', 'view', '--raw', ...loud],
      ['setup', '--dry-run', '--yes', ...loud],
      ['setup', '--dry-run', '--non-interactive', ...log('setup')],
      ['version', ...loud],
    ];
    const ran: { readonly args: readonly string[]; readonly ended: Ended }[] = [];
    for (const args of commands) ran.push({ args, ended: await home.mc(args) });
    const all = {
      ...secrets,
      ...Object.fromEntries(open.issuer!.secrets().map((one, at) => [`of the issuer ${at}`, one])),
    };
    const outputs = ran.flatMap(({ args, ended }) => {
      const names = found(ended.stdout + ended.stderr, all);
      return names.length > 0 ? [`${args.join(' ')}: ${names.join(', ')}`] : [];
    });
    expect(outputs).toEqual([]);
    // Otherwise nothing would have been at risk, or found.
    expect(found(await readFile(home.kubeconfig, 'utf8'), all)).toEqual(
      expect.arrayContaining(['key of alice', 'token of bob', 'password', 'password of the proxy', 'of the issuer 0']),
    );
    const everyRequest = ran[1]?.ended.stderr ?? '';
    expect(everyRequest).toContain('Authorization: Bearer <masked>');
    expect(everyRequest).toContain('Authorization: Basic <masked>');
    expect(JSON.parse(ran[1]!.ended.stdout).summary.errors).toEqual({
      'token-unknown': 'Unauthorized',
      'cert-expired': 'Unauthorized',
      'cert-broken': 'TLS',
      // No API server knows passwords any more.
      basic: 'Forbidden',
      'exec-unknown': 'Unauthorized',
      'exec-garbage': 'ExecPlugin',
      'exec-fails': 'ExecPlugin',
      // Used up by the command before.
      'oidc-once': 'Unauthorized',
      'oidc-refused': 'Unauthorized',
      'proxy-broken': 'ConnectionRefused',
      'proxy-wrong': 'NoContext',
    });
    const created = (await everything(home.dir)).filter(({ path }) => !before.has(path));
    const files = created.filter(({ kind }) => kind === 'file');
    expect(files.map(({ path }) => path)).toContain(join(home.dir, 'logs', 'raw'));
    for (const { path } of files) expect([path, found(await readFile(path, 'latin1'), all)]).toEqual([path, []]);
    for (const [path, text] of before) expect([path, (await readFile(path, 'latin1')) === text]).toEqual([path, true]);
    // Nothing is left where temporary files go.
    expect(await readdir(join(home.dir, 'tmp'))).toEqual([]);
  });

  it('what a Secret holds is on stdout where it was asked for, and nowhere else', async () => {
    const home = await newHome(fleet!, { clusters: [{ name: 'a', server: 'A', context: { user: 'admin' } }] });
    const value = base64('not-a-secret-A');
    const asked = [
      ['get', 'secret', 'database', '-n', 'team-b', '-o', 'yaml'],
      ['get', '--raw', '/api/v1/namespaces/team-b/secrets/database'],
      ['get', '--raw', '/api/v1/secrets?limit=500'],
      ['get', 'secrets', '-A', '-o', 'json'],
    ];
    for (const args of asked) {
      const log = join(home.dir, 'log');
      const ended = await home.mc([...args, '-v=9', '--log-level=trace']);
      const logged = await home.mc([...args, '-v=9', '--log-file', log]);
      expect([args, ended.code, ended.stdout.includes(value), ended.stderr.includes(value)]).toEqual([
        args,
        0,
        true,
        false,
      ]);
      expect([args, (await readFile(log, 'utf8')).includes(value), logged.stderr.includes(value)]).toEqual([
        args,
        false,
        false,
      ]);
    }
    for (const { path, kind } of await everything(join(home.dir, '.kube', 'cache')))
      if (kind === 'file') expect(await readFile(path, 'latin1')).not.toContain(value);
  });

  const entry = (user: string) =>
    `apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: "https://127.0.0.1:9"}}]\n` +
    `contexts: [{name: ctx-a, context: {cluster: a, user: a}}]\nusers:\n- name: a\n  user:\n${user}\n`;
  it.each<[string, string]>([
    ['a line that is no YAML', entry(`    token: ${UNKNOWN}\n   password: [${UNKNOWN}`)],
    ['a key without a value', entry(`    token "${UNKNOWN}`)],
    ['an unknown alias', entry(`    token: *${UNKNOWN}`)],
    ['an unknown tag', entry(`    token: !${UNKNOWN} x`)],
    ['a tag with a handle', entry(`    token: !x!${UNKNOWN} x`)],
    ['a sign that is reserved', entry(`    token: @${UNKNOWN}`)],
    ['a percent sign', entry(`    token: %${UNKNOWN}`)],
    ['a bad escape', entry(`    token: "\\q${UNKNOWN}"`)],
    ['a block that is none', entry(`    token: |${UNKNOWN}`)],
    ['a tab', entry(`\ttoken: ${UNKNOWN}`)],
    ['a key twice', entry(`    token: ${UNKNOWN}\n    token: ${UNKNOWN}x`)],
    ['a list for a token', entry(`    token: [${UNKNOWN}]`)],
    ['a token with a line break', entry(`    token: "${UNKNOWN}\\n${UNKNOWN}"`)],
    ['a token that no header can carry', entry(`    token: "${UNKNOWN}\\u0001ü☃"`)],
    ['a mapping for a password', entry(`    username: a\n    password: {${UNKNOWN}: 1}`)],
    [
      'a key that is not base64',
      entry(`    client-certificate-data: "!${UNKNOWN}"\n    client-key-data: "!${UNKNOWN}"`),
    ],
    [
      'a key that is no key',
      entry(`    client-certificate-data: "${base64(UNKNOWN)}"\n    client-key-data: "${base64(UNKNOWN)}"`),
    ],
    [
      'a plugin’s environment that is none',
      entry(`    exec: {apiVersion: ${api}, command: x, env: {TOKEN: ${UNKNOWN}}}`),
    ],
    ['an auth provider whose settings are none', entry(`    auth-provider: {name: oidc, config: [${UNKNOWN}]}`)],
    ['an ID token that is none', entry(`    auth-provider: {name: oidc, config: {id-token: ${UNKNOWN}}}`)],
    ['JSON that breaks off', `{"users": [{"name": "a", "user": {"token": "${UNKNOWN}"`],
    ['JSON with too much', `{"users": [{"name": "a", "user": {"token": "${UNKNOWN}" "${UNKNOWN}"}}]}`],
    ['a token and nothing else', UNKNOWN],
  ])('a kubeconfig with %s: the message does without it', async (_, text) => {
    const home = await newHome(fleet!, { clusters: [{ name: 'a', server: 'A' }] });
    await writeFile(home.kubeconfig, text, { mode: 0o600 });
    for (const args of [
      ['get', 'ns'],
      ['clusters', 'list', '-o', 'json'],
      ['--source=kubeconfig', 'get', 'ns'],
    ]) {
      const { code, stdout, stderr } = await home.mc([...args, '-v=9', '--debug', '--log-level=trace']);
      expect([args, found(stdout + stderr, { token: UNKNOWN }), code === null]).toEqual([args, [], false]);
    }
    const { code, stderr } = await home.mc(['get', 'ns']);
    expect([code === 0, stderr === '']).toEqual([false, false]);
  });

  it.each([
    ['--token', UNKNOWN],
    [`--token=${UNKNOWN}`],
    [`--password=${UNKNOWN}`],
    ['--username=me', `--password=${UNKNOWN}`],
  ])('a login on the command line is refused without being repeated: %s', async (...flags) => {
    const home = await newHome(fleet!, { clusters: [{ name: 'a', server: 'A' }] });
    for (const args of [
      [...flags, 'get', 'ns'],
      ['get', 'ns', ...flags, '-v=9', '--debug'],
    ]) {
      const { code, stdout, stderr } = await home.mc(args);
      expect([code, found(stdout + stderr, { token: UNKNOWN })]).toEqual([2, []]);
    }
  });

  it('whatever the umask, the files are 0600 and the folders 0700', async () => {
    const home = await evilHome(fleet!, {
      namespace: 'secrets-modes',
      providers: [
        {
          name: 'p',
          execConfig: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'plugin',
            interactiveMode: 'Never',
          },
        },
      ],
      profiles: ['x', 'y'].map((name) => ({
        name,
        conditions: { ControlPlaneHealthy: 'True' as const, Joined: 'True' as const },
        accessProviders: [offer(fleet!, 'p', 'A')],
      })),
    });
    const before = new Set((await everything(home.dir)).map(({ path }) => path));

    const umask = process.umask(0);
    try {
      const log = ['--log-file', join(home.dir, 'log')];
      expect(await home.mc(['--accept-new-clusters', 'get', 'ns', '-v=6', ...log])).toMatchObject({ code: 0 });
      expect(await home.mc(['clusters', 'list'])).toMatchObject({ code: 0 });
      expect(
        await home.mc([
          '--mapping',
          join(home.dir, 'new', 'map.yaml'),
          'clusters',
          'add',
          '--name=z',
          '--context=hub',
          '--no-test',
        ]),
      ).toMatchObject({ code: 0 });
      expect(
        await home.mc(['--config', join(home.dir, 'own', 'config.yaml'), 'config', 'set', 'output.colorize', 'false']),
      ).toMatchObject({ code: 0 });
    } finally {
      process.umask(umask);
    }
    const written = (await everything(home.dir)).filter(
      // The canary's own notes.
      ({ path }) => !before.has(path) && !/\/(ran|environment)$/.test(path),
    );
    expect(written.map(({ path }) => path)).toEqual(
      expect.arrayContaining([home.knownFile, join(home.dir, 'log'), join(home.dir, '.kube', 'cache')]),
    );
    const wrong = written.filter(({ kind, mode }) => mode !== (kind === 'file' ? 0o600 : 0o700));
    expect(wrong.map(({ path, mode }) => `${path} ${mode.toString(8)}`)).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'a file that others may write is refused; one that only oneself can is not',
    async () => {
      const home = await evilHome(fleet!, {
        namespace: 'secrets-group',
        providers: [
          {
            name: 'p',
            execConfig: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: 'plugin',
              interactiveMode: 'Never',
            },
          },
        ],
        profiles: [
          {
            name: 'x',
            conditions: { ControlPlaneHealthy: 'True', Joined: 'True' },
            accessProviders: [offer(fleet!, 'p', 'A')],
          },
        ],
      });
      expect(await home.mc(['--accept-new-clusters', 'get', 'ns'])).toMatchObject({ code: 0 });
      await writeFile(
        home.configFile,
        stringify({
          apiVersion: 'kubectl-mc.k8s.io/v1alpha1',
          kind: 'Config',
          discovery: { namespaces: [home.namespace] },
          access: { endpoints: { allowLoopback: true } },
        }),
      );
      const files = [home.configFile, join(home.dir, '.kube', 'kubectl-mc-providers.json'), home.knownFile];
      // As a user's own private group; somebody else's; everybody; another owner.
      const cases = [
        { mode: 0o660, gid: 0, uid: 0, refused: false },
        { mode: 0o660, gid: 65_534, uid: 0, refused: true },
        { mode: 0o602, gid: 0, uid: 0, refused: true },
        { mode: 0o600, gid: 0, uid: 65_534, refused: true },
      ];
      for (const file of files)
        for (const { mode, gid, uid, refused } of cases) {
          await chown(file, uid, gid);
          await chmod(file, mode);
          const { code, stderr } = await home.mc(['get', 'ns', '-o', 'name']);
          const message = refused ? `error: ${file} is writable by other users; not used\n` : '';
          expect([file, mode, code, stderr.slice(0, message.length)]).toEqual([file, mode, refused ? 2 : 0, message]);
          await chown(file, 0, 0);
          await chmod(file, 0o600);
        }
    },
  );
});
