import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../src/api/cluster.ts';
import type { MappingEntry } from '../../src/api/mapping.ts';
import { rankByName } from '../../src/commands/rank.ts';
import { type CloudFacts, cloudFacts } from '../../src/commands/setup/metadata.ts';
import { commandFor, planSetup } from '../../src/commands/setup/plan.ts';
import { shellCommand } from '../../src/commands/setup/shellquote.ts';

const cluster = (more: Partial<Cluster>): Cluster => ({
  ...{ name: 'c', source: 'hub', ref: { namespace: 'fleet', name: 'c' }, aliases: [], labels: {}, properties: {} },
  ...{ health: { status: 'Unknown' }, joined: null, accessProviders: [], warnings: [] },
  ...more,
});
const entry = (more: Partial<MappingEntry>): MappingEntry => ({
  ...{ file: '/m', line: 1, name: 'c', labels: {}, protected: false, cloud: {}, connection: {} },
  ...more,
});
const provider = (word: string) => ({ 'cloud.provider': word });
const gateway = (server: string) => [{ name: 'google', cluster: { server } }];

describe('what is known about a cluster in its cloud', () => {
  test.each<readonly [string, Partial<Cluster>, Partial<MappingEntry> | undefined, Partial<CloudFacts> | undefined]>([
    ['nothing', { labels: { region: 'us-east-1' } }, undefined, undefined],
    [
      'properties',
      { properties: { ...provider('aws'), 'cloud.cluster-name': 'n', 'cloud.region': 'r' } },
      undefined,
      { helper: 'eks', metadata: { name: 'n', region: 'r' } },
    ],
    [
      'the mapping file before properties',
      { properties: { ...provider('gcp'), 'cloud.cluster-name': 'n', 'cloud.region': 'r' } },
      { cloudProvider: 'aws', region: 'mine', cloud: { clusterName: 'mine' } },
      { helper: 'eks', metadata: { name: 'mine', region: 'mine' } },
    ],
    [
      'labels last',
      { properties: provider('aws'), labels: { region: 'b', 'topology.kubernetes.io/region': 'a' }, displayName: 'D' },
      undefined,
      { metadata: { name: undefined, region: 'a' }, suggestedName: 'D' },
    ],
    [
      'the arguments of the EKS recipe',
      {
        properties: {
          'auth.exec.command': 'aws',
          'auth.exec.args': 'eks,get-token,--cluster-name,prod,--region,eu-west-1',
        },
      },
      undefined,
      { provider: 'aws', metadata: { name: 'prod', region: 'eu-west-1' } },
    ],
    [
      'arguments that the recipe does not know',
      {
        properties: {
          ...provider('aws'),
          'auth.exec.command': 'aws',
          'auth.exec.args': 'eks,get-token,--cluster-name,prod,--region,eu-west-1,--endpoint-url,x',
        },
      },
      undefined,
      { metadata: { name: undefined, region: undefined } },
    ],
    [
      'a Connect Gateway address',
      {
        accessProviders: gateway(
          'https://us-west4-connectgateway.googleapis.com/v1/projects/123/locations/us-west4/gkeMemberships/m',
        ),
      },
      undefined,
      { helper: 'gke-fleet', metadata: { name: 'm', location: 'us-west4', project: '123' } },
    ],
    [
      'an address that only looks like it',
      {
        accessProviders: gateway(
          'https://connectgateway.googleapis.com.evil.example/v1/projects/1/locations/l/gkeMemberships/m',
        ),
      },
      undefined,
      undefined,
    ],
    [
      'GKE by its name, whatever the address',
      {
        properties: { ...provider('google'), 'cloud.cluster-name': 'n', 'cloud.region': 'r', 'cloud.project': 'p' },
        accessProviders: gateway('https://connectgateway.googleapis.com/v1/projects/1/locations/l/gkeMemberships/m'),
      },
      undefined,
      { helper: 'gke', metadata: { name: 'n', location: 'r', project: 'p' } },
    ],
    [
      'AKS',
      { hints: { clusterType: 'aks' }, properties: { 'cloud.resource-group': 'g', 'cloud.subscription': 's' } },
      undefined,
      { helper: 'aks', metadata: { name: undefined, resourceGroup: 'g', subscription: 's' }, suggestedName: 'c' },
    ],
    [
      'ACK, whose id nobody guesses',
      { properties: provider('alibaba') },
      { cloud: { clusterID: 'c1' } },
      { provider: 'ali', helper: 'ack', metadata: { clusterId: 'c1', region: undefined } },
    ],
  ])('%s', (_, known, mapped, expected) => {
    const facts = cloudFacts(cluster(known), mapped && entry(mapped));
    if (expected === undefined) expect(facts).toBeUndefined();
    else expect(facts).toMatchObject(expected);
    if (expected?.helper === 'ack') expect(facts?.suggestedName).toBeUndefined();
  });

  test('a wrong fact of the mapping file is not put down to the hub', () => {
    const mapped = entry({ cloudProvider: 'aws', region: 'moon', cloud: { clusterName: 'n' } });
    const target = { cluster: cluster({}), entry: mapped, access: access('E-NO-ACCESS') };
    const [missing] = planSetup([target], undefined).missing;
    expect(() => commandFor(missing!, { tmp: '/t' })).toThrow(
      'the mapping file\'s value for "region" is not a valid AWS region',
    );
  });
});

