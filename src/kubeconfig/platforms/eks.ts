import type { Helper } from './command.ts';

/** `aws eks update-kubeconfig`, see https://docs.aws.amazon.com/cli/latest/reference/eks/update-kubeconfig.html */
export const eks: Helper = {
  name: 'eks',
  fields: [
    { key: 'name', required: true, pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, what: 'EKS cluster name' },
    { key: 'region', required: true, pattern: /^[a-z]{2,4}(-[a-z]{2,}){1,3}-[0-9]{1,2}$/, what: 'AWS region' },
  ],
  command: ({ name, region }, { tmp, context, profile }) => ({
    argv: [
      ...['aws', 'eks', 'update-kubeconfig', '--name', `${name}`, '--region', `${region}`, '--kubeconfig', tmp],
      ...(context ? ['--alias', context] : []),
      ...(profile ? ['--profile', profile] : []),
    ],
    // A pager or a prompt would wait for somebody who does not see it.
    env: { AWS_PAGER: '', AWS_CLI_AUTO_PROMPT: 'off' },
  }),
};
