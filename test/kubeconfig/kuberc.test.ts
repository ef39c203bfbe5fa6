import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPluginPolicy } from '../../src/kubeconfig/kuberc.ts';
import { kubercFile } from '../../src/kubeconfig/kubercfile.ts';
import type { Host } from '../../src/system/host.ts';

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kubectl-mc-kuberc-'));
  await mkdir(join(dir, '.kube'));
  file = join(dir, '.kube', 'kuberc');
});
afterAll(() => rm(dir, { recursive: true }));

const host = (env: Record<string, string> = {}): Host => ({
  env,
  home: '/home/u',
  cwd: '/cwd',
  platform: 'linux',
  uid: 1,
});
const head = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n';

async function load(text: string, explicit = false) {
  await writeFile(file, text);
  return await loadPluginPolicy({ path: file, explicit });
}

describe('the file', () => {
  test.each<[string, Record<string, string>, string | undefined, object | undefined]>([
    ['is in ~/.kube', {}, undefined, { path: '/home/u/.kube/kuberc', explicit: false }],
    ['is what KUBERC names', { KUBERC: 'mine' }, undefined, { path: '/cwd/mine', explicit: true }],
    ['is the flag’s before KUBERC’s', { KUBERC: '/k' }, '/f', { path: '/f', explicit: true }],
    ['is off', { KUBERC: 'off' }, undefined, undefined],
    ['is gated', { KUBECTL_KUBERC: 'False', KUBERC: '/k' }, undefined, undefined],
  ])('%s', (_, env, flag, expected) => {
    expect(kubercFile(host(env), flag)).toEqual(expected);
  });

  test('cannot be named and switched off', () => {
    expect(() => kubercFile(host({ KUBERC: 'off' }), '/f')).toThrow('KUBERC=off');
  });
});

describe('the policy', () => {
  test.each<[string, string, object | undefined]>([
    ['of an empty file', '', undefined],
    ['of a file with comments', '# nothing\n---\n', undefined],
    ['of preferences without one', `${head}aliases: []\nunknown: 1\n`, undefined],
    ['of an old version', 'apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\n', undefined],
    ['', `${head}credentialPluginPolicy: DenyAll\n`, { policy: 'DenyAll', allowlist: null }],
    [
      'with its list',
      `${head}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- command: aws\n- name: /usr/bin/kubelogin\n`,
      { policy: 'Allowlist', allowlist: [{ command: 'aws' }, { command: '/usr/bin/kubelogin' }] },
    ],
    ['that is misspelt is kept: it opens nothing', `${head}credentialPluginPolicy: denyall\n`, { policy: 'denyall' }],
    [
      'that has a list only is kept: it opens nothing',
      `${head}credentialPluginAllowlist: []\n`,
      { policy: '', allowlist: [] },
    ],
    [
      'is the first usable document’s',
      `apiVersion: v1\nkind: Other\n---\n${head}credentialPluginPolicy: DenyAll\n---\n${head}credentialPluginPolicy: AllowAll\n`,
      { policy: 'DenyAll' },
    ],
  ])('%s', async (_, text, expected) => {
    const policy = await load(text);
    if (expected === undefined) expect(policy).toBeUndefined();
    else expect(policy).toMatchObject({ source: `kuberc ${file}`, ...expected });
  });

  test.each<[string, string]>([
    ['a: [', ':2:1'],
    ['just text\n', 'no kubectl.config.k8s.io/v1beta1 Preference found in it'],
    ['apiVersion: kubectl.config.k8s.io/v1\nkind: Preference\n', 'no kubectl.config.k8s.io/v1beta1 Preference'],
    [`${head}credentialpluginPolicy: DenyAll\n`, 'unknown field "credentialpluginPolicy"'],
    [`${head}credentialPluginPolicies: DenyAll\n`, 'unknown field "credentialPluginPolicies"'],
    [`${head.replace('beta', 'alpha')}credentialPluginPolicy: DenyAll\n`, 'unknown field "credentialPluginPolicy"'],
    [`${head}credentialPluginPolicy: [DenyAll]\n`, 'credentialPluginPolicy is not a string'],
    [`${head}credentialPluginAllowlist: aws\n`, 'credentialPluginAllowlist is not a list'],
    [`${head}credentialPluginAllowlist: [aws]\n`, 'an entry of credentialPluginAllowlist is not an object'],
    [`${head}credentialPluginAllowlist: [{comand: aws}]\n`, 'unknown field "comand"'],
    [`${head}credentialPluginAllowlist: [{name: a, command: b}]\n`, 'both `Name` and `Command` were supplied'],
    [`${head}credentialPluginPolicy: DenyAll\ncredentialPluginPolicy: AllowAll\n`, 'duplicate'],
  ])('fails closed: %j', async (text, why) => {
    const error = await load(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ error: { type: 'ExecPlugin' } });
    const { message } = error as Error;
    expect(message).toContain(`kuberc: cannot read credential plugin policy from ${file}: `);
    expect(message).toMatch(/; fix the file or set KUBERC=off$/);
    if (!why.startsWith(':')) expect(message).toContain(why);
  });

  test('a missing file matters only where somebody named it, one that cannot be read always', async () => {
    const path = join(dir, 'missing');
    expect(await loadPluginPolicy({ path, explicit: false })).toBeUndefined();
    await expect(loadPluginPolicy({ path, explicit: true })).rejects.toThrow('no such file or directory');
    await expect(loadPluginPolicy({ path: dir, explicit: false })).rejects.toThrow('is a directory');
    if (process.geteuid?.() === 0) return;
    await load(head);
    await chmod(file, 0o000);
    await expect(loadPluginPolicy({ path: file, explicit: false })).rejects.toThrow('permission denied');
  });
});
