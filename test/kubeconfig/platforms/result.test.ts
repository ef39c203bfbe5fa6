import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { platforms } from '../../../src/kubeconfig/platforms/registry.ts';
import { needsConversion, readFetched } from '../../../src/kubeconfig/platforms/result.ts';

const exec = {
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'aws',
  args: ['--region', 'us-east-1', 'eks', 'get-token', '--cluster-name', 'prod', '--output', 'json'],
  env: [{ name: 'AWS_PROFILE', value: 'work' }],
};
const cluster = { server: 'https://x.eks.amazonaws.com', 'certificate-authority-data': 'Q0E=' };
const written = (user: unknown, more: object = {}, one: object = cluster) => ({
  apiVersion: 'v1',
  kind: 'Config',
  preferences: {},
  'current-context': 'prod',
  clusters: [{ name: 'arn', cluster: one }],
  users: [{ name: 'arn', user }],
  contexts: [{ name: 'prod', context: { cluster: 'arn', user: 'arn' } }],
  ...more,
});

test('what the tools write is taken over as it is', async () => {
  expect(await readFetched(stringify(written({ exec })), platforms.aws)).toEqual({
    context: 'prod',
    cluster: { name: 'arn', fields: cluster },
    user: { name: 'arn', fields: { exec } },
  });
  const certificate = { 'client-certificate-data': 'Q0U=', 'client-key-data': 'S0U=', token: 't' };
  expect((await readFetched(stringify(written(certificate)), platforms.azure)).user.fields).toEqual(certificate);
  const plugin = {
    ...exec,
    command: '/usr/lib/gke-gcloud-auth-plugin',
    env: null,
    installHint: 'x',
    provideClusterInfo: true,
  };
  expect((await readFetched(JSON.stringify(written({ exec: plugin })), platforms.gcp)).user.fields).toEqual({
    exec: plugin,
  });
});

describe('anything else is refused without a word of its contents', () => {
  const secret = 'S3CRET';
  test.each<readonly [string, unknown, string]>([
    ['no YAML', '[', 'cannot be read'],
    ['nothing', '', 'has no contents'],
    ['another program', written({ exec: { ...exec, command: 'sh' } }), 'runs another program'],
    ['a program in a folder', written({ exec: { ...exec, command: '/tmp/aws.sh' } }), 'runs another program'],
    ['a variable', written({ exec: { ...exec, env: [{ name: 'LD_PRELOAD', value: secret }] } }), 'sets a variable'],
    ['a strange field of exec', written({ exec: { ...exec, stdin: secret } }), 'unexpected field "stdin"'],
    ['a token file', written({ tokenFile: `/${secret}` }), 'unexpected field "tokenFile"'],
    ['a password', written({ username: 'a', password: secret }), 'unexpected field "username"'],
    ['an old login', written({ 'auth-provider': { name: 'azure' } }), 'unexpected field "auth-provider"'],
    ['no verification', written({}, {}, { ...cluster, 'insecure-skip-tls-verify': true }), 'insecure-skip-tls-verify'],
    ['a CA file', written({}, {}, { ...cluster, 'certificate-authority': secret }), 'certificate-authority'],
    ['no server', written({}, {}, { 'certificate-authority-data': secret }), 'names no server'],
    [
      'two users',
      written(
        {},
        {
          users: [
            { name: 'arn', user: {} },
            { name: 'b', user: {} },
          ],
        },
      ),
      'exactly one user',
    ],
    ['no context', written({}, { contexts: [] }), 'has no context entry'],
    ['other names', written({}, { contexts: [{ name: 'c', context: { cluster: 'x', user: 'arn' } }] }), 'joins other'],
    ['something new', written({}, { plugins: [secret] }), 'unexpected field "plugins"'],
  ])('%s', async (_, content, message) => {
    const text = typeof content === 'string' ? content : stringify(content);
    const error = await readFetched(text, platforms.aws).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ exitCode: 1, message: expect.stringContaining(message) });
    expect(String(error)).not.toContain(secret);
  });
});

test('an old login of az is known', async () => {
  expect(await needsConversion(stringify(written({ 'auth-provider': { name: 'azure' } })))).toBe(true);
  expect(await needsConversion(stringify(written({ exec })))).toBe(false);
  expect(await needsConversion('[')).toBe(false);
});
