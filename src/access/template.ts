import type { Cluster } from '../api/cluster.ts';
import { ClusterFailure } from '../errors.ts';

/** What templates take their values from; `server` has passed the endpoint policy. */
export type TemplateValues = Pick<Cluster, 'properties' | 'labels' | 'annotations'> & {
  readonly namespace: string;
  readonly name: string;
  readonly server: string;
};

const TEMPLATE = /^([^{}]*=)?\{\{([^{}]*)\}\}$/;
// What a hub chose never looks like a flag, a file (`@x`, `file://`) or a URL to the program that reads it.
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,252}$/;

/**
 * Expands `{{name}}`, `{{namespace}}`, `{{property:X}}`, `{{annotation:X}}`, `{{label:X}}` and `{{server}}` in local arguments, once.
 * Throws ClusterFailure for a value that is missing or could be more than a value.
 */
export function expandTemplates(args: readonly string[], values: TemplateValues, provider?: string): readonly string[] {
  const where = provider === undefined ? '' : `provider "${provider}": `;
  return args.map((arg) => {
    if (!/\{\{.*\}\}/s.test(arg)) return arg;
    const [, prefix = '', template] = TEMPLATE.exec(arg) ?? [];
    if (template === undefined) throw refused(`${where}a template must be a whole argument or follow "=": "${arg}"`);
    return prefix + templateValue(template, values, where);
  });
}

function templateValue(template: string, values: TemplateValues, where: string): string {
  const cluster = `cluster "${values.namespace}/${values.name}"`;
  const checked = (what: string, value: string | undefined) => {
    if (value === undefined) throw refused(`${where}${what} is not set on ${cluster}`);
    if (!SAFE.test(value) || value.includes('://'))
      throw refused(`${where}${what} of ${cluster} cannot be used as an argument`);
    return value;
  };
  if (template === 'server') return values.server;
  if (template === 'name' || template === 'namespace') return checked(template, values[template]);
  const [, kind, key = ''] = /^(property|annotation|label):(.+)$/.exec(template) ?? [];
  const record = kind === 'property' ? values.properties : kind === 'label' ? values.labels : values.annotations;
  if (kind === undefined)
    throw refused(
      `${where}unknown template "{{${template}}}"; there are name, namespace, property:X, annotation:X, label:X, server`,
    );
  return checked(`${kind} "${key}"`, record && Object.hasOwn(record, key) ? record[key] : undefined);
}

function refused(message: string): ClusterFailure {
  return new ClusterFailure({ type: 'NoAccess', message, reason: 'E-TEMPLATE', retriable: false });
}
