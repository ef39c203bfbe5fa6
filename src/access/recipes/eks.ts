import { parseHintArgs, splitHintArgs } from './grammar.ts';
import { type Recipe, recipeExec } from './recipe.ts';
import { hintArg, hintMissing, hintValue } from './refusals.ts';

const source = { command: 'aws', recipe: 'eks' } as const;
const grammar = {
  ...source,
  positionals: ['eks', 'get-token'],
  flags: {
    '--cluster-name': 'cluster',
    '--cluster-id': 'cluster',
    '--region': 'region',
    '--output': 'output',
    '--role-arn': 'role',
  },
} as const;
const CLUSTER = /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/;
const REGION = /^[a-z]{2,4}(-[a-z]{2,}){1,3}-[0-9]{1,2}$/;

/** `aws eks get-token` for a cluster's name and region; identity (profile, roles) is this machine's business. */
export const eks: Recipe<'eks'> = {
  name: 'eks',
  command: source.command,
  rebuild(hint, settings) {
    const values = parseHintArgs(splitHintArgs(hint.args), grammar);
    const role = values.get('role');
    if (role && !settings.allowedRoleArns.includes(role.value)) throw hintArg(source, role.flag);
    const output = values.get('output');
    if (output && output.value !== 'json') throw hintValue(source, output.flag);
    const cluster = values.get('cluster');
    if (!cluster) throw hintMissing(source, '--cluster-name');
    if (!CLUSTER.test(cluster.value)) throw hintValue(source, cluster.flag);
    // A default region would sign for another cluster of the same name.
    const region = values.get('region')?.value ?? hint.region;
    if (!region) throw values.has('region') ? hintValue(source, '--region') : hintMissing(source, '--region');
    if (!REGION.test(region)) throw hintValue(source, '--region');
    return recipeExec({
      command: source.command,
      args: [
        ...['eks', 'get-token', '--cluster-name', cluster.value, '--region', region],
        ...(role ? ['--role-arn', role.value] : []),
        ...['--output', 'json'],
        ...(settings.profile ? ['--profile', settings.profile] : []),
      ],
      env: [
        { name: 'AWS_PAGER', value: '' },
        { name: 'AWS_CLI_AUTO_PROMPT', value: 'off' },
      ],
    });
  },
};
