import { expect } from 'vitest';
import type { Case } from './differential.ts';

/** The last line where a server refused: kubectl has one cluster and does not count. */
const counted = (told: readonly string[]) => [
  ...told,
  'Warning: Failed to query 1/1 clusters. Run with -v for details.',
];

const TYPES = [
  'pods',
  'po',
  'deployments',
  'deploy.apps',
  'deployments.v1.apps',
  'rs',
  'services',
  'svc,deploy',
  'configmaps',
  'secrets',
  'nodes',
  'namespaces',
  'events',
  'events.events.k8s.io',
  'customresourcedefinitions',
  'widgets',
  'wd.v1.example.com',
  'all',
  'apiservices',
  'roles,rolebindings',
  'clusterroles',
  'leases',
  'storageclasses',
];
const PRINTS: readonly (readonly string[])[] = [
  ['-o', 'wide'],
  ['-L', 'app'],
  ['-L', 'app,tier', '--show-labels'],
  ['--show-labels', '-o', 'wide'],
  ['--no-headers'],
  ['--show-kind'],
  ['-o', 'name'],
  ['--server-print=false'],
  ['-o', 'custom-columns=NAME:.metadata.name,APP:.metadata.labels.app,ANN:.metadata.annotations'],
  ['-o', 'jsonpath={.items[*].metadata.name}'],
  ['-o', 'jsonpath={range .items[*]}{.kind}/{.metadata.name}{"\\t"}{.metadata.labels}{"\\n"}{end}'],
  ['--sort-by={.metadata.uid}', '-o', 'name'],
  ['--chunk-size=1'],
];

/** Files of the home folder that the cases name. */
export const files = {
  'one.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n',
  'two.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app-config, namespace: team-a}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: team-a}\n',
  'dir/node.json': '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team-a"}}',
  'dir/b.yml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-b}\n',
  'dir/readme.txt': 'not a manifest',
  'dir/below/c.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n',
  'list.yaml':
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: team-b}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: default}}\n',
  'unknown.yaml': 'apiVersion: nowhere.example.com/v1\nkind: Gadget\nmetadata: {name: x}\n',
  columns: 'NAME          PHASE\nmetadata.name status.phase\n',
  path: '{.items[*].metadata.name}',
};

