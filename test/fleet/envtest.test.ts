import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachFleet } from './attach.ts';
import type { Place, UserName } from './users.ts';

const run = promisify(execFile);
const fleet = attachFleet();
const members = (['A', 'B', 'C'] as const).map((name) => ({ name, server: name }));

describe.skipIf(fleet?.kind !== 'envtest')('the real fleet', () => {
  const kubeconfigs = new Map<UserName, string>();
  const kubectl = async (user: UserName, place: Place, ...args: string[]) => {
    const kubeconfig = kubeconfigs.get(user)!;
    try {
      return (await run(fleet!.kubectl, ['--kubeconfig', kubeconfig, '--context', place, ...args])).stdout;
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };

  beforeAll(async () => {
    for (const user of ['admin', 'alice', 'bob', 'carol', 'dave', 'expired', 'nobody'] as const) {
      kubeconfigs.set(user, await fleet!.kubeconfig({ user, hub: true, clusters: members }));
    }
  });

  it('runs the new version on hub, A and B, and on C an older one where it can be built', () => {
    const versions = [fleet!.hub, ...Object.values(fleet!.members)].map((server) => server.version);
    if (process.env['KUBEBUILDER_ASSETS']) return;
    expect(versions).toEqual(['v1.36.3', 'v1.36.3', 'v1.36.3', 'v1.33.13']);
  });

  it.each([
    ['alice', 'A', 'pods', 'team-a', 'yes'],
    ['alice', 'C', 'nodes', 'default', 'yes'],
    ['alice', 'A', 'secrets', 'team-b', 'no'],
    ['alice', 'hub', 'clusterprofiles', 'fleet', 'yes'],
    ['alice', 'hub', 'secrets', 'fleet', 'no'],
    ['bob', 'A', 'pods', 'team-a', 'yes'],
    ['bob', 'B', 'pods', 'team-b', 'yes'],
    ['bob', 'B', 'pods', 'team-a', 'no'],
    ['bob', 'C', 'pods', 'team-b', 'no'],
    ['bob', 'hub', 'clusterprofiles', 'fleet', 'no'],
    ['carol', 'hub', 'clusterprofiles', 'fleet', 'yes'],
    ['carol', 'hub', 'clusterprofiles', 'default', 'no'],
    ['dave', 'B', 'widgets', 'default', 'yes'],
    ['admin', 'C', 'secrets', 'team-b', 'yes'],
  ] as const)('%s on %s may list %s in %s: %s', async (user, place, resource, namespace, answer) => {
    const words = await run(fleet!.kubectl, [
      ...['--kubeconfig', kubeconfigs.get(user)!, '--context', place],
      ...['auth', 'can-i', 'list', resource, '-n', namespace],
    ]).catch((error: { stdout: string }) => error);
    expect(words.stdout.trim()).toBe(answer);
  });

  it.each(['expired', 'nobody'] as const)('does not know %s', async (user) => {
    expect(await kubectl(user, 'A', 'get', 'pods')).toMatch(/Unauthorized|must be logged in/);
  });

  it('shows pods as kubectl would show them on a living cluster', async () => {
    const rows = (await kubectl('alice', 'A', 'get', 'pods', '-n', 'team-a', '--no-headers')).trim().split('\n');
    const states = rows.map((row) => row.split(/\s+/)[2]);
    expect(states).toEqual(['Running', 'CrashLoopBackOff', 'Completed', 'Running', 'Running', 'Running']);
    expect(await kubectl('alice', 'B', 'get', 'nodes')).toMatch(/b-worker-2\s+NotReady/);
  });

  it('gives widgets other columns on A than on B, and none on C', async () => {
    const header = async (place: Place, ...more: string[]) =>
      (await kubectl('alice', place, 'get', 'wd', ...more)).split('\n')[0]!.split(/\s+/).filter(Boolean);
    expect(await header('A')).toEqual(['NAME', 'SIZE', 'COLOUR']);
    expect(await header('B')).toEqual(['NAME', 'SIZE']);
    expect(await header('B', '-o', 'wide')).toEqual(['NAME', 'SIZE', 'OWNER']);
    expect(await kubectl('alice', 'C', 'get', 'wd')).toContain('the server doesn\'t have a resource type "wd"');
  });

  it('writes down who asked for what, with the user agent, in a window of its own', async () => {
    await kubectl('alice', 'A', 'get', 'pods', '-n', 'kube-system');
    const mark = await fleet!.audit.mark(fleet!.members.A);
    await kubectl('bob', 'A', 'get', 'services', '-n', 'team-a');
    const events = (await fleet!.audit.since(mark)).filter(
      (event) => event.user === 'bob' && event.resource === 'services',
    );
    expect(events).toMatchObject([{ verb: 'list', namespace: 'team-a', code: 200 }]);
    expect(events[0]!.userAgent).toMatch(/^kubectl\//);
    expect(events[0]!.at).toBeInstanceOf(Date);
    expect((await fleet!.audit(fleet!.members.A)).some((event) => event.user === 'alice')).toBe(true);
  });

  it('lets any number of contexts share a server', async () => {
    const clusters = Array.from({ length: 50 }, (_, index) => ({
      name: `c${index}`,
      server: 'ABC'[index % 3] as 'A' | 'B' | 'C',
    }));
    kubeconfigs.set(
      'alice',
      await fleet!.kubeconfig({ user: 'alice', hub: true, clusters: [...members, ...clusters] }),
    );
    expect((await kubectl('alice', 'A', 'config', 'get-contexts', '-o', 'name')).trim().split('\n')).toHaveLength(54);
    expect(await kubectl('alice', 'A', '--context', 'c49', 'get', 'cm', '-n', 'default')).toContain('only-on-b');
  });
  afterAll(() => kubeconfigs.clear());
});
