import type { Helper } from './command.ts';

/** `aliyun cs DescribeClusterUserKubeconfig` (GET /k8s/{ClusterId}/user_config): JSON on stdout, the kubeconfig in `config`. */
export const ack: Helper = {
  name: 'ack',
  fields: [
    { key: 'clusterId', required: true, pattern: /^c[0-9a-z]{20,40}$/, what: 'ACK cluster id' },
    { key: 'region', required: false, pattern: /^[a-z]{2,4}(-[a-z0-9]+){1,4}$/, what: 'Alibaba Cloud region' },
  ],
  command: ({ clusterId, region }, { temporaryMinutes, privateIpAddress }) => ({
    argv: [
      ...['aliyun', 'cs', 'DescribeClusterUserKubeconfig', '--ClusterId', `${clusterId}`],
      ...(region ? ['--region', region] : []),
      ...(temporaryMinutes !== undefined ? ['--TemporaryDurationMinutes', `${temporaryMinutes}`] : []),
      ...(privateIpAddress ? ['--PrivateIpAddress', 'true'] : []),
    ],
    env: {},
    parse: 'json.config',
  }),
};
