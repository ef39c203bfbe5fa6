import { parseHintArgs, splitHintArgs } from './grammar.ts';
import { type Recipe, recipeExec } from './recipe.ts';
import { hintValue } from './refusals.ts';

const source = { command: 'kubelogin', recipe: 'aks' } as const;
const grammar = {
  ...source,
  positionals: ['get-token'],
  flags: {
    '--server-id': 'server',
    '--client-id': 'client',
    '--tenant-id': 'tenant',
    '--environment': 'environment',
    '--login': 'login',
  },
} as const;
// The two applications of Microsoft's that AKS logs in with; another audience would be a token for something else.
const SERVER = /^6dae42f8-4368-4678-94ff-3960e28e3630$/;
const CLIENT = /^80faf920-1908-4b52-b5ef-a8e7bedfc67a$/;
const TENANT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ENVIRONMENT = /^Azure(?:PublicCloud|USGovernmentCloud|ChinaCloud)$/;

/** `kubelogin get-token` for the AKS server application; how to log in is this machine's business. */
export const aks: Recipe<'aks'> = {
  name: 'aks',
  command: source.command,
  rebuild(hint, settings) {
    const values = parseHintArgs(splitHintArgs(hint.args), grammar);
    const checked = (name: string, pattern: RegExp) => {
      const given = values.get(name);
      if (given && !pattern.test(given.value)) throw hintValue(source, given.flag);
      return given?.value;
    };
    const server = checked('server', SERVER) ?? '6dae42f8-4368-4678-94ff-3960e28e3630';
    checked('client', CLIENT);
    const tenant = checked('tenant', TENANT);
    const environment = checked('environment', ENVIRONMENT);
    return recipeExec({
      command: source.command,
      args: [
        ...['get-token', '--login', settings.login || 'azurecli', '--server-id', server],
        ...(tenant ? ['--tenant-id', tenant] : []),
        ...(environment ? ['--environment', environment] : []),
      ],
      env: [],
    });
  },
};
