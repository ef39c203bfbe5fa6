import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import type { Fault } from '../fleet/faults/fault.ts';
import type { ContextRequest } from '../fleet/kubeconfig.ts';
import { issue, makeCA } from '../fleet/pki.ts';
import { startConnectProxy } from './connectproxy.ts';
import { startFaulty } from './faulty.ts';
import { abc, type Home, newHome } from './home.ts';
import { lines } from './run.ts';

const fleet = attachFleet();

interface Step {
  readonly step: string;
  readonly state: string;
  readonly detail: string;
  readonly ms?: number;
}
interface Item {
  readonly cluster: string;
  readonly status: string;
  readonly success: boolean;
  readonly failedStep?: string;
  readonly fault?: string;
  readonly steps: readonly Step[];
  readonly kubectl?: string;
}

/** What stands in the way of cluster x, the step that says so and how. */
interface Expectation {
  readonly fault?: Fault;
  readonly context?: Partial<ContextRequest>;
  readonly step: string;
  readonly says: string;
  readonly says2?: RegExp;
}

const FAULTS: Readonly<Record<string, Expectation>> = {
  'bad DNS': { context: { server: 'https://no-such-host.invalid:6443', caOf: 'A' }, step: 'dns', says: 'bad DNS' },
  refused: { fault: { kind: 'refuse' }, step: 'tcp', says: 'refused' },
  'a black hole': { fault: { kind: 'silentAfterAccept' }, step: 'tls', says: 'silent' },
  'wrong CA': { fault: { kind: 'wrongCA' }, step: 'tls', says: 'wrong CA' },
  'an expired certificate': { fault: { kind: 'expiredCertificate' }, step: 'tls', says: 'expired certificate' },
  'a certificate of another host': { fault: { kind: 'wrongHost' }, step: 'tls', says: 'certificate of another host' },
  '401': { context: { user: 'nobody' }, step: 'whoami', says: '401 not logged in' },
  '403': { context: { user: 'carol' }, step: 'rbac', says: '403 not allowed' },
  'not ready': { fault: { kind: 'status', code: 500, path: '/readyz' }, step: 'readyz', says: '500' },
};

