import { describe, expect, it } from 'vitest';
import type { FleetDescription, ServerDescription } from './fleet.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import type { Login, Place, UserName } from './users.ts';

const server = (name: Place, port: number): ServerDescription => ({
  name,
  url: `https://127.0.0.1:${port}`,
  ca: `CA of ${name}`,
  version: 'v1.36.3',
  adminKubeconfig: '',
});

const fleet: FleetDescription = {
  kind: 'envtest',
  dir: '/nowhere',
  kubectl: 'kubectl',
  hub: server('hub', 1),
  members: { A: server('A', 2), B: server('B', 3), C: server('C', 4) },
  users: {
    alice: { name: 'alice', clientCertificate: 'cert', clientKey: 'key' },
    bob: { name: 'bob', token: 't' },
    dave: { name: 'dave', token: 't', tokenFile: '/token' },
  } as Partial<Record<UserName, Login>> as Record<UserName, Login>,
};

describe('kubeconfigs over the fleet', () => {
  it('name one cluster per context and every user once', () => {
    const config = kubeconfigOf(fleet, {
      hub: true,
      clusters: [
        { name: 'a1', server: 'A', namespace: 'team-a' },
        { name: 'a2', server: 'A', user: 'bob' },
      ],
    });
    expect(config).toMatchObject({
      'current-context': 'hub',
      contexts: [
        { name: 'hub', context: { cluster: 'hub', user: 'alice' } },
        { name: 'a1', context: { cluster: 'a1', user: 'alice', namespace: 'team-a' } },
        { name: 'a2', context: { cluster: 'a2', user: 'bob' } },
      ],
    });
    expect(config['users']).toHaveLength(2);
  });

  it.each([
    [
      'another port',
      { server: 'A', port: 99 },
      { server: 'https://127.0.0.1:99', 'certificate-authority-data': 'Q0Egb2YgQQ==' },
    ],
    [
      'a proxy with A behind it',
      { server: 'https://proxy:8443/x', caOf: 'A' },
      { server: 'https://proxy:8443/x', 'certificate-authority-data': 'Q0Egb2YgQQ==' },
    ],
    [
      'a wrong CA',
      { server: 'A', caOverride: 'x' },
      { server: 'https://127.0.0.1:2', 'certificate-authority-data': 'eA==' },
    ],
    ['no CA', { server: 'A', caOverride: null }, { server: 'https://127.0.0.1:2' }],
    [
      'an HTTP proxy',
      { server: 'A', caOverride: null, proxyUrl: 'http://p:1' },
      { server: 'https://127.0.0.1:2', 'proxy-url': 'http://p:1' },
    ],
    ['no checks', { server: 'A', insecure: true }, { server: 'https://127.0.0.1:2', 'insecure-skip-tls-verify': true }],
  ] as const)('point a context at %s', (_, context, cluster) => {
    const config = kubeconfigOf(fleet, { clusters: [{ name: 'a', ...context }] });
    expect(config['clusters']).toEqual([{ name: 'a', cluster }]);
  });

  it.each([
    ['dave', { tokenFile: '/token' }],
    ['bob', { token: 't' }],
    [{ exec: { command: 'x' } }, { exec: { command: 'x' } }],
  ] as const)('log in as %j', (user, entry) => {
    const config = kubeconfigOf(fleet, { clusters: [{ name: 'a', server: 'A', user }], currentContext: null });
    expect(config['users']).toMatchObject([{ user: entry }]);
    expect(config).not.toHaveProperty('current-context');
  });
});
