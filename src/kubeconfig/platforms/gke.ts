import type { Helper, HelperField, HelperSettings } from './command.ts';

const project: HelperField = {
  key: 'project',
  required: true,
  pattern: /^(?:([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{1,20})$/,
  what: 'Google Cloud project',
};

/** `gcloud container clusters get-credentials`; `--location` takes zones and regions. The context is called gke_PROJECT_LOCATION_NAME. */
export const gke: Helper = {
  name: 'gke',
  fields: [
    { key: 'name', required: true, pattern: /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/, what: 'GKE cluster name' },
    { key: 'location', required: true, pattern: /^[a-z]+-[a-z]+[0-9]+(-[a-z])?$/, what: 'Google Cloud location' },
    project,
  ],
  command: (values, settings) => ({
    argv: [
      ...['gcloud', 'container', 'clusters', 'get-credentials', `${values['name']}`],
      ...[`--location=${values['location']}`, `--project=${values['project']}`],
      ...(settings.dnsEndpoint ? ['--dns-endpoint'] : []),
      ...(settings.internalIp ? ['--internal-ip'] : []),
      '--quiet',
    ],
    env: environment(settings),
  }),
};

/** `gcloud container fleet memberships get-credentials`: the way through the Connect Gateway. */
export const gkeFleet: Helper = {
  name: 'gke-fleet',
  fields: [
    { key: 'name', required: true, pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, what: 'GKE membership name' },
    {
      key: 'location',
      required: true,
      pattern: /^(?:global|[a-z]+-[a-z]+[0-9]+(-[a-z])?)$/,
      what: 'Google Cloud location',
    },
    project,
  ],
  command: (values, settings) => ({
    argv: [
      ...['gcloud', 'container', 'fleet', 'memberships', 'get-credentials', `${values['name']}`],
      ...[`--location=${values['location']}`, `--project=${values['project']}`, '--quiet'],
    ],
    env: environment(settings),
  }),
};

/** gcloud has no flag for the file. */
function environment({ tmp }: HelperSettings): Readonly<Record<string, string>> {
  return { KUBECONFIG: tmp, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' };
}
