import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import type { MemberName } from '../fleet/fleet.ts';
import { type ContextRequest, kubeconfigUser } from '../fleet/kubeconfig.ts';
import { type ConnectProxy, startConnectProxy } from './connectproxy.ts';
import { type Home, type HomeCluster, newHome } from './home.ts';
import { lines } from './run.ts';

const fleet = attachFleet();

interface ErrorEntry {
  readonly type: string;
  readonly message: string;
  readonly reason?: string;
}

/** A cluster on A unless told otherwise. */
const cluster = (name: string, context: Partial<ContextRequest>, server: MemberName = 'A'): HomeCluster => ({
  name,
  server,
  context,
});

/** The type, else `ok`, by cluster; and the errors. */
async function asked(home: Home, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const ended = await home.mc([...args, '-o', 'json'], { env });
  const { clusters } = JSON.parse(ended.stdout) as { clusters: { cluster: string; error?: ErrorEntry }[] };
  return {
    ended,
    types: Object.fromEntries(clusters.map(({ cluster: name, error }) => [name, error?.type ?? 'ok'])),
    errors: Object.fromEntries(clusters.map(({ cluster: name, error }) => [name, error])),
  };
}

/** Nobody but admins may read secrets, and the refusal names who asked. */
async function whoAsks(home: Home): Promise<Readonly<Record<string, string>>> {
  const { errors } = await asked(home, ['get', 'secrets', '-n', 'team-b']);
  return Object.fromEntries(
    Object.entries(errors).map(([name, error]) => [
      name,
      /User "(.*?)"/.exec(error?.message ?? '')?.[1] ?? String(error?.message),
    ]),
  );
}

