import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import type { AnswerRule } from '../fleet/faults/fault.ts';
import { type FaultProxy, startProxy } from '../fleet/faults/proxy.ts';
import { startResponder } from '../fleet/faults/responder.ts';
import type { ProfileRequest } from '../fleet/profiles.ts';
import { forget, type Home, type HomeCluster, abc as members, newHome } from './home.ts';
import { counts, resultOf } from './result.ts';
import { lines } from './run.ts';

const fleet = attachFleet();
const NS = ['get', 'ns', 'default', '-o', 'name'];
/** However short the time for the hub is, the members have enough. */
const abc = members.map((one) => ({ ...one, mapping: { connection: { connectTimeout: '30s' } } }));
const ALL = 'a:namespace/default\nb:namespace/default\nc:namespace/default\n';
const open: { close(): Promise<void> }[] = [];

/** A home whose hub is behind a proxy that can be told to fail. */
async function behindProxy(
  hub: string,
  more: Partial<Parameters<typeof newHome>[1]> = {},
): Promise<{ home: Home; proxy: FaultProxy }> {
  const proxy = await startProxy({ target: { port: Number(new URL(fleet!.hub.url).port) } });
  open.push(proxy);
  const home = await newHome(fleet!, { clusters: abc, hub, hubContext: { port: proxy.port }, ...more });
  return { home, proxy };
}

/** A home whose hub answers by rules. */
async function behindRules(hub: string, more: Partial<Parameters<typeof newHome>[1]> = {}) {
  const responder = await startResponder({ upstream: { url: fleet!.hub.url, ca: fleet!.hub.ca } });
  open.push(responder);
  const home = await newHome(fleet!, {
    clusters: abc,
    hub,
    hubContext: { user: 'dave', caOverride: responder.ca, port: responder.port },
    ...more,
  });
  return { home, responder };
}

/** Every inventory is too old at once. */
const EXPIRED = { config: { discovery: { cacheTTL: '1ms' } } };

