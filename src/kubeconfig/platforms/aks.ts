import type { Helper } from './command.ts';

/** `az aks get-credentials`; never `--admin`, which would fetch a certificate for cluster-admin. */
export const aks: Helper = {
  name: 'aks',
  fields: [
    {
      key: 'name',
      required: true,
      pattern: /^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$/,
      what: 'AKS cluster name',
    },
    {
      key: 'resourceGroup',
      required: true,
      pattern: /^[A-Za-z0-9_(][-A-Za-z0-9._()]{0,88}(?<!\.)$/,
      what: 'Azure resource group',
    },
    {
      key: 'subscription',
      required: false,
      pattern: /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
      what: 'Azure subscription',
    },
  ],
  command: ({ name, resourceGroup, subscription }, { tmp, context }) => ({
    argv: [
      ...['az', 'aks', 'get-credentials', '--name', `${name}`, '--resource-group', `${resourceGroup}`],
      ...(subscription ? ['--subscription', subscription] : []),
      ...(context ? ['--context', context] : []),
      ...['--file', tmp, '--only-show-errors'],
    ],
    env: {},
  }),
};

/** What turns the Azure AD login that older az versions write into the plugin that every client can run. */
export function convertCommand(tmp: string): readonly string[] {
  return ['kubelogin', 'convert-kubeconfig', '-l', 'azurecli', '--kubeconfig', tmp];
}