const PODS = ['pods', '-n', 'team-a'];
/** What both answer word for word. */
export const CASES: readonly Case[] = [
  ...TYPES.map((type): Case => ({ args: [type, '-n', 'team-a'], ...whereServed(type) })),
  ...['pods', 'deploy,svc', 'nodes', 'widgets', 'all'].map(
    (type): Case => ({ args: [type, '-A'], set: true, ...whereServed(type) }),
  ),
  ...PRINTS.flatMap((print) =>
    ['pods', 'nodes', 'cm,svc', 'widgets', 'all'].map((kind): Case => {
      const args = [kind, '-n', 'team-a', ...print];
      // How it looks is our business and kubectl's; the servers differ in what they send, which two types show.
      return kind === 'pods' || kind === 'all' ? { args } : { args, only: 'A' };
    }),
  ),
  { args: ['pods', '-A', '-o', 'wide', '--show-labels'], set: true },
  { args: ['events', '-A'], set: true },
  { args: ['pods,svc', '-A', '--no-headers'], set: true },
  { args: ['pods'] },
  { args: ['pods', '-n', 'nowhere'] },
  { args: ['pods', '-n', 'nowhere', '--ignore-not-found'] },
  { args: ['pods', '-n', 'nowhere', '-o', 'name'] },
  { args: ['pods', '-n', 'nowhere', '-o', 'custom-columns=N:.metadata.name'] },
  { args: ['pods', '-n', 'nowhere', '-o', 'jsonpath={.items}'] },
  { args: ['pods,svc', '-n', 'nowhere'] },
  { args: ['pv'] },
  // Selectors.
  { args: [...PODS, '-l', 'app=web'] },
  { args: [...PODS, '-l', 'app in (web, api),tier!=backend'] },
  { args: [...PODS, '-l', '!tier'] },
  { args: [...PODS, '--selector', 'tier'] },
  { args: [...PODS, '--field-selector=status.phase=Running'] },
  { args: [...PODS, '--field-selector', 'status.phase!=Running,spec.nodeName!='] },
  { args: ['nodes', '-l', 'node-role.kubernetes.io/control-plane'] },
  ...onA([
    // Sorting.
    { args: [...PODS, '--sort-by=.metadata.name'] },
    { args: [...PODS, '--sort-by=.status.startTime'] },
    { args: [...PODS, '--sort-by={.status.containerStatuses[0].restartCount}'] },
    { args: [...PODS, '--sort-by=.spec.nodeName', '-o', 'wide'] },
    { args: ['svc', '-A', '--sort-by=.spec.clusterIP'] },
    { args: ['pods', '-A', '--sort-by=.metadata.name', '-o', 'name'], set: true },
  ]),
  // Named objects.
  { args: ['svc', 'web', '-n', 'team-a'] },
  { args: ['svc/web', 'deploy/web', '-n', 'team-a'] },
  { args: ['svc', 'web', 'web', '-n', 'team-a'] },
  { args: ['deploy', 'web', '-n', 'team-a', '-o', 'wide', '--show-labels'] },
  { args: ['ns', 'team-b', 'default'] },
  { args: ['ns', 'team-b', '-o', 'name'] },
  { args: ['ns', 'team-b', 'default', '-o', 'name'] },
  { args: ['ns', 'team-b', '-o', 'jsonpath={.metadata.name}'] },
  { args: ['ns', 'team-b', 'default', '-o', 'jsonpath={.items[*].metadata.name}'] },
  { args: ['svc', 'web', '-n', 'team-a', '-o', 'jsonpath={.spec.ports[?(@.port==8080)].targetPort}'] },
  { args: ['svc', 'web', '-n', 'team-a', '-o', 'custom-columns=A:.spec.ports[*].port,B:.spec.nothing'] },
  { args: ['svc', 'web', '-n', 'team-a', '--ignore-not-found'] },
  { args: ['deploy', 'web', '-n', 'team-a', '--subresource=status'] },
  { args: ['deploy', 'web', '-n', 'team-a', '--subresource=scale'] },
  { args: ['deploy', 'web', '-n', 'team-a', '--subresource=status', '-o', 'jsonpath={.status}'] },
  // What is not there.
  { args: ['pods', 'nope', '-n', 'team-a'] },
  { args: ['pods', 'nope', 'neither', '-n', 'team-a'] },
  { args: ['svc', 'web', 'nope', '-n', 'team-a'] },
  { args: ['svc/web', 'pod/nope', '-n', 'team-a'] },
  { args: ['pods', 'nope', '-n', 'team-a', '--ignore-not-found'] },
  { args: ['svc', 'web', 'nope', '-n', 'team-a', '--ignore-not-found'] },
  { args: ['pods', 'nope', '-n', 'team-a', '-o', 'name'] },
  { args: ['pods', 'nope', '-n', 'team-a', '-o', 'jsonpath={.metadata.name}'] },
  { args: ['wd', 'gear', 'nope'], only: 'A' },
  { args: ['pods,svc', 'web', '-n', 'team-a'] },
  { args: ['svc,deploy', 'web', '-n', 'team-a'] },
  { args: ['pod.v2', '-n', 'team-a'] },
  { args: ['pdos'] },
  { args: ['pdos', 'x'] },
  { args: ['pdos.apps'] },
  { args: ['deployments.v9.apps'] },
  // -f
  { args: ['-f', 'one.yaml', '-n', 'team-a'] },
  { args: ['-f', 'two.yaml'] },
  { args: ['-f', 'two.yaml', '-o', 'name'] },
  { args: ['-f', 'one.yaml', '-f', 'two.yaml', '-n', 'team-a'] },
  { args: ['-f', 'dir'] },
  { args: ['-f', 'dir', '-R'] },
  { args: ['-f', 'list.yaml'] },
  { args: ['-f', '-', '-n', 'team-a'], stdin: files['one.yaml'] },
  { args: ['-f', 'one.yaml', '-n', 'team-a', '-o', 'jsonpath={.metadata.name}'] },
  { args: ['-f', 'dir', '-o', 'jsonpath={.items[*].metadata.name}'] },
  { args: ['svc', 'web', 'nope', '-n', 'team-a', '-o', 'jsonpath={.metadata.name}'] },
  { args: ['svc', 'web', 'nope', '-n', 'team-a', '-o', 'jsonpath={.items[*].metadata.name}'] },
  { args: ['svc/web', 'deploy/web', '-n', 'team-a', '-o', 'custom-columns=K:.kind,N:.metadata.name'] },
  ...onA([
    // managedFields are left out of JSON and YAML only.
    { args: ['cm', 'app-config', '-n', 'team-a', '-o', 'custom-columns=A:.metadata.managedFields[*].manager,B:.data'] },
    { args: ['cm', '-n', 'team-a', '-o', 'jsonpath={.items[0].metadata.managedFields}'] },
    // Files of columns and paths.
    { args: [...PODS, '-o', 'custom-columns-file=columns'] },
    { args: [...PODS, '-o', 'jsonpath-file=path'] },
    { args: [...PODS, '-o', 'jsonpath={.items[0].nothing}', '--allow-missing-template-keys'] },
  ]),
  ...onA([
    // Spellings of flags, before and after the resource.
    { args: ['-n=team-a', 'pods', '-oname'] },
    { args: ['pods', '-nteam-a', '-o=name'] },
    { args: ['-A=false', '-n', 'team-a', 'pods'] },
    { args: ['pods', '--namespace=team-a', '--output=name'] },
    { args: ['--namespace', 'team-a', '--output', 'name', 'pods'] },
    { args: ['pods', '-n', 'team-a', '--no-headers=false'] },
    { args: ['pods', '-lapp=web', '-nteam-a', '-Lapp'] },
    { args: ['pods', '-Aowide'], set: true },
    { args: ['pods', '-n', 'nowhere', '-n', 'team-a'] },
  ]),
  // Requests as they are.
  { args: ['--raw', '/version'] },
  { args: ['--raw', '/api/v1/namespaces/team-a/configmaps?limit=1'] },
];