describe.skipIf(!fleet?.description.clientCA)('the hub', () => {
  beforeAll(ensureBuilt);
  afterAll(() => Promise.all(open.map((one) => one.close())));

  it('that is down: the kept inventory stands in, with its age', async () => {
    const { home, proxy } = await behindProxy('e2e-hub-down', EXPIRED);
    expect(await home.mc(NS)).toMatchObject({ stdout: ALL, stderr: '', code: 0 });
    await proxy.set({ kind: 'refuse' });
    const stale = await home.mc(NS);
    expect(stale).toMatchObject({ stdout: ALL, code: 0 });
    expect(lines(stale.stderr)).toEqual([
      expect.stringMatching(
        /^note: using the cached inventory from \d+s ago: the hub \(context "hub"\) did not answer: .*refused the connection$/,
      ),
    ]);
    // --refresh wants to know, and so does a run without a cache.
    for (const flag of ['--refresh', '--no-cache']) {
      const ended = await home.mc([...NS, flag, '--hub-context=hub']);
      expect(ended).toMatchObject({ stdout: '', code: 1 });
      expect(ended.stderr).toMatch(/^error: the hub \(context "hub"\) did not answer: /);
    }
  });

  it('that is down is left alone for a minute', async () => {
    const { home, proxy } = await behindProxy('e2e-hub-minute', EXPIRED);
    await home.mc(NS);
    await proxy.set({ kind: 'silentAfterAccept' });
    const before = proxy.connections.total;
    expect((await home.mc([...NS, '--connect-timeout=1s'])).code).toBe(0);
    const tried = proxy.connections.total;
    expect(tried).toBeGreaterThan(before);
    expect(await home.mc(NS)).toMatchObject({ stdout: ALL, code: 0 });
    expect(proxy.connections.total).toBe(tried);
    // Once it is back, --refresh finds it.
    await proxy.set({ kind: 'pass' });
    expect(await home.mc([...NS, '--refresh'])).toMatchObject({ stdout: ALL, stderr: '', code: 0 });
  });

  it('that answers 500 is down, too; one that refuses us never falls back', async () => {
    const { home, responder } = await behindRules('e2e-hub-refuses', EXPIRED);
    const down: AnswerRule = { kind: 'status', code: 500 };
    expect(await home.mc(NS)).toMatchObject({ stdout: ALL, stderr: '', code: 0 });
    responder.set([down]);
    expect(await home.mc(NS)).toMatchObject({
      stdout: ALL,
      code: 0,
      stderr: expect.stringContaining('cached inventory'),
    });
    for (const code of [401, 403] as const) {
      await forget(home);
      responder.set([]);
      expect((await home.mc(NS)).code).toBe(0);
      responder.set([{ kind: 'status', code, path: '/apis' }]);
      const ended = await home.mc(NS);
      expect(ended).toMatchObject({ stdout: '', code: 1 });
      expect(ended.stderr).toMatch(/^error: the hub \(context "hub"\) refused/);
    }
  });

  it('that was never seen: named it is an error, as current context the answer is not the whole', async () => {
    const { home, proxy } = await behindProxy('e2e-hub-unseen');
    await proxy.set({ kind: 'refuse' });
    for (const [args, env] of [
      [['--hub-context=hub'], {}],
      [[], { KUBECTL_MC_HUB_CONTEXT: 'hub' }],
      [['--source=clusterprofile'], {}],
    ] as const) {
      await forget(home);
      const ended = await home.mc([...NS, ...args], { env });
      expect(ended).toMatchObject({ stdout: '', code: 1 });
      expect(ended.stderr).toMatch(/^error: the hub \(context "hub"\) did not answer: .*refused the connection/);
    }
    await forget(home);
    const ended = await home.mc(NS);
    expect(ended).toMatchObject({ stdout: ALL, code: 3 });
    expect(ended.stderr).toMatch(/^note: context "hub" could not be asked whether it is a hub: /);
  });

  it('who may not list it, is told so; who may in one namespace, is asked for that', async () => {
    const { home } = await behindProxy('e2e-hub-rights', { hubContext: { user: 'bob' } });
    const bob = await home.mc(NS);
    expect(bob).toMatchObject({ stdout: '', code: 1 });
    expect(bob.stderr).toMatch(/^error: the hub \(context "hub"\) refused.*[Ff]orbidden/);
    const { home: nobodys } = await behindProxy('e2e-hub-rights', { hubContext: { user: 'nobody' } });
    expect(await nobodys.mc(NS)).toMatchObject({ stdout: '', code: 1 });
    const carols = await newHome(fleet!, {
      hub: 'fleet',
      hubContext: { user: 'carol', namespace: 'fleet' },
      clusters: [{ name: 'e2e-carol', server: 'A' }],
      config: { discovery: { namespaces: [] } },
    });
    expect((await carols.mc(['clusters', 'list', '-o', 'name'])).stdout).toContain('e2e-carol\n');
    const none = await carols.mc(['clusters', 'list', '--hub-namespace=default']);
    expect(none).toMatchObject({ stdout: '', code: 1 });
  });

  it('that has no profiles', async () => {
    const home = await newHome(fleet!, { hub: 'e2e-hub-empty', clusters: [] });
    expect(await home.mc(NS)).toMatchObject({
      stdout: '',
      stderr: 'error: no clusters: the hub (context "hub") has no ClusterProfiles in namespace "e2e-hub-empty"\n',
      code: 1,
    });
  });

  it('that is none: contexts, with a note; named, an error', async () => {
    const home = await newHome(fleet!, { clusters: abc.map((cluster) => ({ ...cluster, mapping: false as const })) });
    await fleet!.kubeconfig({
      path: home.kubeconfig,
      clusters: abc.map(({ name, server }) => ({ name, server })),
      currentContext: 'a',
    });
    expect(await home.mc(NS)).toMatchObject({
      stdout: ALL,
      stderr: 'note: no hub and no mapping file: using the 3 contexts of your kubeconfig (--source)\n',
      code: 0,
    });
    const named = await home.mc([...NS, '--hub-context=a']);
    expect(named).toMatchObject({ stdout: '', code: 1 });
    expect(named.stderr).toMatch(/^error: the hub \(context "a"\) does not serve multicluster\.x-k8s\.io/);
    expect(await home.mc([...NS, '--source=kubeconfig'])).toMatchObject({ stdout: ALL, stderr: '', code: 0 });
  });

  it('knows clusters that the mapping file does not, and the other way round', async () => {
    const home = await newHome(fleet!, {
      hub: 'e2e-hub-mapping',
      clusters: [
        { name: 'a', server: 'A' },
        { name: 'unmapped', server: 'B', mapping: false },
        { name: 'file-only', server: 'C', profile: false },
      ],
    });
    const ended = await home.mc(['get', 'ns', 'default', '-o', 'json']);
    const result = resultOf(ended.stdout);
    expect(counts(result)).toBe('2/0/1/0');
    expect(result.clusters[2]).toMatchObject({
      cluster: 'unmapped',
      success: false,
      skipped: { reason: expect.stringMatching(/no/) },
    });
    expect(lines(ended.stderr)).toEqual([expect.stringMatching(/^note: 1 cluster left out: unmapped: /)]);
    expect(ended.code).toBe(0);
    expect((await home.mc(['clusters', 'list', '--no-headers'])).stdout).toMatch(/file-only .* file /);
    // Named literally it is a failure, alone or not.
    const literal = await home.mc([...NS, '--clusters=a,unmapped']);
    expect(literal).toMatchObject({ stdout: 'a:namespace/default\n', code: 3 });
    expect(lines(literal.stderr)).toEqual([
      'NoAccess: unmapped',
      'Warning: Failed to query 1/2 clusters. Run with -v for details.',
    ]);
    expect((await home.mc([...NS, '--clusters=unm*'])).code).toBe(1);
  });

  describe('with ten clusters, one unhealthy, one that has not joined', () => {
    const homes: { ten?: Home } = {};
    const conditions: Readonly<Record<number, NonNullable<ProfileRequest['conditions']>>> = {
      4: { ControlPlaneHealthy: { status: 'False', reason: 'NoAnswer', message: 'the control plane is away' } },
      7: { ControlPlaneHealthy: 'True', Joined: 'False' },
    };
    const cluster = (at: number): HomeCluster => {
      const name = `c${String(at).padStart(2, '0')}`;
      const server = (['A', 'B', 'C'] as const)[at % 3]!;
      return { name, server, ...(conditions[at] ? { profile: { conditions: conditions[at] } } : {}) };
    };
    beforeAll(async () => {
      homes.ten = await newHome(fleet!, {
        hub: 'e2e-hub-ten',
        clusters: Array.from({ length: 10 }, (_, at) => cluster(at + 1)),
      });
    });
    const nodes = (...args: string[]) => homes.ten!.mc(['get', 'nodes', '-o', 'json', ...args]);

    it('skips both, and says so', async () => {
      const ended = await nodes();
      const result = resultOf(ended.stdout);
      expect(counts(result)).toBe('8/0/2/0');
      expect(result.summary).toMatchObject({ unhealthy: 1, noAccess: 1 });
      expect(result.clusters[3]?.skipped?.reason).toBe('ControlPlaneHealthy=False: the control plane is away');
      expect(lines(ended.stderr)).toEqual([
        expect.stringMatching(/^note: 1 cluster left out: c07: /),
        'Skipped 1 unhealthy cluster: c04 (ControlPlaneHealthy=False: the control plane is away)',
      ]);
      expect(ended.code).toBe(3);
    });

    it('asks the unhealthy one with --include-unhealthy, or by its name', async () => {
      const included = await nodes('--include-unhealthy');
      expect(counts(resultOf(included.stdout))).toBe('9/0/1/0');
      expect(included.code).toBe(0);
      const named = await nodes('--clusters=c04,c05');
      expect(counts(resultOf(named.stdout))).toBe('2/0/0/0');
      expect(named).toMatchObject({ stderr: '', code: 0 });
    });

    it('alone both are exit 1', async () => {
      expect((await nodes('--clusters=c04*')).code).toBe(1);
      expect((await nodes('--clusters=c07*')).code).toBe(1);
    });

    it('counts the skipped for --expect-clusters and shows them in the list', async () => {
      expect((await nodes('--expect-clusters=10')).code).toBe(3);
      expect((await nodes('--expect-clusters=8')).code).toBe(1);
      const { stdout } = await homes.ten!.mc(['clusters', 'list', '--ascii', '--no-headers']);
      expect(stdout).toMatch(/^c04 +! degraded/m);
    });
  });
});
