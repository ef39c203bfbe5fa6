import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import manifest from '../../package.json' with { type: 'json' };
import { attachFleet } from '../fleet/attach.ts';
import type { AuditEvent } from '../fleet/audit.ts';
import type { Server } from '../fleet/fleet.ts';
import { kubeconfigUser } from '../fleet/kubeconfig.ts';
import { issue } from '../fleet/pki.ts';
import { abc, type Home, newHome } from './home.ts';
import { lines } from './run.ts';

const fleet = attachFleet();
const HUB = 'e2e-audit';
const MANY = 'e2e-many';

/** A user nobody else logs in as, so that a server's log shows who did what although other tests run at the same time. */
interface Someone {
  readonly name: string;
  readonly user: Readonly<Record<string, unknown>>;
}

async function someone(): Promise<Someone> {
  const name = `somebody-${randomBytes(4).toString('hex')}`;
  const { cert, key } = await issue(fleet!.description.clientCA!, { cn: name, o: 'system:masters' });
  return { name, user: kubeconfigUser({ name, clientCertificate: cert, clientKey: key }) };
}

/** What `server` heard from that user while `work` ran. */
async function heard(server: Server, user: string, work: () => Promise<unknown>): Promise<readonly AuditEvent[]> {
  return (await heardByAll([server], work))[0]!.filter((event) => event.user === user);
}

async function heardByAll(
  servers: readonly Server[],
  work: () => Promise<unknown>,
): Promise<readonly (readonly AuditEvent[])[]> {
  const marks = await Promise.all(servers.map((server) => fleet!.audit.mark(server)));
  await work();
  return Promise.all(marks.map((mark) => fleet!.audit.since(mark)));
}

const short = ({ verb, resource, uri }: AuditEvent) =>
  resource ? `${verb} ${resource}` : `${verb} ${uri.split('?')[0]}`;