/**
 * Wanted differences: kubectl has one cluster and does not count; its client puts a sentence of its own before the server's words about a
 * selector, and names the namespace of a missing object where that is missing, too; a label selector that cannot be read is a misuse here and
 * goes nowhere.
 */
export const REFUSED: readonly Case[] = [
  { args: ['secrets', '-n', 'team-a'], stderr: counted },
  { args: ['secrets', '-A'], stderr: counted },
  { args: ['secret', 'x', '-n', 'team-a'], stderr: counted },
  {
    args: ['pods', '--field-selector=spec.nothing=1'],
    stderr: (told) => counted(told.map((line) => line.replace(/Unable to find ".*?" that match .*?: /, ''))),
  },
  // kubectl asks once more whether there is the namespace.
  {
    args: ['cm', 'x', '-n', 'nowhere'],
    stderr: () => [expect.stringMatching(/^Error from server \(NotFound\): .* not found$/)],
  },
  { args: ['pods', '-l', 'a=b=c'], stderr: () => [expect.stringMatching(/^error: .*a=b=c/)], code: 2 },
];

/** What kubectl cannot do and we can: sort named objects and several types, leave the headers of a columns file out. */
export const BETTER: readonly (readonly [readonly string[], string])[] = [
  [['ns', 'team-b', 'default', '--sort-by=.metadata.name', '--no-headers'], '^default .*\\nteam-b .*\\n$'],
  [
    ['svc,deploy', '-n', 'team-a', '--sort-by=.metadata.name', '-o', 'name'],
    '^service/api\\n(.*\\n)*deployment.apps/web\\n$',
  ],
  [['ns', 'default', '-o', 'custom-columns-file=columns', '--no-headers'], '^default +Active\\n$'],
];

/** Cases of the command line alone, for which one server is enough. */
function onA(cases: readonly Case[]): readonly Case[] {
  return cases.map((one) => ({ ...one, only: 'A' }));
}

/** Member C knows no widgets. */
export function whereServed(type: string): Pick<Case, 'only'> {
  return /^(widgets|wd)/.test(type) ? { only: 'A' } : {};
}
