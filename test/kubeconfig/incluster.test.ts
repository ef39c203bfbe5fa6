import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inClusterConfig } from '../../src/kubeconfig/incluster.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sa-'));
  for (const name of ['token', 'ca.crt', 'namespace']) writeFileSync(join(dir, name), `${name}\n`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const host = (env: Record<string, string>) => ({ env, home: undefined, cwd: '/', platform: 'linux', uid: 0 });
const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

test('the service account, its token as a file because it is rotated', async () => {
  expect(await inClusterConfig(host(inPod), dir)).toEqual({
    config: {
      server: 'https://10.0.0.1:443',
      tls: { ca: 'ca.crt\n' },
      auth: { tokenFile: join(dir, 'token') },
      origin: 'in-cluster',
    },
    namespace: 'namespace',
  });
});

test('an IPv6 address gets its brackets', async () => {
  const { config } = await inClusterConfig(host({ ...inPod, KUBERNETES_SERVICE_HOST: 'fd00::1' }), dir);
  expect(config.server).toBe('https://[fd00::1]:443');
});

test.each([
  ['KUBERNETES_SERVICE_HOST', {}, undefined, /^not running in a cluster: KUBERNETES_SERVICE_HOST is not set$/],
  ['KUBERNETES_SERVICE_PORT', { KUBERNETES_SERVICE_HOST: 'h' }, undefined, /KUBERNETES_SERVICE_PORT is not set$/],
  ['the token', inPod, 'token', /open .*token: no such file or directory$/],
  ['the CA', inPod, 'ca.crt', /open .*ca\.crt: no such file or directory$/],
])('names what is missing: %s', async (_, env, file, message) => {
  if (file !== undefined) rmSync(join(dir, file));
  await expect(inClusterConfig(host(env), dir)).rejects.toThrow(message);
});
