/** What the simulated fleet does beyond answering as a real server: faults, identities, audit, home folders. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { age } from '../fleet/simulated/age.ts';
import { openSimulated } from '../fleet/simulated/fleet.ts';
import type { SimulatedFleet, SimulatedOptions, SimulatedServer } from '../fleet/simulated/fleet-api.ts';
import { type Exchange, get } from './plain-client.ts';

const open: SimulatedFleet[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fleet) => fleet.close()));
});

async function fleetOf(options: SimulatedOptions): Promise<SimulatedFleet> {
  const fleet = await openSimulated(options);
  open.push(fleet);
  return fleet;
}

const podsPath = '/api/v1/namespaces/default/pods';
const pods = (fleet: SimulatedFleet, { url, token }: SimulatedServer, giveUpMs = 5000): Promise<Exchange> =>
  get(`${url}${podsPath}`, { ca: fleet.ca, token, giveUpMs });

describe('ages', () => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000] as const;
  test.each([
    [-5 * second, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [120 * second, '2m'],
    [9 * minute + 59 * second, '9m59s'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 5 * minute, '7h5m'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [7 * day + 23 * hour, '7d23h'],
    [8 * day, '8d'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [8 * 365 * day - hour, '7y364d'],
    [8 * 365 * day, '8y'],
  ])('%i ms is %s', (ms, shown) => {
    expect(age(ms)).toBe(shown);
  });
});

describe('a fleet', () => {
  test('gives each member its own pods, the asked number, the same every time', async () => {
    const fleet = await fleetOf({ members: 3, pods: 12 });
    const lists = await Promise.all(fleet.members.map(async (member) => JSON.parse((await pods(fleet, member)).body)));
    const names = lists.flatMap(({ items }) => items.map((item: { metadata: { name: string } }) => item.metadata.name));
    expect(fleet.members.map(({ name }) => name)).toEqual(['c001', 'c002', 'c003']);
    expect(names).toHaveLength(36);
    expect(new Set(names).size).toBe(36);
    const again = await fleetOf({ members: 1, pods: 12 });
    const { items } = JSON.parse((await pods(again, again.server('c001'))).body);
    expect(items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(names.slice(0, 12));
  });

  test('ten thousand pods of one member come page by page', async () => {
    const fleet = await fleetOf({ members: 1, pods: 10_000 });
    const { url, token } = fleet.server('c001');
    const agent = new Agent({ ca: fleet.ca, keepAlive: true });
    const seen = new Set<string>();
    for (let next = ''; ; ) {
      const query = `limit=500&includeObject=None&continue=${next}`;
      const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
      const { metadata, rows } = JSON.parse((await get(`${url}${podsPath}?${query}`, { agent, token, headers })).body);
      for (const row of rows) seen.add(row.cells[0]);
      next = metadata.continue ?? '';
      if (next === '') break;
    }
    agent.destroy();
    expect(seen.size).toBe(10_000);
  });

  test('a type can be missing on a member, a version can differ, a hub can say unhealthy', async () => {
    const fleet = await fleetOf({
      members: 3,
      widgets: (_name, index) => (index === 1 ? undefined : index),
      version: (name) => (name === 'c003' ? 'v1.33.13' : undefined),
      unhealthy: ['c002'],
      notJoined: ['c003'],
    });
    const json = async (name: string, path: string) => {
      const { url, token } = fleet.server(name);
      const { status, body } = await get(`${url}${path}`, { ca: fleet.ca, token });
      return status === 200 ? JSON.parse(body) : status;
    };
    const widgets = '/apis/example.com/v1/widgets';
    expect((await json('c001', widgets)).items).toHaveLength(0);
    expect(await json('c002', widgets)).toBe(404);
    expect((await json('c003', widgets)).items).toHaveLength(2);
    expect(await json('c003', '/version')).toMatchObject({ minor: '33', gitVersion: 'v1.33.13' });
    const { items } = await json('hub', '/apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles');
    const conditions = items.map(({ status }: { status: { conditions: { status: string }[] } }) =>
      status.conditions.map((condition) => condition.status).join(),
    );
    expect(conditions).toEqual(['True,True', 'False,True', 'True,False']);
    expect(items[0]).toMatchObject({
      metadata: { namespace: 'fleet', labels: { env: 'prod', region: 'eu-west-1' } },
      status: { accessProviders: [{ cluster: { server: fleet.server('c001').url } }] },
    });
  });

  test('every member can have a port of its own', async () => {
    const fleet = await fleetOf({ members: 5, ports: 'each', hub: false });
    expect(new Set(fleet.members.map(({ url }) => new URL(url).port)).size).toBe(5);
    expect(new URL(fleet.server('c003').url).pathname).toBe('/');
    expect((await pods(fleet, fleet.server('c003'))).status).toBe(200);
    expect(fleet.hub).toBeUndefined();
  });

  test('remembers who asked what', async () => {
    const fleet = await fleetOf({ members: 2 });
    const { url, token } = fleet.server('c002');
    await get(`${url}/apis/apps/v1/namespaces/shop/deployments/x`, {
      ca: fleet.ca,
      token,
      headers: { 'user-agent': 'somebody/1.0' },
    });
    await get(`${url}/version`, { ca: fleet.ca, token: 'wrong' });
    expect(fleet.audit.of('c001')).toEqual([]);
    expect(fleet.audit.of('c002')).toMatchObject([
      {
        user: 'user-c002',
        verb: 'get',
        resource: 'deployments.apps',
        namespace: 'shop',
        name: 'x',
        path: '/apis/apps/v1/namespaces/shop/deployments/x',
        userAgent: 'somebody/1.0',
        status: 404,
      },
      { user: '', verb: 'get', path: '/version', status: 401 },
    ]);
  });

  test('refuses one user what another may', async () => {
    const fleet = await fleetOf({ members: 1, forbidden: { c001: ['pods'] } });
    const member = fleet.server('c001');
    expect((await pods(fleet, member)).status).toBe(403);
    expect((await pods(fleet, { ...member, token: fleet.admin.token })).status).toBe(200);
    expect((await get(`${member.url}/api/v1/nodes`, { ca: fleet.ca, token: member.token })).status).toBe(200);
  });

  test('names must fit', async () => {
    await expect(openSimulated({ members: 1, faults: { nobody: { kind: 'html' } } })).rejects.toThrow('nobody');
    await expect(openSimulated({ members: 2, names: () => 'same' })).rejects.toThrow('same name');
  });
});

describe('faults of members', () => {
  test('each shows on its member only, and only there', async () => {
    const fleet = await fleetOf({
      members: 8,
      faults: {
        c001: { kind: 'refuse' },
        c002: { kind: 'silentAfterHandshake' },
        c003: { kind: 'wrongCA' },
        c004: { kind: 'status', code: 503, times: 1 },
        c005: { kind: 'truncated', how: 'length' },
        c006: { kind: 'expiredCertificate' },
        c007: { kind: 'silentAfterAccept' },
      },
    });
    const all = await Promise.all(fleet.members.map((member) => pods(fleet, member, 400)));
    expect(all[0]?.error).toBe('ECONNREFUSED');
    expect(all[1]).toMatchObject({ error: 'gave up', secured: true });
    expect(all[2]?.error).toMatch(/SIGNATURE|SELF_SIGNED|UNABLE_TO_VERIFY/);
    expect(all[3]?.status).toBe(503);
    expect(() => JSON.parse(all[4]?.body ?? '')).toThrow();
    expect(all[5]?.error).toBe('CERT_HAS_EXPIRED');
    expect(all[6]).toMatchObject({ error: 'gave up', secured: false });
    expect(all[7]?.status).toBe(200);
    expect((await pods(fleet, fleet.server('c004'))).status).toBe(200);
    expect(fleet.proxies.get('c007')?.connections.total).toBe(1);
  });

  test('change while the fleet runs, the hub included', async () => {
    const fleet = await fleetOf({ members: 1, faults: { hub: { kind: 'pass' } } });
    const hub = fleet.server('hub');
    const version = () => get(`${hub.url}/version`, { ca: fleet.ca, token: hub.token });
    expect((await version()).status).toBe(200);
    await fleet.setFault('hub', { kind: 'refuse' });
    expect((await version()).error).toBe('ECONNREFUSED');
    await fleet.setFault('hub', { kind: 'pass' });
    await fleet.setFault('hub', [{ kind: 'status', code: 401 }]);
    expect((await version()).status).toBe(401);
    await fleet.setFault('hub', []);
    expect((await version()).status).toBe(200);
    await expect(fleet.setFault('c001', { kind: 'refuse' })).rejects.toThrow('no proxy');
  });

  test('close ends connections that hang', async () => {
    const fleet = await openSimulated({ members: 1, faults: { c001: { kind: 'hang' } } });
    const waiting = pods(fleet, fleet.server('c001'));
    await expect.poll(() => fleet.openConnections()).toBe(1);
    await fleet.close();
    expect((await waiting).error).toBe('ECONNRESET');
  });
});

describe('home folders', () => {
  test.each([
    [{}, 'hub', 'ctx-c001', true],
    [{ mapping: false }, 'hub', 'c001', false],
    [{ hub: false, mapping: false }, 'c001', 'c001', false],
  ])('%o', async (options, current, context, mapped) => {
    const fleet = await fleetOf({ members: 2 });
    const dir = await mkdtemp(join(tmpdir(), 'sim-home-'));
    const written = await fleet.writeHome(dir, options);
    const config = parse(await readFile(written.kubeconfig, 'utf8'));
    expect((await stat(written.kubeconfig)).mode & 0o777).toBe(0o600);
    expect(config['current-context']).toBe(current);
    const { cluster, user } = config.contexts.find(({ name }: { name: string }) => name === context).context;
    const named = (list: { name: string }[], name: string) => list.find((entry) => entry.name === name);
    expect(named(config.clusters, cluster)).toMatchObject({ cluster: { server: fleet.server('c001').url } });
    expect(named(config.users, user)).toEqual({ name: user, user: { token: fleet.server('c001').token } });
    expect(written.mapping !== undefined).toBe(mapped);
    if (written.mapping) {
      expect(parse(await readFile(written.mapping, 'utf8'))).toMatchObject({
        apiVersion: 'kubectl-mc.k8s.io/v1alpha1',
        kind: 'ClusterMapping',
        hubContext: 'hub',
        clusters: [
          { name: 'c001', context: 'ctx-c001' },
          { name: 'c002', context: 'ctx-c002' },
        ],
      });
    }
    await rm(dir, { recursive: true });
  });
});

describe('as a process of its own', () => {
  test.each(['SIGTERM', 'the end of stdin'])('one line of JSON, then ended by %s without a trace', async (how) => {
    const script = join(import.meta.dirname, '../fleet/simulated/serve.ts');
    const child = spawn(process.execPath, [script, '--members', '2', '--pods', '3'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const [line] = (await new Promise((resolve) => {
      createInterface(child.stdout).once('line', (text) => resolve([text]));
    })) as [string];
    const { home, kubeconfig, mapping, hub, ca, pid } = JSON.parse(line);
    expect([kubeconfig, mapping].every(existsSync)).toBe(true);
    expect((await get(`${hub}/version`, { ca })).status).toBe(200);
    expect(pid).toBe(child.pid);
    if (how === 'SIGTERM') child.kill('SIGTERM');
    else child.stdin.end();
    expect(await exited).toBe(0);
    expect(existsSync(home)).toBe(false);
  });
});