describe.skipIf(!fleet?.hub.auditLog || !fleet.description.clientCA)('what the servers hear', () => {
  const homes: { both?: Home } = {};
  const users: { hub: Someone; member: Someone } = { hub: { name: '', user: {} }, member: { name: '', user: {} } };
  const members = () => Object.values(fleet!.members);
  /** A new home, so a cold one. */
  const home = (user: Someone) =>
    newHome(fleet!, { clusters: abc, user: user.user, hub: HUB, hubContext: { user: users.hub.user } });

  beforeAll(async () => {
    await ensureBuilt();
    users.hub = await someone();
    users.member = await someone();
    homes.both = await home(users.member);
  });

  it('the hub: which clusters there are, and nothing else, from nobody else', async () => {
    const mc = homes.both!.mc;
    const [hub, ...others] = await heardByAll([fleet!.hub, ...members()], async () => {
      await mc(['--refresh', 'get', 'pods', '-A', '-o', 'json']);
      await mc(['get', 'secrets', '-A']);
      await mc(['get', 'svc', 'web', '-n', 'team-a', '--no-cache', '-o', 'yaml']);
      await mc(['clusters', 'list', '--refresh']);
    });
    const asked = hub!.filter(({ user }) => user === users.hub.name);
    expect(asked.length).toBeGreaterThan(0);
    for (const event of asked) {
      expect(['get /apis/multicluster.x-k8s.io', 'list clusterprofiles']).toContain(short(event));
      expect(event.code).toBe(200);
    }
    expect(hub!.filter(({ user }) => user === users.member.name)).toEqual([]);
    expect(others.flat().filter(({ user }) => user === users.hub.name)).toEqual([]);
    expect(others.every((events) => events.some(({ user }) => user === users.member.name))).toBe(true);
  });

  it('members: their own users, under our name and version', async () => {
    const mixed = await newHome(fleet!, {
      clusters: [
        { name: 'a', server: 'A', context: { user: 'alice' } },
        { name: 'b', server: 'B', context: { user: 'bob' } },
        { name: 'c', server: 'C', context: { user: 'dave' } },
      ],
    });
    const selector = `e2e!=${randomBytes(4).toString('hex')}`;
    const events = await heardByAll(members(), async () => {
      expect(await mixed.mc(['get', 'pods', '-n', 'team-b', '-l', selector])).toMatchObject({ stderr: '', code: 0 });
    });
    const asked = events.map((all) => all.filter(({ uri }) => decodeURIComponent(uri).includes(selector)));
    expect(
      asked.map((all) => all.map(({ user, verb, resource, code }) => `${user} ${verb} ${resource} ${code}`)),
    ).toEqual([['alice list pods 200'], ['bob list pods 200'], ['dave list pods 200']]);
    for (const { userAgent } of asked.flat())
      expect(userAgent).toMatch(new RegExp(`^kubectl-mc/${manifest.version} \\(get\\)`));
  });

  it('a user with different rights: who forbids is a failure of its own, the others are whole', async () => {
    const bobs = await newHome(fleet!, { clusters: abc, user: 'bob' });
    const table = await bobs.mc(['get', 'pods', '-n', 'team-b']);
    expect(lines(table.stdout).map((row) => row.split(' ')[1])).toEqual([
      'CLUSTER',
      ...Array(3).fill('a'),
      ...Array(6).fill('b'),
    ]);
    expect(table.stderr).toBe('Forbidden: c\nWarning: Failed to query 1/3 clusters. Run with -v for details.\n');
    expect(table.code).toBe(3);
    const json = JSON.parse((await bobs.mc(['get', 'pods', '-n', 'team-b', '-ojson'])).stdout);
    expect(json.summary).toMatchObject({ successful: 2, failed: 1, errors: { c: 'Forbidden' } });
    expect(json.clusters[2].error).toMatchObject({
      type: 'Forbidden',
      code: 403,
      message: expect.stringContaining('User "bob" cannot list resource "pods"'),
    });
  });

  it('cold: two requests of discovery and one list for each; warm: the list', async () => {
    const mc = (await home(users.member)).mc;
    const once = async () => expect(await mc(['get', 'pods', '-A'])).toMatchObject({ stderr: '', code: 0 });
    const [hubCold, ...cold] = await heardByAll([fleet!.hub, ...members()], once);
    const ours = (events: readonly AuditEvent[]) =>
      events
        .filter(({ user }) => user === users.member.name)
        .map(short)
        .sort();
    for (const events of cold) {
      // Servers that are alike may share what one of them said.
      expect(ours(events).filter((one) => one !== 'get /api' && one !== 'get /apis')).toEqual(['list pods']);
      expect(new Set(ours(events)).size).toBe(ours(events).length);
    }
    expect(hubCold!.filter(({ user }) => user === users.hub.name).map(short)).toEqual([
      'get /apis/multicluster.x-k8s.io',
      'list clusterprofiles',
    ]);
    const [hubWarm, ...warm] = await heardByAll([fleet!.hub, ...members()], once);
    expect(warm.map(ours)).toEqual([['list pods'], ['list pods'], ['list pods']]);
    expect(hubWarm!.filter(({ user }) => user === users.hub.name)).toEqual([]);
    const refreshed = await heard(fleet!.hub, users.hub.name, () => mc(['get', 'pods', '--refresh']));
    expect(refreshed.map(short)).toContain('list clusterprofiles');
  });

  it('a named object is one get; -o json and names ask the same way', async () => {
    const { mc } = homes.both!;
    await mc(['get', 'svc', 'web', '-n', 'team-a']);
    const events = await heard(fleet!.members.A, users.member.name, async () => {
      await mc(['get', 'svc', 'web', '-n', 'team-a', '--clusters=a']);
      await mc(['get', 'svc', '-n', 'team-a', '-o', 'json', '--clusters=a']);
      await mc(['get', 'svc', '-n', 'team-a', '-o', 'name', '--clusters=a']);
    });
    expect(events.map(short)).toEqual(['get services', 'list services', 'list services']);
  });

  it('clusters list, version and misuse ask no member', async () => {
    const { mc } = homes.both!;
    const events = await heardByAll(members(), async () => {
      await mc(['clusters', 'list', '-o', 'wide']);
      await mc(['--refresh']);
      await mc(['version', '--client']);
      await mc(['get', 'pods', '--clusters=nobody']);
      await mc(['get', 'pods', '--expect-clusters=7']);
      await mc(['get', 'pods', '-o', 'xml']);
    });
    expect(events.flat().filter(({ user }) => user === users.member.name)).toEqual([]);
  });

  it('--exclude and --clusters keep requests away', async () => {
    const { mc } = homes.both!;
    const events = await heardByAll(members(), () => mc(['get', 'ns', '--clusters=a,b', '--exclude=b']));
    expect(events.map((all) => all.filter(({ user }) => user === users.member.name).length > 0)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('--as: impersonation on members, never on the hub', async () => {
    const { mc } = homes.both!;
    const [hub, ...others] = await heardByAll([fleet!.hub, ...members()], async () => {
      const ended = await mc(['get', 'pods', '-n', 'team-b', '--as=bob', '--as-group=team-b', '--refresh']);
      expect(ended.stderr).toContain('Forbidden: c\n');
    });
    for (const events of others) {
      const lists = events.filter((event) => event.user === users.member.name && event.resource === 'pods');
      expect(lists.map(({ impersonated }) => impersonated)).toEqual(['bob']);
    }
    expect(
      hub!.filter(({ user }) => user === users.hub.name).every(({ impersonated }) => impersonated === undefined),
    ).toBe(true);
  });

  describe('a namespace with 1,203 configmaps', () => {
    const COUNT = 1203;
    beforeAll(async () => {
      const { CoreV1Api } = await import('@kubernetes/client-node');
      const api = (await fleet!.members.A.admin()).makeApiClient(CoreV1Api);
      await api.createNamespace({ body: { metadata: { name: MANY } } });
      const numbers = Array.from({ length: COUNT }, (_, at) => at);
      const lane = async () => {
        for (let at = numbers.pop(); at !== undefined; at = numbers.pop())
          await api.createNamespacedConfigMap({ namespace: MANY, body: { metadata: { name: `many-${at}` } } });
      };
      await Promise.all(Array.from({ length: 24 }, lane));
    });

    it.each([
      [[], 3],
      [['-o', 'json'], 3],
      [['--chunk-size=100'], 13],
      [['--chunk-size=0'], 1],
      [['-o', 'name', '--chunk-size', '1000'], 2],
    ])('%s: %i requests', async (flags, count) => {
      const { mc } = homes.both!;
      const events = await heard(fleet!.members.A, users.member.name, async () => {
        const ended = await mc(['get', 'cm', '-n', MANY, '--clusters=a', ...flags]);
        expect(ended).toMatchObject({ stderr: '', code: 0 });
        expect(new Set(ended.stdout.match(/many-\d+/g)).size).toBe(COUNT);
      });
      expect(events.filter(({ resource, verb }) => resource === 'configmaps' && verb === 'list')).toHaveLength(count);
    });
  });
});
