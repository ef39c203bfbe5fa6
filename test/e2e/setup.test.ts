import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../../hack/bundle.ts';
import { attachFleet } from '../fleet/attach.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ProfileRequest } from '../fleet/profiles.ts';
import { type CloudTool, type FakeClouds, fakeClouds } from './clouds.ts';
import { type Home, newHome } from './home.ts';
import { hasTmux, openTerminal, type Terminal } from './terminal.ts';

const fleet = attachFleet();
const tmux = await hasTmux();

const ACK = `c${'0123456789abcdef'.repeat(2)}`;

/** One per cloud, one that only its display name tells, one that no cloud knows. */
const profiles: Readonly<Record<string, Partial<ProfileRequest>>> = {
  eks: { properties: { 'cloud.provider': 'aws', 'cloud.cluster-name': 'production', 'cloud.region': 'us-east-1' } },
  gke: {
    properties: {
      'cloud.provider': 'gcp',
      'cloud.cluster-name': 'prod',
      'cloud.region': 'europe-west1',
      'cloud.project': 'my-project-1',
    },
  },
  aks: { properties: { 'cluster.type': 'aks', 'cloud.cluster-name': 'prod', 'cloud.resource-group': 'rg-1' } },
  ack: { properties: { 'cloud.provider': 'alibaba', 'cloud.cluster-id': ACK } },
  guess: {
    displayName: 'the-guess',
    properties: { 'cloud.provider': 'aws' },
    labels: { 'topology.kubernetes.io/region': 'eu-west-1' },
  },
  onprem: {},
};

const MAPPING = `# clusters of ours
apiVersion: kubectl-mc.k8s.io/v1alpha1
kind: ClusterMapping
groups: {prod: ["*"]}   # everything
# in this order
clusters: []
`;

interface World {
  readonly home: Home;
  readonly clouds: FakeClouds;
  /** The files that belong to the user, with their contents. */
  files(): Promise<Readonly<Record<string, string>>>;
}

async function newWorld(on: Fleet, hub: string, tools: readonly CloudTool[]): Promise<World> {
  const home = await newHome(on, {
    hub,
    clusters: [
      ...Object.entries(profiles).map(([name, profile]) => ({
        name,
        server: 'A' as const,
        mapping: false as const,
        profile,
        context: { name: `unused-${name}` },
      })),
      { name: 'c-onprem', server: 'B', mapping: false, profile: false, context: { name: 'admin@onprem' } },
    ],
  });
  await writeFile(home.kubeconfig, `# by hand\n${await readFile(home.kubeconfig, 'utf8')}`, { mode: 0o600 });
  await writeFile(home.mappingFile, MAPPING);
  const clouds = await fakeClouds(on, home, tools);
  return {
    home,
    clouds,
    async files() {
      const dir = join(home.dir, '.kube');
      const names = (await readdir(dir)).filter((name) => name !== 'cache');
      return Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name), 'utf8')])),
      );
    },
  };
}

const all: readonly CloudTool[] = ['aws', 'gcloud', 'az', 'aliyun'];

