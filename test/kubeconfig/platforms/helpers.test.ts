import { expect, test } from 'vitest';
import { helperArgv, platforms, providerOf } from '../../../src/kubeconfig/platforms/registry.ts';

const tmp = '/t/k';
const settings = { tmp, context: 'c' };
const uuid = '11111111-2222-3333-4444-555555555555';

test.each<readonly [string, Parameters<typeof helperArgv>, string]>([
  ['a name that is a flag', ['eks', { name: '--profile', region: 'us-east-1' }, settings], 'name'],
  ['a name with a space', ['eks', { name: 'a b', region: 'us-east-1' }, settings], 'name'],
  ['a name with a line break', ['eks', { name: 'a\n', region: 'us-east-1' }, settings], 'name'],
  ['a name of 101 characters', ['eks', { name: 'a'.repeat(101), region: 'us-east-1' }, settings], 'name'],
  ['a region with more behind it', ['eks', { name: 'a', region: 'us-east-1 --x' }, settings], 'region'],
  ['a region that is a URL', ['eks', { name: 'a', region: 'https://x' }, settings], 'region'],
  ['a location that is a file', ['gke', { name: 'a', location: '@/x', project: 'my-project-1' }, settings], 'location'],
  ['a project in capitals', ['gke', { name: 'a', location: 'us-west4', project: 'My-Project' }, settings], 'project'],
  [
    'a subscription by name',
    ['aks', { name: 'a', resourceGroup: 'r', subscription: 'prod' }, settings],
    'subscription',
  ],
  ['a context that is a flag', ['eks', { name: 'a', region: 'us-east-1' }, { tmp, context: '--x' }], 'context'],
  ['a profile that is a file', ['eks', { name: 'a', region: 'us-east-1' }, { tmp, profile: '@x' }], 'profile'],
  [
    'a context for cmd.exe',
    ['eks', { name: 'a', region: 'us-east-1' }, { tmp, context: 'a&b', platform: 'win32' }],
    'context',
  ],
  [
    'an hour too short',
    ['ack', { clusterId: `c${'1'.repeat(32)}` }, { tmp, temporaryMinutes: 14 }],
    'temporaryMinutes',
  ],
])('%s is refused', (_, args, detail) => {
  expect(() => helperArgv(...args)).toThrow(
    expect.objectContaining({ detail, error: expect.objectContaining({ reason: 'E-HELPER-VALUE' }) }),
  );
});

test.each<readonly [Parameters<typeof helperArgv>, readonly string[]]>([
  [
    ['eks', { name: 'a', region: 'cn-north-1' }, { ...settings, profile: 'work' }],
    [
      'aws',
      'eks',
      'update-kubeconfig',
      '--name',
      'a',
      '--region',
      'cn-north-1',
      '--kubeconfig',
      tmp,
      '--alias',
      'c',
      '--profile',
      'work',
    ],
  ],
  [
    ['aks', { name: 'a', resourceGroup: 'r', subscription: '' }, settings],
    [
      'az',
      'aks',
      'get-credentials',
      '--name',
      'a',
      '--resource-group',
      'r',
      '--context',
      'c',
      '--file',
      tmp,
      '--only-show-errors',
    ],
  ],
  [
    ['ack', { clusterId: `c${'1'.repeat(32)}` }, { tmp, privateIpAddress: true }],
    [
      'aliyun',
      'cs',
      'DescribeClusterUserKubeconfig',
      '--ClusterId',
      `c${'1'.repeat(32)}`,
      '--PrivateIpAddress',
      'true',
    ],
  ],
])('optional parts', (args, argv) => {
  expect(helperArgv(...args).argv).toEqual(argv);
});

test('messages name the fact, never the value', () => {
  expect(() => helperArgv('eks', { name: 'a' }, settings)).toThrow('Cloud metadata not available (region)');
  expect(() => helperArgv('aks', { name: '$(x)', resourceGroup: 'r', subscription: uuid }, settings)).toThrow(
    'the hub\'s value for "name" is not a valid AKS cluster name; set up this context by hand',
  );
});

test.each([
  ['aws', 'aws', 'Unable to locate credentials. You can configure credentials by running "aws configure".'],
  ['aws', 'aws', 'Error when retrieving token from sso: Token has expired and refresh failed'],
  ['gcp', 'google', 'ERROR: (gcloud.container.clusters.get-credentials) Reauthentication required.'],
  ['gcp', 'gke', 'You do not currently have an active account selected.'],
  ['azure', 'aks', "Please run 'az login' to setup account."],
  ['azure', 'Azure', 'AADSTS70043: The refresh token has expired'],
  ['ali', 'alibaba', 'ERROR: load configuration failed. Did you run `aliyun configure`?'],
] as const)('%s says that nobody is logged in', (provider, spelling, stderr) => {
  expect(providerOf(spelling)).toBe(provider);
  expect(platforms[provider].notLoggedIn.test(stderr)).toBe(true);
  expect(platforms[provider].notLoggedIn.test('ResourceNotFoundException: No cluster found for name: prod')).toBe(
    false,
  );
});

test.each([undefined, '', 'on-prem', '__proto__', 'constructor'])('%j is no cloud', (word) => {
  expect(providerOf(word)).toBeUndefined();
});