describe.skipIf(!fleet?.description.clientCA)('the way into clusters', () => {
  const open: { close(): Promise<void> | void }[] = [];
  const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
    open.push(one);
    return one;
  };
  beforeAll(() => ensureBuilt());
  afterAll(async () => {
    for (const one of open) await one.close();
  });
  const withX = (context: Partial<ContextRequest>) =>
    newHome(fleet!, {
      user: { token: fleet!.users.dave.token },
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'x', server: 'A', context },
      ],
    });
  const secrets = () => Object.values(fleet!.users).flatMap(({ token }) => (token ? [token] : []));

  it.concurrent.each(Object.entries(FAULTS))('%s is named with its step', async (_, expected) => {
    const { fault, step, says } = expected;
    const context = fault ? keep(await startFaulty(fleet!, fault)).context : expected.context!;
    const home = await withX(context);
    const limit = step === 'tls' && says === 'silent' ? ['--connect-timeout', '1s'] : [];
    const [json, table, one] = [
      await home.mc(['clusters', 'test', '-o', 'json', ...limit]),
      await home.mc(['clusters', 'test', ...limit]),
      await home.mc(['clusters', 'test', 'x', ...limit]),
    ];
    const { items } = JSON.parse(json.stdout) as { items: Item[] };
    const [a, x] = items;
    expect(a).toMatchObject({ cluster: 'a', status: 'connected', success: true });
    expect(a?.steps.map(({ step, state }) => `${step} ${state}`)).toEqual(
      'dns tcp tls login whoami version readyz rbac'.split(' ').map((name) => `${name} ok`),
    );
    expect(x).toMatchObject({ cluster: 'x', success: false, failedStep: step, fault: says });
    expect(x?.steps.every(({ ms }) => ms !== undefined)).toBe(true);
    expect([json.code, table.code, one.code]).toEqual([3, 3, 1]);
    expect(table.stdout).toContain(`failed at ${step}: ${says}`);
    expect(one.stdout).toContain(`failed at ${step}: ${says}`);
    expect(one.stdout).toContain(`With kubectl: ${x?.kubectl}`);
    for (const secret of secrets()) expect(json.stdout + table.stdout + one.stdout + one.stderr).not.toContain(secret);
    if (step === 'tls' && says === 'silent') return;
    const [, ...args] = (x?.kubectl ?? '').split(' ');
    expect(args).toContain('ctx-x');
    expect((await home.kubectl(args)).code).not.toBe(0);
  });

  it('shows issuer, expiry and who we are for one cluster', async () => {
    const home = await newHome(fleet!, { clusters: abc });
    const { stdout, code } = await home.mc(['clusters', 'test', 'a', '--ascii']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/tls .*issued by fleet A CA, expires in 29d/);
    expect(stdout).toMatch(/login .*client certificate, client certificate expires in 29d/);
    expect(stdout).toMatch(/whoami .*alice \(platform, system:authenticated\)/);
    expect(stdout).toMatch(/^a: ok connected$/m);
    const line = /With kubectl: kubectl (.*)/.exec(stdout)?.[1]?.split(' ') ?? [];
    expect(await home.kubectl(line)).toMatchObject({ code: 0, stdout: expect.stringContaining('gitVersion') });
  });

  it('makes no step towards a cluster that no context leads to', async () => {
    const home = await newHome(fleet!, {
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'x', server: 'A', mapping: { context: 'nowhere' } },
      ],
    });
    const { stdout, code } = await home.mc(['clusters', 'test']);
    expect(code).toBe(3);
    expect(lines(stdout)[2]).toMatch(/^x \? unknown - - - - - - - - \w+: .*nowhere/);
    expect(lines((await home.mc(['clusters', 'health'])).stdout)[1]).toMatch(/^x \? unknown - - - - - \w+: .*nowhere/);
  });

  it('ends with 130 on Ctrl-C, with what it knows by then', async () => {
    const faulty = keep(await startFaulty(fleet!, { kind: 'silentAfterHandshake' }));
    const home = await withX(faulty.context);
    const running = home.start(['clusters', 'test', '--log-level', 'debug']);
    // The other cluster's last question.
    await running.says('stderr', (text) => text.includes('selfsubjectaccessreviews'));
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(lines(stdout)[1]).toMatch(/^a ✓ connected/);
    expect(lines(stdout)[2]).toMatch(/^x \S /);
  });

  it('goes through the proxy of the context, and says so', async () => {
    const proxy = keep(await startConnectProxy());
    const home = await withX({ proxyUrl: proxy.url });
    const { stdout, code } = await home.mc(['clusters', 'test', 'x']);
    expect(code).toBe(0);
    expect(stdout).toContain(`left to the proxy ${proxy.url}`);
    expect(stdout).toContain(`through the proxy ${proxy.url}`);
  });

  it('warns of a server certificate that ends in five days', async () => {
    const { context } = await soonOver();
    const home = await withX(context);
    const tested = await home.mc(['clusters', 'test']);
    expect(tested.code).toBe(0);
    expect(tested.stdout).toMatch(/^x +⚠ degraded .*server certificate expires in (?:5d|4d\d+h|119h|12\dh)/m);
    const health = await home.mc(['clusters', 'health']);
    expect(health.code).toBe(0);
    expect(lines(health.stdout)[1]).toMatch(/^x ⚠ degraded .*certificate expires in/);
  });

  async function soonOver() {
    const ca = await makeCA('short CA');
    const certified = await issue(ca, {
      cn: 'kube-apiserver',
      sans: ['127.0.0.1'],
      notAfter: new Date(Date.now() + 5 * 86_400_000 + 60_000),
    });
    const { createServer: https } = await import('node:https');
    const { request } = await import('node:https');
    const { url, ca: upstreamCA } = fleet!.members.A;
    const server = https(certified, (incoming, response) => {
      const outgoing = request(new URL(incoming.url ?? '/', url), {
        method: incoming.method,
        headers: { ...incoming.headers, host: new URL(url).host },
        ca: upstreamCA,
      });
      outgoing.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(outgoing);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    keep({
      close() {
        server.close();
        server.closeAllConnections();
      },
    });
    const { port } = server.address() as { port: number };
    return { context: { server: `https://127.0.0.1:${port}` as const, caOverride: ca.cert } };
  }

  describe('clusters health', () => {
    it('has what is wrong first, with latency, version, nodes', async () => {
      const faulty = keep(await startFaulty(fleet!, { kind: 'refuse' }));
      const home = await newHome(fleet!, {
        clusters: [...abc, { name: 'down', server: 'A', context: faulty.context }],
      });
      const { stdout, code } = await home.mc(['clusters', 'health']);
      expect(code).toBe(3);
      const [head, ...rows] = lines(stdout);
      expect(head).toBe('CLUSTER STATUS VERSION P50 P95 NODES HUB NOTE');
      expect(rows[0]).toMatch(/^down ✗ disconnected - - - - - ConnectionRefused: .* refused the connection/);
      expect(rows[1]).toMatch(/^a ✓ connected v1\.\S+ \d+ms \d+ms 3\/3 -/);
      expect(rows[2]).toMatch(/^b ✓ connected v1\.\S+ \d+ms \d+ms 2\/3 -/);
    });

    it('has no nodes for who may not list them, and calls what refuses us degraded', async () => {
      const home = await newHome(fleet!, {
        clusters: [
          { name: 'a', server: 'A', context: { user: 'carol' } },
          { name: 'b', server: 'B', context: { user: 'nobody' } },
        ],
      });
      const { stdout, code } = await home.mc(['clusters', 'health', '-o', 'json']);
      expect(code).toBe(3);
      const { items } = JSON.parse(stdout) as { items: Record<string, unknown>[] };
      expect(items[0]).toMatchObject({ cluster: 'b', status: 'degraded', errors: 1 });
      expect(items[1]).toMatchObject({ cluster: 'a', status: 'connected', errors: 0 });
      expect(items[1]).not.toHaveProperty('nodes');
    });

    it('is degraded where the hub says so', async () => {
      const home = await newHome(fleet!, {
        hub: 'health-hub',
        clusters: [{ name: 'a', server: 'A', profile: { conditions: { ControlPlaneHealthy: 'False' } } }],
      });
      const { stdout } = await home.mc(['clusters', 'health']);
      expect(lines(stdout)[1]).toMatch(/^a ⚠ degraded .*ControlPlaneHealthy=False the hub says/);
    });

    it('measures 300 ms where every answer takes 300 ms', async () => {
      const slow = keep(await delayed(300));
      const home = await withX({ port: slow.port });
      const { stdout } = await home.mc(['clusters', 'health', 'x', '-o', 'json']);
      const { items } = JSON.parse(stdout) as { items: { latencyMs: { p50: number; p95: number } }[] };
      expect(items[0]?.latencyMs.p50).toBeGreaterThanOrEqual(300);
      expect(items[0]?.latencyMs.p50).toBeLessThan(400);
    });

    it('--watch keeps its connection over the rounds and ends with 130', async () => {
      const proxy = keep(await delayed(0));
      const home = await withX({ port: proxy.port });
      const running = home.start(['clusters', 'health', 'x', '--watch', '--interval', '100ms', '-o', 'json']);
      await running.says('stdout', (text) => text.split('\n').length > 6);
      running.child.kill('SIGINT');
      const { code, stdout } = await running.ended;
      expect(code).toBe(130);
      const rounds = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { items: { requests: number }[] });
      expect(rounds.length).toBeGreaterThan(5);
      expect(rounds[5]?.items[0]?.requests).toBeGreaterThan(30);
      // One to look at the certificate, one for everything else.
      expect(proxy.connections()).toBe(2);
    });
  });

  describe('auth', () => {
    it('whoami names the user of every cluster and notes that they differ', async () => {
      const home: Home = await newHome(fleet!, {
        clusters: [
          { name: 'a', server: 'A', context: { user: 'alice' } },
          { name: 'b', server: 'B', context: { user: 'bob' } },
        ],
      });
      const { stdout, stderr, code } = await home.mc(['auth', 'whoami']);
      expect(code).toBe(0);
      const [head, a, b] = lines(stdout);
      expect(head).toBe('CLUSTER USERNAME GROUPS EXPIRES');
      expect(a).toMatch(/^a alice platform,system:authenticated \d{4}-\S+Z \(expires in 29d\)$/);
      expect(b).toBe('b bob team-b,system:authenticated <unknown>');
      expect(stderr).toContain('note: you are 2 different users: alice on a; bob on b');
    });

    it('whoami shows logins that have expired, and ends with 1', async () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const token = `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) - 7200 })}.c2ln`;
      const home = await newHome(fleet!, {
        clusters: [
          { name: 'a', server: 'A', context: { user: 'alice' } },
          { name: 'b', server: 'B', context: { user: { token } } },
          { name: 'c', server: 'C', context: { user: 'expired' } },
        ],
      });
      const { stdout, stderr, code } = await home.mc(['auth', 'whoami', '--color', 'always']);
      expect(code).toBe(1);
      expect(stdout).toMatch(/\x1b\[31mb +<refused> +<none> +\S+Z \(expired 120m ago\)\x1b\[39m/);
      expect(stdout).toMatch(/c +<refused> .*\(expired \d+m ago\)/);
      expect(stdout + stderr).not.toContain(token);
      const json = JSON.parse((await home.mc(['auth', 'whoami', '-o', 'json'])).stdout) as { items: object[] };
      expect(json.items[0]).toMatchObject({
        cluster: 'a',
        username: 'alice',
        login: 'client certificate',
        expired: false,
      });
      expect(json.items[1]).toMatchObject({ cluster: 'b', expired: true, error: { type: 'Unauthorized' } });
    });

    it('whoami takes the expiry of an exec plugin', async () => {
      const home = await newHome(fleet!, { clusters: [] });
      const credential = {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token: fleet!.users.bob.token, expirationTimestamp: '2099-01-02T03:04:05Z' },
      };
      const file = await home.write('credential.json', JSON.stringify(credential));
      const exec = { apiVersion: credential.apiVersion, command: '/bin/cat', args: [file], interactiveMode: 'Never' };
      const other = await newHome(fleet!, { clusters: [{ name: 'a', server: 'A', context: { user: { exec } } }] });
      const { stdout, code } = await other.mc(['auth', 'whoami']);
      expect(code).toBe(0);
      expect(lines(stdout)[1]).toContain('a bob team-b,system:authenticated 2099-01-02T03:04:05Z (expires in');
    });

    it('can-i answers for every cluster, as kubectl does for each', async () => {
      const home = await newHome(fleet!, { user: 'bob', clusters: abc });
      const asked = ['auth', 'can-i', 'list', 'po', '-n', 'team-a'];
      const { stdout, code } = await home.mc(asked);
      expect(code).toBe(1);
      const [head, ...rows] = lines(stdout);
      expect(head).toBe('CLUSTER ALLOWED REASON');
      expect(rows[0]).toMatch(/^a yes RBAC: allowed by ClusterRoleBinding "fleet-reader"/);
      expect(rows.slice(1)).toEqual(['b no', 'c no']);
      for (const [at, name] of ['a', 'b', 'c'].entries())
        expect((await home.kubectl([...asked, '--context', `ctx-${name}`])).stdout.trim().split(' ')[0]).toBe(
          rows[at]?.split(' ')[1],
        );
      expect(await home.mc([...asked, '-q', '--clusters', 'a'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(await home.mc([...asked, '-q'])).toMatchObject({ code: 1, stdout: '' });
    });

    it.each<[readonly string[], number, RegExp, RegExp?]>([
      [['get', 'pod/web', '--subresource=log', '-n', 'team-b'], 0, /^a yes/m],
      [['list', 'pods', '-A'], 0, /^a yes/m],
      [['delete', 'nodes', 'n1'], 1, /^a no$/m, /Warning: resource 'nodes' is not namespace scoped/],
      [['get', 'nonsense'], 1, /^a no$/m, /Warning: the server doesn't have a resource type 'nonsense'/],
      [['frob', 'pods'], 1, /^a no$/m, /Warning: verb 'frob' is not a known verb/],
      [['get', '/version'], 0, /^a yes/m],
      [['get'], 2, /^$/, /you must specify two arguments/],
      [['get', 'pods', '--list'], 2, /^$/, /not supported/],
    ])('can-i %j', async (args, expected, out, err = /^/) => {
      const home = await newHome(fleet!, { user: 'bob', clusters: abc.slice(0, 1) });
      const { stdout, stderr, code } = await home.mc(['auth', 'can-i', ...args]);
      expect(lines(stdout).join('\n')).toMatch(out);
      expect(stderr).toMatch(err);
      expect(code).toBe(expected);
    });
  });

  /** A TCP proxy before member A whose every piece from the server comes `ms` later. */
  async function delayed(ms: number) {
    const sockets = new Set<Socket>();
    const seen = { count: 0 };
    const track = (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    };
    const server = createServer((client) => {
      seen.count += 1;
      const upstream = connect({ host: '127.0.0.1', port: Number(new URL(fleet!.members.A.url).port) });
      track(client);
      track(upstream);
      client.pipe(upstream);
      upstream.on('data', (chunk) => setTimeout(() => client.writable && client.write(chunk), ms));
      upstream.on('close', () => client.destroy());
      client.on('close', () => upstream.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as { port: number }).port,
      connections: () => seen.count,
      close() {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  }
});