describe.skipIf(!fleet?.description.clientCA)('logins and connections', () => {
  const proxies: { good?: ConnectProxy; bad?: ConnectProxy } = {};
  beforeAll(async () => {
    await ensureBuilt();
    proxies.good = await startConnectProxy();
    proxies.bad = await startConnectProxy(403);
  });
  afterAll(async () => {
    await Promise.all([proxies.good?.close(), proxies.bad?.close()]);
  });

  it('every kind of login in one command, each on its own cluster', async () => {
    const { alice, bob } = fleet!.users;
    const home = await newHome(fleet!, {
      clusters: [
        cluster('cert-data', { user: 'alice' }),
        cluster('cert-files', { user: { 'client-certificate': 'alice.crt', 'client-key': 'keys/alice.key' } }),
        cluster('token', { user: 'bob' }),
        cluster('token-file', { user: 'dave' }),
        // As in client-go, the file wins.
        cluster('token-and-file', { user: { token: 'nobody', tokenFile: 'bob.token' } }),
        cluster('impersonating', { user: { ...kubeconfigUser(fleet!.users.admin), as: 'carol' } }),
        cluster('anonymous', { user: {} }),
        cluster('unknown', { user: 'nobody' }),
        cluster('expired', { user: 'expired' }),
      ],
    });
    await mkdir(join(home.dir, '.kube', 'keys'));
    await home.write('.kube/alice.crt', alice.clientCertificate!);
    await home.write('.kube/keys/alice.key', alice.clientKey!);
    await home.write('.kube/bob.token', `${bob.token}\n`);
    expect(await whoAsks(home)).toMatchObject({
      'cert-data': 'alice',
      'cert-files': 'alice',
      token: 'bob',
      'token-file': 'dave',
      'token-and-file': 'bob',
      impersonating: 'carol',
      anonymous: 'system:anonymous',
    });
    const { types } = await asked(home, ['get', 'ns', 'default']);
    expect(types).toMatchObject({
      'cert-data': 'ok',
      'cert-files': 'ok',
      'token-file': 'ok',
      unknown: 'Unauthorized',
      expired: 'Unauthorized',
    });
  });

  it('a token file that is rewritten between two commands', async () => {
    const home = await newHome(fleet!, { clusters: [cluster('a', { user: { tokenFile: 'token' } })] });
    const seen: (string | undefined)[] = [];
    for (const user of ['dave', 'bob'] as const) {
      await home.write('.kube/token', fleet!.users[user].token!);
      seen.push((await whoAsks(home))['a']);
    }
    expect(seen).toEqual(['dave', 'bob']);
  });

  it('whom a connection trusts', async () => {
    const { url } = fleet!.members.A;
    const home = await newHome(fleet!, {
      clusters: [
        cluster('plain', {}),
        cluster('localhost', { server: url.replace('127.0.0.1', 'localhost') as 'https://x', caOf: 'A' }),
        cluster('named', { tlsServerName: 'a.fleet.test' }),
        cluster('misnamed', { tlsServerName: 'other.fleet.test' }),
        cluster('nobodys-ca', { caOverride: null }),
        cluster('others-ca', { caOverride: fleet!.members.B.ca }),
        cluster('both-cas', { caOverride: fleet!.members.B.ca + fleet!.members.A.ca }),
        cluster('insecure', { insecure: true }),
      ],
    });
    const { types, errors } = await asked(home, ['get', 'ns', 'default']);
    expect(types).toEqual({
      plain: 'ok',
      localhost: 'ok',
      named: 'ok',
      misnamed: 'TLS',
      'nobodys-ca': 'TLS',
      'others-ca': 'TLS',
      'both-cas': 'ok',
      insecure: 'ok',
    });
    expect(errors['misnamed']?.message).toContain('made for other names');
    expect(errors['others-ca']?.message).toMatch(/authority/);
  });

  it('CA, certificate and key as files beside the kubeconfig, through a symbolic link to it', async () => {
    const home = await newHome(fleet!, { clusters: [cluster('a', {})] });
    const { alice } = fleet!.users;
    const real = join(home.dir, 'elsewhere');
    await mkdir(real);
    await writeFile(join(real, 'ca.crt'), fleet!.members.A.ca);
    await writeFile(join(real, 'alice.crt'), alice.clientCertificate!);
    await writeFile(join(real, 'alice.key'), alice.clientKey!);
    const config = (where: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'a', cluster: { server: fleet!.members.A.url, 'certificate-authority': `${where}ca.crt` } }],
        users: [{ name: 'a', user: { 'client-certificate': `${where}alice.crt`, 'client-key': `${where}alice.key` } }],
        contexts: [{ name: 'ctx-a', context: { cluster: 'a', user: 'a' } }],
      });
    await writeFile(join(real, 'config'), config(''));
    await symlink(join(real, 'config'), join(home.dir, 'link'));
    // kubectl takes paths relative to the folder of the link, not of its target.
    await writeFile(join(home.dir, 'direct'), config('elsewhere/'));
    for (const file of ['elsewhere/config', 'link', 'direct']) {
      const args = ['get', 'ns', 'default', '-o', 'name'];
      const [ours, kubectl] = await Promise.all([
        home.mc(['--kubeconfig', file, ...args]),
        home.kubectl(['--kubeconfig', file, '--context=ctx-a', ...args]),
      ]);
      expect([file, ours.code === 0, ours.stdout.replace('a:', '')]).toEqual([
        file,
        kubectl.code === 0,
        kubectl.stdout,
      ]);
    }
  });

  it('KUBECONFIG with several files: the first of a name wins, missing files are passed over', async () => {
    const home = await newHome(fleet!, { clusters: [cluster('x', {})] });
    await fleet!.kubeconfig({ path: join(home.dir, 'one'), user: 'alice', clusters: [{ name: 'ctx-1', server: 'A' }] });
    await fleet!.kubeconfig({
      path: join(home.dir, 'two'),
      user: 'dave',
      clusters: [
        { name: 'ctx-1', server: 'B' },
        { name: 'ctx-2', server: 'B' },
      ],
      currentContext: 'ctx-2',
    });
    const env = { KUBECONFIG: [join(home.dir, 'one'), join(home.dir, 'missing'), 'two', ''].join(':') };
    const nodes = async (...args: string[]) =>
      lines((await home.mc(['--source=kubeconfig', 'get', 'nodes', '-o', 'name', ...args], { env })).stdout);
    expect(await nodes()).toEqual([
      ...['control', 'worker-1', 'worker-2'].map((name) => `ctx-1:node/a-${name}`),
      ...['control', 'worker-1', 'worker-2'].map((name) => `ctx-2:node/b-${name}`),
    ]);
    // The flag and our own variable name one file alone.
    expect(await nodes('--kubeconfig=two', '--clusters=ctx-1')).toContain('node/b-control');
    const own = await home.mc(['--source=kubeconfig', 'clusters', 'list', '-o', 'name'], {
      env: { ...env, KUBECTL_MC_KUBECONFIG: join(home.dir, 'one') },
    });
    expect(own.stdout).toBe('ctx-1\n');
  });

  it('proxies: proxy-url, its login, its refusal; HTTPS_PROXY and NO_PROXY', async () => {
    const port = new URL(fleet!.members.A.url).port;
    const named = (host: string): Partial<ContextRequest> => ({
      server: `https://${host}:${port}`,
      caOf: 'A',
      tlsServerName: 'a.fleet.test',
    });
    const good = proxies.good!;
    const home = await newHome(fleet!, {
      clusters: [
        cluster('tunnel', { ...named('tunnel.fleet.test'), proxyUrl: good.url }),
        cluster('login', { ...named('login.fleet.test'), proxyUrl: good.url.replace('://', '://me:p%40ss@') }),
        cluster('refused', { ...named('refused.fleet.test'), proxyUrl: proxies.bad!.url }),
        cluster('nobody', { ...named('nobody.fleet.test'), proxyUrl: 'http://127.0.0.1:9' }),
        cluster('env', named('env.fleet.test')),
        cluster('direct', named('direct.fleet.test')),
        cluster('local', {}),
      ],
    });
    const { types, errors, ended } = await asked(home, ['get', 'ns', 'default'], {
      HTTPS_PROXY: good.url,
      NO_PROXY: 'direct.fleet.test,example.com',
    });
    expect(types).toEqual({
      tunnel: 'ok',
      login: 'ok',
      refused: 'ConnectionRefused',
      nobody: 'ConnectionRefused',
      env: 'ok',
      direct: 'DNS',
      local: 'ok',
    });
    expect(errors['refused']?.message).toMatch(/the proxy .* answered 403/);
    expect(errors['nobody']?.message).toContain('the proxy');
    expect(ended.code).toBe(3);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('p@ss');
    expect(new Set(good.asked)).toEqual(
      new Set([`tunnel.fleet.test:${port}`, `me:p@ss@login.fleet.test:${port}`, `env.fleet.test:${port}`]),
    );
    // The proxy does count through the environment in lower case, too; loopback addresses never go through it.
    const lower = await asked(home, ['--clusters=env,local', 'get', 'ns', 'default'], { https_proxy: good.url });
    expect(lower.types).toEqual({ env: 'ok', local: 'ok' });
    expect(good.asked.some((one) => one.startsWith('127.0.0.1'))).toBe(false);
  });

  it('logins that do not work are failures of their clusters only', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: '/nowhere/get-token',
      interactiveMode: 'Never',
    };
    const home = await newHome(fleet!, {
      clusters: [
        cluster('good', {}),
        cluster('exec', { user: { exec } }),
        cluster('gcp', { user: { 'auth-provider': { name: 'gcp' } } }),
        cluster('azure', { user: { 'auth-provider': { name: 'azure' } } }),
        cluster('other', { user: { 'auth-provider': { name: 'other' } } }),
        cluster('no-file', { user: { tokenFile: 'missing' } }),
        cluster('bad-data', { user: { 'client-certificate-data': 'AAAA', 'client-key-data': 'AAAA' } }),
        { name: 'no-context', server: 'A', mapping: { context: 'nowhere' } },
      ],
    });
    const { types, errors, ended } = await asked(home, ['get', 'ns', 'default']);
    expect(types).toMatchObject({
      good: 'ok',
      exec: 'ExecPlugin',
      gcp: 'NoAccess',
      azure: 'NoAccess',
      'no-context': 'NoContext',
    });
    expect(types['other']).toBe('NoAccess');
    expect(['NoContext', 'TLS']).toContain(types['bad-data']);
    expect(types['no-file']).toBe('NoContext');
    expect(errors['gcp']?.message).toContain('gke-gcloud-auth-plugin');
    expect(errors['azure']?.message).toContain('kubelogin');
    expect(errors['other']?.message).toBe('no Auth Provider found for name "other"');
    expect(ended.code).toBe(3);
    expect(lines(ended.stderr).at(-1)).toBe('Warning: Failed to query 7/8 clusters. Run with -v for details.');
  });

  it('no secret is ever told', async () => {
    const home = await newHome(fleet!, {
      clusters: [cluster('a', { user: 'dave' }), cluster('b', { user: 'bob' }), cluster('x', { user: 'nobody' })],
    });
    const ended = await home.mc(['get', 'pods', '-A', '-v=9', '--debug', '--log-level=trace', '-o', 'json']);
    expect(ended.stderr).toContain('/api/v1/pods');
    for (const { token } of Object.values(fleet!.users)) {
      if (token) expect(`${ended.stdout}${ended.stderr}`).not.toContain(token);
    }
    const { readFile, readdir } = await import('node:fs/promises');
    const cache = join(home.dir, '.kube', 'cache');
    for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      for (const { token } of Object.values(fleet!.users)) if (token) expect(text).not.toContain(token);
    }
  });
});