function access(code: string) {
  return {
    kind: 'ended' as const,
    outcome: { kind: 'skipped' as const, reason: { kind: 'no-access' as const, message: 'm', code } },
  };
}

test('the plan leaves alone what has a way in, what is not joined, and other clouds', () => {
  const config = { server: 'https://x', tls: {}, auth: {} };
  const targets = [
    { cluster: cluster({ name: 'in' }), access: { kind: 'config' as const, config, namespace: 'default' } },
    { cluster: cluster({ name: 'aws', properties: provider('aws') }), access: access('E-NO-ACCESS') },
    { cluster: cluster({ name: 'gcp', properties: provider('gcp') }), access: access('E-NO-ACCESS') },
    { cluster: cluster({ name: 'bare' }), access: access('E-NO-ACCESS') },
    { cluster: cluster({ name: 'out' }), access: access('Joined') },
  ];
  const names = (list: readonly { readonly cluster: Cluster }[]) => list.map((one) => one.cluster.name);
  const all = planSetup(targets, undefined);
  expect([names(all.ready), names(all.missing.map(({ target }) => target)), names(all.others)]).toEqual([
    ['in'],
    ['aws', 'gcp', 'bare'],
    ['out'],
  ]);
  expect(names(planSetup(targets, 'aws').missing.map(({ target }) => target))).toEqual(['aws']);
});

test.each([
  ['team-b/prod', 'team-b/prod'],
  ['--x', 'x'],
  ['@/etc/passwd', 'etc/passwd'],
  ['a b;c', 'a-b-c'],
  ['…', 'cluster'],
])('the context of cluster %j is %j', (name, context) => {
  const [missing] = planSetup([{ cluster: cluster({ name }), access: access('E-NO-ACCESS') }], undefined).missing;
  expect(missing?.context).toBe(context);
});

test('a shell reads back what is printed for it', () => {
  const argv = ['printf', '%s|', 'plain', 'two words', "it's", '$HOME `id`', '', '*', 'a\nb', '\\', '"'];
  const printed = shellCommand(argv, { EMPTY: '', SPACE: 'a b' });
  expect(execFileSync('sh', ['-c', printed], { encoding: 'utf8' })).toBe(`${argv.slice(2).join('|')}|`);
  expect(printed.startsWith("EMPTY='' SPACE='a b' printf %s")).toBe(false);
  expect(shellCommand(['env'], { A: '1', B: 'x y' })).toBe("A=1 B='x y' env");
});

test.each<readonly [string, readonly string[]]>([
  ['prod-us', ['prod-us', 'arn:aws:eks:us-east-1:1:cluster/prod-us', 'my-prod-us-1', 'us-prod', 'prod-eu', 'dev']],
  ['stage', ['stage', 'gke_p_l_stage', 'staging', 'prod']],
])('contexts for %s, best first', (wanted, order) => {
  expect(rankByName(wanted, order.toReversed())).toEqual(order);
});
