/** The simulation against a real API server: the same requests, the same answers. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { attachFleet } from '../fleet/attach.ts';
import type { ServerDescription } from '../fleet/fleet.ts';
import { openSimulated } from '../fleet/simulated/fleet.ts';
import type { SimulatedFleet, SimulatedServer } from '../fleet/simulated/fleet-api.ts';
import { type Answer, type RealServer, send } from '../fleet/simulated/plain.ts';
import { comparableCell, comparableHead, comparableText, keyPaths } from './comparable.ts';
import { copyTo, type Listed } from './real-copy.ts';

const fleet = attachFleet();

/** Only this namespace is written to, and only on the hub, which no other test uses as a member. */
const ns = 'sim-contract';
const n = `/api/v1/namespaces/${ns}`;
const apps = `/apis/apps/v1/namespaces/${ns}`;
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const tableOrJSON = `${table},application/json`;
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const partials = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Namespaced collections that exist on both sides with the same objects. */
const collections = [
  ['pods', `${n}/pods`],
  ['services', `${n}/services`],
  ['configmaps', `${n}/configmaps`],
  ['secrets', `${n}/secrets`],
  ['events', `${n}/events`],
  ['deployments', `${apps}/deployments`],
  ['replicasets', `${apps}/replicasets`],
] as const;