/** Every question of a run without aliyun, what it says, and what is answered. */
const questions: readonly { readonly shows: RegExp; readonly answer: (terminal: Terminal) => Promise<void> }[] = [
  { shows: /AWS calls cluster guess\. Is it "the-guess"\? \[NO\/yes\]$/m, answer: (on) => on.answer('y') },
  { shows: /AWS: credentials for 2 clusters[\s\S]*Run them\? \[YES\/no\/each\]$/m, answer: (on) => on.answer('') },
  { shows: /Google Cloud: credentials[\s\S]*Run it\? \[YES\/no\]$/m, answer: (on) => on.answer('') },
  { shows: /Azure: credentials[\s\S]*Run it\? \[YES\/no\]$/m, answer: (on) => on.answer('yes') },
  {
    shows: /Context of cluster ack \(type to search[\s\S]*> unused-ack/,
    async answer(on) {
      await on.press('-l', 'zzz');
      await on.shows(/search: zzz\s+no match/);
      await on.press('Enter');
    },
  },
  {
    shows: /Context of cluster onprem \(type to search[\s\S]*> admin@onprem/,
    async answer(on) {
      await on.press('Enter');
    },
  },
];

describe.skipIf(!fleet?.description.clientCA)('setup', () => {
  beforeAll(async () => {
    await ensureBuilt();
  });

  it('--dry-run prints the commands for a shell and touches nothing', async () => {
    const { home, clouds, files } = await newWorld(fleet!, 'setup-dry', all);
    const before = await files();
    const ended = await home.mc(['setup', '--dry-run'], { env: { PATH: clouds.path } });
    expect(
      ended.stdout
        .replaceAll(/\/\S*kubectl-mc-setup-\S+/g, 'TMP')
        .split('\n')
        .filter(Boolean),
    ).toEqual([
      `aliyun cs DescribeClusterUserKubeconfig --ClusterId ${ACK}`,
      'az aks get-credentials --name prod --resource-group rg-1 --context aks --file TMP --only-show-errors',
      "AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off aws eks update-kubeconfig --name production --region us-east-1 --kubeconfig TMP --alias eks",
      'KUBECONFIG=TMP CLOUDSDK_CORE_DISABLE_PROMPTS=1 gcloud container clusters get-credentials prod --location=europe-west1 --project=my-project-1 --quiet',
    ]);
    expect(ended.stderr).toBe('Cloud metadata not available for guess\nCloud metadata not available for onprem\n');
    expect([ended.code, await clouds.calls(), await files()]).toEqual([0, [], before]);
  });

  it('--non-interactive asks nothing, confirms no guess and says what is missing in the known words', async () => {
    const { home, clouds } = await newWorld(fleet!, 'setup-batch', ['aws', 'gcloud', 'aliyun']);
    await clouds.replace(
      'aws',
      'echo "Unable to locate credentials. You can configure them by running aws configure." >&2; exit 255',
    );
    const ended = await home.mc(['setup', '--non-interactive', '--yes'], { env: { PATH: clouds.path } });
    expect(ended.stderr.split('\n')).toEqual(
      expect.arrayContaining([
        "Warning: Not authenticated to AWS. Run 'aws configure' or set up manually.",
        'Warning: Azure CLI not found. Install it or configure context manually.',
        'Cloud metadata not available for guess',
        'Cloud metadata not available for onprem',
      ]),
    );
    expect(await clouds.calls()).toEqual([
      'aws eks update-kubeconfig --name production --region us-east-1 --kubeconfig TMP --alias eks',
      'gcloud container clusters get-credentials prod --location=europe-west1 --project=my-project-1 --quiet',
      `aliyun cs DescribeClusterUserKubeconfig --ClusterId ${ACK}`,
    ]);
    const mapping = parse(await readFile(home.mappingFile, 'utf8')) as { clusters: unknown };
    expect(mapping.clusters).toEqual([
      { name: 'gke', context: 'gke_my-project-1_europe-west1_prod', cloudProvider: 'gcp', region: 'europe-west1' },
      { name: 'ack', context: 'ack', cloudProvider: 'ali' },
    ]);
    expect(ended.stdout).toMatch(/gke +│ gke_my-project-1_europe-west1_prod +│ fetched \(gcp\) +│ ✓ v1\./);
    expect(ended.stdout).toMatch(/ack +│ ack +│ fetched \(ali\) +│ ✓ v1\./);
    expect([ended.code, ended.stderr.includes('4 of 6 clusters are left out')]).toEqual([0, true]);
  });

  it('needs somebody to ask, or to be told that there is nobody', async () => {
    const { home, files } = await newWorld(fleet!, 'setup-nobody', []);
    const before = await files();
    const ended = await home.mc(['setup']);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('add --non-interactive') });
    expect(await files()).toEqual(before);
  });

  it('what a hub says never becomes a flag, and what a tool writes is looked at', async () => {
    const { home, clouds, files } = await newWorld(fleet!, 'setup-evil', all);
    const evil = await newHome(fleet!, {
      hub: 'setup-evil-hub',
      clusters: [
        {
          name: 'a',
          server: 'A',
          mapping: false,
          profile: {
            properties: {
              'cloud.provider': 'aws',
              'cloud.cluster-name': '--kubeconfig=/x',
              'cloud.region': 'us-east-1',
            },
          },
        },
        {
          name: 'b',
          server: 'A',
          mapping: false,
          profile: {
            properties: { 'cluster.type': 'aks', 'cloud.cluster-name': '@/etc/passwd', 'cloud.resource-group': 'rg' },
          },
        },
      ],
    });
    const refused = await evil.mc(['setup', '--yes', '--non-interactive'], { env: { PATH: clouds.path } });
    expect(refused.stderr).toContain(
      'Warning: a: the hub\'s value for "name" is not a valid EKS cluster name; set up this context by hand',
    );
    expect(refused.stderr).toContain('Warning: b: the hub\'s value for "name" is not a valid AKS cluster name');
    expect(await clouds.calls()).toEqual([]);

    const moved = await newHome(fleet!, {
      hub: 'setup-moved-hub',
      clusters: [
        {
          name: 'eks',
          server: 'A',
          mapping: false,
          profile: {
            ...profiles['eks'],
            accessProviders: [{ name: 'corp', cluster: { server: 'https://other.example:6443' } }],
          },
        },
      ],
    });
    const differs = await moved.mc(['setup', '--yes', '--non-interactive'], { env: { PATH: clouds.path } });
    expect(differs.stderr).toMatch(
      /Warning: eks: the hub says its server is https:\/\/other\.example:6443, but the cloud says https:\/\/127/,
    );
    expect((await readFile(moved.kubeconfig, 'utf8')).includes('kubernetes')).toBe(false);

    const before = await files();
    const script = `for a; do [ "$p" = --kubeconfig ] && file=$a; p=$a; done
sed 's/^    user:$/    user:\\n      exec: {command: sh, apiVersion: client.authentication.k8s.io\\/v1}/;s/CONTEXT/eks/' "$DATA/A.yaml" > "$file"`;
    await clouds.replace('aws', script);
    const ended = await home.mc(['setup', '--provider=aws', '--non-interactive'], { env: { PATH: clouds.path } });
    expect(ended.stderr).toContain(
      'Warning: eks: aws wrote a kubeconfig that runs another program than the plugin of its cloud',
    );
    expect(await files()).toEqual(before);
  });

  describe.skipIf(!tmux)('in a terminal', () => {
    it('fetches, asks, writes, tests; the next one goes on', async () => {
      const { home, clouds, files } = await newWorld(fleet!, 'setup-tty', ['aws', 'gcloud', 'az']);
      const before = await files();
      const first = await openTerminal(home, ['setup'], { PATH: clouds.path });
      try {
        for (const { shows, answer } of questions) {
          await first.shows(shows);
          await answer(first);
        }
        expect(await first.ended()).toBe(0);
        const screen = await first.shows(/EXIT/);
        expect(screen).toContain('Warning: Alibaba Cloud CLI not found. Install it or configure context manually.');
        expect(screen).toContain('Cloud metadata not available for onprem');
        expect(screen).toMatch(/onprem +│ admin@onprem +│ mapped by you +│ ✓ v1\./);
        expect(screen).toMatch(/guess +│ guess +│ fetched \(aws\) +│ ✓ v1\./);
        expect(screen).toMatch(/ack +│ - +│ none/);
      } finally {
        await first.close();
      }
      expect((await clouds.calls()).toSorted()).toEqual([
        'aws eks update-kubeconfig --name production --region us-east-1 --kubeconfig TMP --alias eks',
        'aws eks update-kubeconfig --name the-guess --region eu-west-1 --kubeconfig TMP --alias guess',
        'az aks get-credentials --name prod --resource-group rg-1 --context aks --file TMP --only-show-errors',
        'gcloud container clusters get-credentials prod --location=europe-west1 --project=my-project-1 --quiet',
      ]);
      const after = await files();
      expect(after['kubectl-mc-clusters.yaml']).toBe(
        `${MAPPING.replace('clusters: []\n', 'clusters:\n')}${[
          '- name: eks\n  context: eks\n  cloudProvider: aws\n  region: us-east-1\n',
          '- name: guess\n  context: guess\n  cloudProvider: aws\n  region: eu-west-1\n',
          '- name: gke\n  context: gke_my-project-1_europe-west1_prod\n  cloudProvider: gcp\n  region: europe-west1\n',
          '- name: aks\n  context: aks\n  cloudProvider: azure\n',
          '- name: onprem\n  context: admin@onprem\n',
        ].join('')}`,
      );
      expect(after['kubectl-mc-config.yaml']).toBe(before['kubectl-mc-config.yaml']);
      const backup = Object.keys(after).find((name) => name.startsWith('config.backup-'));
      expect(after[backup ?? '']).toBe(before['config']);
      // Only whole lines were added.
      expect(isSubsequence(before['config']!.split('\n'), after['config']!.split('\n'))).toBe(true);
      const modes = ['config', 'kubectl-mc-clusters.yaml', backup ?? ''].map(
        async (name) => (await stat(join(home.dir, '.kube', name))).mode & 0o777,
      );
      expect(await Promise.all(modes)).toEqual([0o600, 0o600, 0o600]);
      expect(Object.keys(after).sort()).toEqual([...Object.keys(before), backup].sort());
      expect(
        (await home.kubectl(['--context', 'gke_my-project-1_europe-west1_prod', 'get', 'ns', 'team-a'])).code,
      ).toBe(0);

      // With the tool that was missing, the second run is about nothing but the rest.
      await clouds.replace('aliyun', 'cat "$DATA/A.json"');
      const second = await openTerminal(home, ['setup'], { PATH: clouds.path });
      try {
        await second.shows(/Alibaba Cloud: credentials for 1 cluster[\s\S]*Run it\? \[YES\/no\]$/m);
        await second.answer('');
        expect(await second.ended()).toBe(0);
        expect(await second.shows(/EXIT/)).toMatch(/ack +│ ack +│ fetched \(ali\) +│ ✓ v1\./);
      } finally {
        await second.close();
      }
    });

    it('what was chosen by hand before an interruption is offered again', async () => {
      const { home, clouds, files } = await newWorld(fleet!, 'setup-resume', []);
      const before = await files();
      const first = await openTerminal(home, ['setup'], { PATH: clouds.path });
      try {
        await first.shows(/Context of cluster ack \(type/);
        await first.press('Enter');
        await first.shows(/Context of cluster aks \(type/);
        await first.press('C-c');
        expect(await first.ended()).toBe(130);
      } finally {
        await first.close();
      }
      expect(await files()).toEqual(before);
      const second = await openTerminal(home, ['setup'], { PATH: clouds.path, TERM: 'dumb' });
      try {
        await second.shows(/Go on with its answers \(ack = unused-ack\)\? \[YES\/no\]$/m);
        await second.answer('');
        // A terminal that cannot redraw gets numbers.
        for (const name of ['aks', 'eks', 'gke', 'guess', 'onprem']) {
          await second.shows(
            new RegExp(`Context of cluster ${name}\\n  1\\) [\\s\\S]*part of the name \\[1\\]:$`, 'm'),
          );
          await second.answer(name === 'onprem' ? '' : '0');
        }
        expect(await second.ended()).toBe(0);
      } finally {
        await second.close();
      }
      const mapping = parse(await readFile(home.mappingFile, 'utf8')) as { clusters: unknown };
      expect(mapping.clusters).toEqual([
        { name: 'ack', context: 'unused-ack', cloudProvider: 'ali' },
        { name: 'onprem', context: 'admin@onprem' },
      ]);
    });

    it.each(questions.map((_, at) => at))('ended at question %i, every file is as it was', async (at) => {
      const { home, clouds, files } = await newWorld(fleet!, 'setup-ended', ['aws', 'gcloud', 'az']);
      const before = await files();
      const ways: readonly (readonly [number, (on: Terminal) => Promise<void>])[] = [
        [130, (on) => on.press('C-c')],
        [1, (on) => on.press('C-d')],
        [137, (on) => on.kill()],
      ];
      for (const [code, end] of ways) {
        const terminal = await openTerminal(home, ['setup'], { PATH: clouds.path });
        try {
          for (const question of questions.slice(0, at)) {
            await terminal.shows(question.shows);
            await question.answer(terminal);
          }
          await terminal.shows(questions[at]!.shows);
          await end(terminal);
          expect(await terminal.ended()).toBe(code);
        } finally {
          await terminal.close();
        }
        expect(await files()).toEqual(before);
      }
    });
  });
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at += 1;
  return at === part.length;
}
