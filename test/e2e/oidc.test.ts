import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { type Issuer, issuerFlags, oidcUser, startIssuer } from '../fleet/extra/issuer.ts';
import { type ExtraServer, startExtra } from '../fleet/extra/server.ts';
import { openMute } from './evil.ts';
import { type Home, type HomeCluster, newHome } from './home.ts';
import { resultOf } from './result.ts';

const fleet = attachFleet();

describe.skipIf(!fleet?.description.clientCA)('users of the oidc auth provider', () => {
  const open: { issuer?: Issuer; extra?: ExtraServer } = {};
  beforeAll(async () => {
    await ensureBuilt();
    open.issuer = await startIssuer();
    const flags = await issuerFlags(open.issuer, fleet!.dir);
    open.extra = await startExtra(fleet!, { flags, readers: ['oidc:erin', 'oidc:frank'] });
  });
  afterAll(async () => {
    await open.extra?.close();
    await open.issuer?.close();
  });

  const issuer = () => open.issuer!;
  /** Clusters on the server that knows the issuer. */
  const clusters = (users: readonly object[]): readonly HomeCluster[] =>
    users.map((user, at) => ({
      name: `c${String(at).padStart(2, '0')}`,
      server: 'A',
      context: {
        server: open.extra!.server.url as `https://${string}`,
        caOverride: open.extra!.server.ca,
        user: user as Record<string, unknown>,
      },
    }));
  const many = (howMany: number, user: object) => clusters(Array.from({ length: howMany }, () => user));
  /** What was asked of the issuer meanwhile: discovery and refreshes, which the API server does not do any more. */
  async function meanwhile<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly asked: readonly string[] }> {
    const before = issuer().requests().length;
    const result = await work();
    return {
      result,
      asked: issuer()
        .requests()
        .slice(before)
        .filter((path) => path !== '/keys'),
    };
  }
  /** Who asked for namespaces meanwhile, by the server's own books. */
  async function seen(work: () => Promise<unknown>): Promise<readonly string[]> {
    const mark = await fleet!.audit.mark(open.extra!.server);
    await work();
    const events = await fleet!.audit.since(mark);
    return [...new Set(events.filter((event) => event.resource === 'namespaces').map((event) => event.user))].sort();
  }
  const errorsOf = (stdout: string) =>
    Object.fromEntries(resultOf(stdout).clusters.flatMap(({ cluster, error }) => (error ? [[cluster, error]] : [])));
  const get = ['get', 'ns', 'team-a', '-o', 'json'];
  const nothingTold = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => {
    for (const secret of issuer().secrets()) expect(stdout + stderr).not.toContain(secret);
  };
  const unchanged = async (home: Home, work: () => Promise<void>) => {
    const before = await readFile(home.kubeconfig, 'utf8');
    await work();
    expect(await readFile(home.kubeconfig, 'utf8')).toBe(before);
  };

  it('an ID token that is good is sent, and nobody asks the issuer', async () => {
    const user = oidcUser(issuer(), { id: issuer().idToken('erin'), refresh: 'never used' });
    const home = await newHome(fleet!, { clusters: many(3, user) });
    const { result, asked } = await meanwhile(() =>
      seen(async () => expect(await home.mc(get)).toMatchObject({ code: 0, stderr: '' })),
    );
    expect([result, asked]).toEqual([['oidc:erin'], []]);
  });

  it('an ID token that has ended is refreshed once for many clusters of each identity', async () => {
    const [erin, frank] = ['erin', 'frank'].map((sub) =>
      oidcUser(issuer(), { id: issuer().idToken(sub, -60), refresh: issuer().refreshToken(sub) }),
    );
    const home = await newHome(fleet!, {
      clusters: [...many(30, erin!), ...clusters([frank!])].map((one, at) => ({ ...one, name: `c${at}` })),
    });
    await unchanged(home, async () => {
      const { result, asked } = await meanwhile(() =>
        seen(async () => {
          const ended = await home.mc(get);
          expect([ended.code, ended.stderr, resultOf(ended.stdout).summary.successful]).toEqual([0, '', 31]);
          nothingTold(ended);
        }),
      );
      expect(result).toEqual(['oidc:erin', 'oidc:frank']);
      expect(asked.filter((path) => path === '/token')).toHaveLength(2);
    });
  });

  it('without any ID token the refresh token is enough', async () => {
    const user = oidcUser(issuer(), { refresh: issuer().refreshToken('erin') });
    const home = await newHome(fleet!, { clusters: many(2, user) });
    expect(await seen(async () => expect(await home.mc(get)).toMatchObject({ code: 0 }))).toEqual(['oidc:erin']);
  });

  it('an ID token that the server does not take is refreshed once, and not again', async () => {
    // Its time is not over, but its signature is another's.
    const forged = () =>
      `${issuer().idToken('erin').split('.').slice(0, 2).join('.')}.${Buffer.alloc(256, 7).toString('base64url')}`;
    const good = oidcUser(issuer(), { id: forged(), refresh: issuer().refreshToken('erin') });
    const home = await newHome(fleet!, { clusters: many(10, good) });
    const { result, asked } = await meanwhile(() => home.mc(get));
    expect([result.code, asked.filter((path) => path === '/token').length]).toEqual([0, 1]);

    const bad = oidcUser(issuer(), { id: forged() });
    const hopeless = await newHome(fleet!, { clusters: many(10, bad) });
    const { result: refused, asked: none } = await meanwhile(() => hopeless.mc(get));
    expect([refused.code, none]).toEqual([1, []]);
    expect(new Set(Object.values(resultOf(refused.stdout).summary.errors))).toEqual(new Set(['Unauthorized']));
  });

  it('a refresh that fails is the failure of its clusters, with the reason and the way out', async () => {
    const id = issuer().idToken('erin', -60);
    const secret = 'refresh-of-nobody-0123456789';
    const otherCA = Buffer.from(fleet!.members.A.ca).toString('base64');
    const home = await newHome(fleet!, {
      clusters: clusters([
        oidcUser(issuer(), { id: issuer().idToken('erin') }),
        oidcUser(issuer(), { id, refresh: secret }),
        oidcUser(issuer(), { id }),
        oidcUser(issuer(), { id, refresh: issuer().refreshToken('erin'), 'client-secret': 'wrong' }),
        oidcUser(issuer(), { id, refresh: issuer().refreshToken('erin'), 'idp-certificate-authority-data': otherCA }),
        oidcUser(issuer(), { id, refresh: issuer().refreshToken('erin'), 'idp-issuer-url': 'https://127.0.0.1:9' }),
        oidcUser(issuer(), {
          id,
          refresh: issuer().refreshToken('erin'),
          'idp-issuer-url': issuer().url.replace('https', 'http'),
        }),
      ]),
    });
    const ended = await home.mc([...get, '-v=9']);
    const errors = errorsOf(ended.stdout);
    const message = (name: string, why: string) =>
      `the ID token of the oidc auth provider for context "ctx-${name}" has expired or is missing, and ${why}`;
    const url = issuer().url;
    expect(ended.code).toBe(3);
    expect(Object.fromEntries(Object.entries(errors).map(([name, error]) => [name, error.message]))).toEqual({
      c01: message('c01', `${url} did not refresh it: invalid_grant`),
      c02: message('c02', 'there is no refresh-token'),
      c03: message('c03', `${url} did not refresh it: invalid_client`),
      c04: expect.stringMatching(
        /did not refresh it: the certificate of 127\.0\.0\.1:\d+ is (not )?signed by .* authority/,
      ),
      c05: message('c05', 'https://127.0.0.1:9 did not refresh it: 127.0.0.1:9 refused the connection'),
      c06: expect.stringContaining(
        `${url.replace('https', 'http')} did not refresh it: only requests to HTTPS are allowed`,
      ),
    });
    expect(new Set(Object.values(errors).map(({ type, reason }) => `${type} ${reason}`))).toEqual(
      new Set(['Unauthorized OIDC']),
    );
    expect(ended.stderr).toContain('log in again with the tool that wrote users[].user.auth-provider');
    nothingTold(ended);
    expect(ended.stdout + ended.stderr).not.toContain(secret);
  });

  it('an issuer that says nothing holds nobody up longer than auth.timeout', async () => {
    const mute = await openMute();
    const silent = oidcUser(issuer(), {
      refresh: issuer().refreshToken('erin'),
      'idp-issuer-url': `https://127.0.0.1:${mute.port}`,
    });
    try {
      const home = await newHome(fleet!, {
        clusters: clusters([oidcUser(issuer(), { id: issuer().idToken('erin') }), silent]),
        config: { auth: { timeout: '5s' } },
      });
      const ended = await home.mc(get);
      expect([ended.code, Object.keys(errorsOf(ended.stdout)), mute.connections()]).toEqual([3, ['c01'], 1]);
      expect(errorsOf(ended.stdout)['c01']?.message).toContain(
        `https://127.0.0.1:${mute.port} did not refresh it: it did not answer in time`,
      );
    } finally {
      // Nobody reads its sockets, so it does not see their end either.
      void mute.close();
    }
  });

  it('a refresh token that is replaced is kept for the run, told about, and not written down', async () => {
    const token = issuer().refreshToken('erin', 'once');
    const home = await newHome(fleet!, { clusters: many(5, oidcUser(issuer(), { refresh: token })) });
    await unchanged(home, async () => {
      const ended = await home.mc(get);
      expect(ended.code).toBe(0);
      expect(ended.stderr).toContain(`note: ${issuer().url} replaced the refresh token of `);
      nothingTold(ended);
    });
  });
});