describe.skipIf(!fleet)('the simulation answers as a real API server', () => {
  let sim: SimulatedFleet;
  let simAgent: Agent;
  /** The simulated member that was copied, and the real server with the copies. */
  let ours: RealServer;
  let real: RealServer;
  let simHub: RealServer;
  let realMember: RealServer;
  let podName: string;

  const simServer = ({ url }: SimulatedServer): RealServer => ({ url, agent: simAgent, token: sim.admin.token });
  const realServer = ({ url, ca }: ServerDescription): RealServer => {
    const { clientCertificate: cert, clientKey: key } = fleet?.users.admin ?? {};
    return { url, agent: new Agent({ ca, cert, key, keepAlive: true }) };
  };
  const both = async (path: string, options: Parameters<typeof send>[2] = {}): Promise<[Answer, Answer]> =>
    Promise.all([send(ours, path, options), send(real, path, options)]);
  const parsed = (answer: Answer) => JSON.parse(answer.body);

  beforeAll(async () => {
    sim = await openSimulated({ members: 2, pods: 45, namespace: ns, forbidden: { c002: 'all' } });
    simAgent = new Agent({ ca: sim.ca, keepAlive: true });
    ours = simServer(sim.server('c001'));
    simHub = simServer(sim.server('hub'));
    if (!fleet) return;
    real = realServer(fleet.hub);
    realMember = realServer(fleet.members.A);
    // For a moment after its definition a new type is a 429 ("storage is (re)initializing").
    const profiles = '/apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles?limit=1';
    await vi.waitUntil(async () => (await send(real, profiles)).status === 200, { timeout: 10_000 });
    await send(real, '/api/v1/namespaces', { method: 'POST', body: { metadata: { name: ns } } });
    await clear();
    for (const [, path] of collections) {
      const { items } = parsed(await send(ours, path)) as { items: Listed[] };
      for (const item of items.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')) {
        await copyTo(real, path, item);
      }
    }
    for (const node of parsed(await send(ours, '/api/v1/nodes')).items) await copyTo(real, '/api/v1/nodes', node);
    podName = parsed(await send(ours, `${n}/pods?limit=1`)).items[0].metadata.name;
  });

  afterAll(async () => {
    await clear();
    for (const server of [real, realMember]) server?.agent.destroy();
    simAgent?.destroy();
    await sim?.close();
  });

  /** Services have no deletecollection in older servers; all are deleted by name. */
  async function clear(): Promise<void> {
    if (!fleet) return;
    for (const [, path] of [...collections, ['nodes', '/api/v1/nodes?fieldSelector=']] as const) {
      const { items } = parsed(await send(real, path)) as { items: Listed[] };
      for (const { metadata } of items) {
        if (path.startsWith('/api/v1/nodes') && !metadata.name.startsWith('c001-')) continue;
        const one = `${path.split('?')[0]}/${metadata.name}?gracePeriodSeconds=0`;
        await send(real, one, { method: 'DELETE' });
      }
    }
  }

  describe('errors, word for word', () => {
    test.each<[path: string, options?: Parameters<typeof send>[2]]>([
      [`${n}/pods/x`],
      [`${n}/pods/x`, { accept: tableOrJSON }],
      [`${apps}/deployments/x`],
      ['/api/v1/nodes/x'],
      ['/api/v1/namespaces/x'],
      [`${n}/nosuch`],
      ['/api/v1/nosuch'],
      ['/api/v2'],
      ['/apis/apps/v1/nosuch'],
      ['/apis/apps/v2'],
      ['/apis/apps/v2/deployments'],
      ['/apis/nosuch'],
      ['/apis/nosuch/v1'],
      ['/apis/nosuch/v1/foos'],
      ['/apis/nosuch.example.com/v1/foos'],
      ['/nosuch'],
      [`${n}/pods?limit=abc`],
      [`${n}/pods?resourceVersion=abc`],
      [`${n}/pods?labelSelector=a%20b`],
      [`${n}/pods?labelSelector=a%20in%20(`],
      [`${n}/pods?fieldSelector=foo%3Dbar`],
      [`${apps}/deployments?fieldSelector=status.phase%3DX`],
      [`${n}/pods?includeObject=Foo`, { accept: table }],
      [`${n}/pods`, { accept: 'application/xml' }],
      ['/apis', { accept: 'text/html' }],
      [`${n}/bindings`],
      ['/version', { method: 'POST' }],
      ['/api/v1/componentstatuses', { method: 'POST', body: {} }],
    ])('%s %o', async (path, options) => {
      const [a, b] = await both(path, options);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      expect(a.body).toBe(b.body);
    });

    test('a continue token that is none', async () => {
      const [a, b] = await both(`${n}/pods?continue=zzz`);
      const start = /^(invalid continue token: continue key is not valid: invalid character ').*$/;
      expect(comparableHead(a)).toEqual(comparableHead(b));
      expect({ ...parsed(a), message: parsed(a).message.replace(start, '$1') }).toEqual({
        ...parsed(b),
        message: parsed(b).message.replace(start, '$1'),
      });
    });
  });

  describe('who is asking', () => {
    test('unknown token', async () => {
      const nobody = { agent: new Agent({ ca: fleet?.hub.ca }), url: real.url, token: 'unknown' };
      for (const path of [`${n}/pods`, '/apis', '/nosuch']) {
        const [a, b] = await Promise.all([send(ours, path, { token: 'unknown' }), send(nobody, path)]);
        expect(comparableHead(a)).toEqual(comparableHead(b));
        expect(a.body).toBe(b.body);
      }
      nobody.agent.destroy();
    });

    test.each([
      `${n}/pods`,
      '/api/v1/pods',
      `${apps}/deployments/x`,
      `${n}/nosuch`,
      '/apis',
      '/nosuch',
      '/version',
      '/readyz',
    ])('without credentials: %s', async (path) => {
      const anybody = { agent: new Agent({ ca: fleet?.hub.ca }), url: real.url };
      const [a, b] = await Promise.all([send(ours, path, { token: null }), send(anybody, path)]);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      if (path !== '/version') expect(a.body).toBe(b.body);
      anybody.agent.destroy();
    });

    test('a user without rights', async () => {
      const { token, name } = fleet?.users.bob ?? {};
      const bob = { agent: new Agent({ ca: fleet?.hub.ca }), url: real.url, token: token ?? '' };
      const refused = { ...simServer(sim.server('c002')), token: sim.server('c002').token };
      for (const path of [`${n}/pods`, `${n}/pods/x`, `${apps}/deployments`, '/api/v1/nodes', `${n}/pods/x/log`]) {
        const [a, b] = await Promise.all([send(refused, path), send(bob, path)]);
        expect(comparableHead(a)).toEqual(comparableHead(b));
        expect(a.body.replace('user-c002', 'U')).toBe(b.body.replace(name ?? '', 'U'));
      }
      bob.agent.destroy();
    });

    test('a token of another cluster is unknown, a client certificate is known', async () => {
      expect((await send(ours, '/api', { token: sim.server('c002').token })).status).toBe(401);
      expect((await send(ours, '/api', { token: sim.server('c001').token })).status).toBe(200);
      const agent = new Agent({ ca: sim.ca, cert: sim.admin.cert, key: sim.admin.key });
      expect((await send({ url: ours.url, agent }, `${n}/pods?limit=1`)).status).toBe(200);
      agent.destroy();
      expect(sim.audit.entries.at(-1)).toMatchObject({ user: 'admin', verb: 'list', resource: 'pods', namespace: ns });
    });
  });

  describe.each([...collections, ['nodes', '/api/v1/nodes'] as const])('%s', (_kind, path) => {
    const mine = (items: Listed[]) => items.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt');

    test('Table: columns with their descriptions, cells with their values and types', async () => {
      const [a, b] = await both(`${path}?includeObject=None`, { accept: tableOrJSON });
      expect(comparableHead(a)).toEqual(comparableHead(b));
      const [ta, tb] = [parsed(a), parsed(b)];
      expect(Object.keys(ta)).toEqual(Object.keys(tb));
      expect(ta.columnDefinitions).toEqual(tb.columnDefinitions);
      const named = ta.columnDefinitions.findIndex(({ format }: { format: string }) => format === 'name');
      const rows = (of: { rows: { cells: unknown[]; object: unknown }[] }) =>
        of.rows
          .filter(({ cells }) => cells[named] !== 'kube-root-ca.crt')
          .map(({ cells, object }) => ({ cells: cells.map(comparableCell), object }));
      expect(rows(ta).length).toBeGreaterThan(0);
      expect(rows(ta)).toEqual(rows(tb));
    });

    test.each(['', 'Metadata', 'Object'])('Table rows with includeObject=%s', async (include) => {
      const [a, b] = await both(`${path}?limit=1&includeObject=${include}`, { accept: table });
      const [oa, ob] = [parsed(a).rows[0].object, parsed(b).rows[0].object];
      expect(Object.keys(oa)).toEqual(Object.keys(ob));
      expect([oa.kind, oa.apiVersion, oa.metadata.name]).toEqual([ob.kind, ob.apiVersion, ob.metadata.name]);
    });

    test('list and get: the same keys everywhere that the server fills in', async () => {
      const [a, b] = (await both(path)).map(parsed) as [Record<string, unknown>, Record<string, unknown>];
      expect(Object.keys(a)).toEqual(Object.keys(b));
      expect([a['kind'], a['apiVersion']]).toEqual([b['kind'], b['apiVersion']]);
      expect(Object.keys(a['metadata'] as object)).toEqual(Object.keys(b['metadata'] as object));
      const shape = (items: unknown) =>
        Object.fromEntries(
          mine(items as Listed[]).map(({ metadata, ...rest }) => [
            metadata.name,
            keyPaths(rest)
              // Admission taints new nodes as not ready, and no kubelet comes to take that away.
              .filter((path) => !path.startsWith('.spec.taints'))
              .sort(),
          ]),
        );
      expect(shape(a['items'])).toEqual(shape(b['items']));
      const [first] = mine(a['items'] as Listed[]);
      const [ga, gb] = (await both(`${path}/${first?.metadata.name}`)).map(parsed);
      expect(Object.keys(ga)).toEqual(Object.keys(gb));
      const known = ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'labels', 'managedFields'];
      const has = (object: Listed) => known.filter((key) => key in object.metadata);
      expect(has(ga)).toEqual(has(gb));
    });

    test('metadata only', async () => {
      const [a, b] = await both(`${path}?limit=1`, { accept: partials });
      expect(comparableHead(a)).toEqual(comparableHead(b));
      const [la, lb] = [parsed(a), parsed(b)];
      expect(Object.keys(la)).toEqual(Object.keys(lb));
      expect(Object.keys(la.items[0])).toEqual(Object.keys(lb.items[0]));
      const [ga, gb] = await both(`${path}/${la.items[0].metadata.name}`, { accept: partial });
      expect(parsed(ga).kind).toBe(parsed(gb).kind);
    });
  });

  describe('pods', () => {
    test('get as a Table', async () => {
      const [a, b] = await both(`${n}/pods/${podName}?includeObject=None`, { accept: tableOrJSON });
      const [ta, tb] = [parsed(a), parsed(b)];
      expect(Object.keys(ta.metadata)).toEqual(Object.keys(tb.metadata));
      expect(ta.rows[0].cells.map(comparableCell)).toEqual(tb.rows[0].cells.map(comparableCell));
    });

    test.each([
      'labelSelector=app%3Dweb',
      'labelSelector=app%20in%20(web,api),tier!%3Dfront',
      'labelSelector=!app',
      'labelSelector=app,pod-template-hash',
      'labelSelector=app%20notin%20(web)',
      'fieldSelector=status.phase%3DPending',
      'fieldSelector=status.phase!%3DRunning',
      'fieldSelector=spec.nodeName%3Dc001-n1',
      'fieldSelector=metadata.namespace%3Ddefault',
    ])('selected by %s', async (selector) => {
      const names = (answer: Answer) => parsed(answer).items?.map(({ metadata }: Listed) => metadata.name);
      const [a, b] = await both(`${n}/pods?${selector}`, { accept: partials });
      expect(names(a)).toEqual(names(b));
    });

    test.each(['', '&labelSelector=app%3Dweb'])('page by page %s', async (selector) => {
      const pages = async (server: RealServer) => {
        const seen = [];
        for (let token = ''; ; ) {
          const answer = await send(server, `${n}/pods?limit=4${selector}&continue=${token}`, { accept: table });
          const { metadata, rows } = parsed(answer);
          const next = metadata.continue && JSON.parse(Buffer.from(metadata.continue, 'base64url').toString());
          seen.push({
            keys: Object.keys(metadata),
            remaining: metadata.remainingItemCount,
            token: next && { ...next, rv: next.rv === Number(metadata.resourceVersion) },
            names: rows.map(({ cells }: { cells: unknown[] }) => cells[0]),
          });
          token = metadata.continue ?? '';
          if (token === '') return seen;
        }
      };
      const [a, b] = await Promise.all([pages(ours), pages(real)]);
      expect(a.length).toBeGreaterThan(2);
      expect(a).toEqual(b);
    });

    test('all namespaces: the order and the tokens', async () => {
      // kube-system differs (the copies are in one namespace), so only our own rows are compared.
      const [a, b] = (await both('/api/v1/pods', { accept: partials })).map(parsed);
      const names = (list: { items: Listed[] }) =>
        list.items.filter(({ metadata }) => metadata['namespace'] === ns).map(({ metadata }) => metadata.name);
      expect(names(a)).toEqual(names(b));
      const page = parsed(await send(ours, '/api/v1/pods?limit=1')).metadata.continue;
      expect(JSON.parse(Buffer.from(page, 'base64url').toString()).start).toMatch(/^\/[a-z-]+\/[a-z0-9-]+\0$/);
    });

    test('an old token is a 410 on both that is alike, and the token that it carries goes on', async () => {
      await sim.setFault('c001', [{ kind: 'expiredPage', times: 1 }]);
      const { metadata } = parsed(await send(ours, `${n}/pods?limit=10`, { accept: table }));
      const expired = parsed(await send(ours, `${n}/pods?limit=10&continue=${metadata.continue}`));
      expect(Object.keys(expired)).toEqual(['kind', 'apiVersion', 'metadata', 'status', 'message', 'reason', 'code']);
      const next = await send(ours, `${n}/pods?continue=${expired.metadata.continue}`);
      expect(parsed(next).items).toHaveLength(35);
    });

    test('gzip from 128 KiB on, where asked for', async () => {
      const gzip = { headers: { 'accept-encoding': 'gzip' } };
      const [a, b] = await both(`${n}/pods`, gzip);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      expect(a.headers['content-encoding']).toBe('gzip');
      expect(JSON.parse(gunzipSync(a.bytes).toString()).items).toHaveLength(45);
      const small = await both(`${n}/pods?includeObject=None`, { ...gzip, accept: table });
      expect(comparableHead(small[0])).toEqual(comparableHead(small[1]));
      expect(small[0].headers['content-encoding']).toBeUndefined();
    });
  });

  describe('discovery', () => {
    /** Without what other tests may have installed and what only storage knows. */
    const groups = [
      '',
      'apps',
      'batch',
      'events.k8s.io',
      'autoscaling',
      'multicluster.x-k8s.io',
      'apiextensions.k8s.io',
    ];
    const foreign = ({ name, resource }: { name?: unknown; resource?: unknown }) =>
      [name, resource].some((word) => /^placementdecisions(\/|$)/.test(String(word)));
    const seeded = (key: string, value: unknown) =>
      (key === 'resources' && Array.isArray(value) ? value.filter((one) => !foreign(one)) : value) as never;
    const plain = (answer: Answer) => JSON.parse(answer.body.replace(/,"storageVersionHash":"[^"]*"/g, ''), seeded);

    test.each(['/api', '/apis'])('aggregated %s of a hub', async (path) => {
      const [a, b] = await Promise.all([
        send(simHub, path, { accept: aggregated }),
        send(real, path, { accept: aggregated }),
      ]);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      const [la, lb] = [parsed(a), parsed(b)];
      expect(Object.keys(la)).toEqual(Object.keys(lb));
      const wanted = ({ metadata }: { metadata: { name?: string } }) => groups.includes(metadata.name ?? '');
      const items = (list: typeof la) => JSON.parse(JSON.stringify(list.items.filter(wanted)), seeded);
      expect(items(la)).toEqual(items(lb));
      const etag = String(a.headers['etag']);
      const again = await send(simHub, path, { accept: aggregated, headers: { 'if-none-match': etag } });
      expect(again.status).toBe(304);
    });

    test('widgets of a member', async () => {
      const group = (answer: Answer) =>
        parsed(answer).items.find(({ metadata }: Listed) => metadata.name === 'example.com');
      const [a, b] = await Promise.all(
        [ours, realMember].map((server) => send(server, '/apis', { accept: aggregated })),
      );
      expect(group(a as Answer)).toEqual(group(b as Answer));
    });

    test.each([
      '/api',
      '/api/v1',
      '/apis/apps',
      '/apis/apps/v1',
      '/apis/autoscaling',
      '/apis/autoscaling/v2',
      '/apis/multicluster.x-k8s.io',
      '/apis/multicluster.x-k8s.io/v1alpha1',
      '/version',
    ])('unaggregated %s', async (path) => {
      const [a, b] = await Promise.all([send(simHub, path), send(real, path)]);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      if (path === '/version') expect(Object.keys(plain(a)).sort()).toEqual(Object.keys(plain(b)).sort());
      else if (path === '/api') expect(Object.keys(plain(a))).toEqual(Object.keys(plain(b)));
      else expect(plain(a)).toEqual(plain(b));
    });

    test('the group list', async () => {
      const [a, b] = (await Promise.all([send(simHub, '/apis'), send(real, '/apis')])).map(plain);
      expect(Object.keys(a)).toEqual(Object.keys(b));
      const wanted = ({ name }: { name: string }) => groups.includes(name);
      expect(a.groups.filter(wanted)).toEqual(b.groups.filter(wanted));
    });
  });

  describe('custom resources', () => {
    const shape = (answer: Answer) => {
      const { items, rows, ...rest } = parsed(answer);
      const first = (items ?? rows)[0];
      return {
        keys: Object.keys(parsed(answer)),
        kind: rest.kind,
        columns: rest.columnDefinitions,
        first: first && Object.keys(first),
      };
    };

    test.each([undefined, tableOrJSON, partials])('widgets as %s', async (accept) => {
      const options = accept === undefined ? {} : { accept };
      const path = '/apis/example.com/v1/widgets?limit=1';
      const [a, b] = await Promise.all([send(ours, path, options), send(realMember, path, options)]);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      expect(shape(a)).toEqual(shape(b));
      expect(Object.keys(parsed(a).metadata)).toEqual(Object.keys(parsed(b).metadata));
    });

    test('cells by type', async () => {
      const types = (answer: Answer) =>
        parsed(answer).rows[0].cells.map((cell: unknown) => (cell === null ? 'string' : typeof cell));
      const path = '/apis/example.com/v1/widgets?limit=1&includeObject=None';
      const [a, b] = await Promise.all([
        send(ours, path, { accept: table }),
        send(realMember, path, { accept: table }),
      ]);
      expect(types(a)).toEqual(types(b));
    });

    test.each([
      '/apis/example.com/v2',
      '/apis/example.com/v2/widgets',
      '/apis/example.com/v1/nosuch',
      '/apis/example.com/v1/namespaces/default/widgets/x',
    ])('missing: %s', async (path) => {
      const [a, b] = await Promise.all([send(ours, path), send(realMember, path)]);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      expect(a.body).toBe(b.body);
    });

    test.each([undefined, tableOrJSON])('ClusterProfiles of the hub as %s', async (accept) => {
      const options = accept === undefined ? {} : { accept };
      const path = '/apis/multicluster.x-k8s.io/v1alpha1/namespaces/nowhere/clusterprofiles';
      const [a, b] = await Promise.all([send(simHub, path, options), send(real, path, options)]);
      expect(comparableHead(a)).toEqual(comparableHead(b));
      expect({ ...parsed(a), metadata: Object.keys(parsed(a).metadata) }).toEqual({
        ...parsed(b),
        metadata: Object.keys(parsed(b).metadata),
      });
    });

    test('the simulated ClusterProfiles are valid to the real definition', async () => {
      const path = `/apis/multicluster.x-k8s.io/v1alpha1/namespaces/${ns}/clusterprofiles`;
      const { items } = parsed(await send(simHub, '/apis/multicluster.x-k8s.io/v1alpha1/clusterprofiles?limit=1'));
      const profile = { ...items[0], metadata: { ...items[0].metadata, namespace: ns, name: 'sim-contract' } };
      await send(real, `${path}/sim-contract`, { method: 'DELETE' });
      await copyTo(real, path, profile);
      const stored = parsed(await send(real, `${path}/sim-contract`));
      await send(real, `${path}/sim-contract`, { method: 'DELETE' });
      expect(stored.status).toEqual(profile.status);
      expect(stored.spec).toEqual(profile.spec);
    });
  });

  test('kubectl prints the same for both', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sim-contract-'));
    const { kubeconfig } = await sim.writeHome(home, { mapping: false });
    const run = async (config: string, context: string, ...args: string[]) => {
      const all = [`--kubeconfig=${config}`, `--context=${context}`, '-n', ns, ...args];
      const env = { ...process.env, HOME: home };
      const { stdout, stderr } = await promisify(execFile)(fleet?.kubectl ?? 'kubectl', all, { env });
      return comparableText(stdout + stderr);
    };
    for (const args of [
      ['get', 'pods', '-o', 'wide'],
      ['get', 'deploy,rs,svc'],
      ['get', 'pods', '--chunk-size=7', '-l', 'app=api'],
    ]) {
      const a = await run(kubeconfig, 'c001', ...args);
      const b = await run(fleet?.hub.adminKubeconfig ?? '', 'hub', ...args);
      expect(a).toBe(b);
    }
    await rm(home, { recursive: true });
  });
});
