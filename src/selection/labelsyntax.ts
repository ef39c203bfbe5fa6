/**
 * What label keys and values may look like, with the texts of Kubernetes' own validation, see
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */

const nameFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valueFormat = `(${nameFormat})?`;
const subdomainFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

const nameRule = regexProblem(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  nameFormat,
  ['MyName', 'my.name', '123-abc'],
);
const valueRule = regexProblem(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  valueFormat,
  ['MyValue', 'my_value', '12345'],
);
const subdomainRule = regexProblem(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomainFormat,
  ['example.com'],
);

/** What is wrong with a label key (`name` or `prefix/name`), undefined where nothing is. */
export function checkLabelKey(key: string): string | undefined {
  const parts = key.split('/');
  if (parts.length > 2) {
    return `a valid label key ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  const name = parts.at(-1)!;
  const problems = parts.length === 2 ? prefixProblems(parts[0]!) : [];
  if (name === '') problems.push('name part must be non-empty');
  else if (bytes(name) > 63) problems.push(`name part ${tooLong(63)}`);
  if (!matchesWhole(name, nameFormat)) problems.push(`name part ${nameRule}`);
  return problems.length === 0 ? undefined : problems.join('; ');
}

/** What is wrong with a label value, undefined where nothing is. */
export function checkLabelValue(value: string): string | undefined {
  const problems: string[] = [];
  if (bytes(value) > 63) problems.push(tooLong(63));
  if (!matchesWhole(value, valueFormat)) problems.push(valueRule);
  return problems.length === 0 ? undefined : problems.join('; ');
}

function prefixProblems(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const problems: string[] = [];
  if (bytes(prefix) > 253) problems.push(`prefix part ${tooLong(253)}`);
  if (!matchesWhole(prefix, subdomainFormat)) problems.push(`prefix part ${subdomainRule}`);
  return problems;
}

function regexProblem(rule: string, format: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${rule} (e.g. ${shown}regex used for validation is '${format}')`;
}

function tooLong(limit: number): string {
  return `must be no more than ${limit} bytes`;
}

function matchesWhole(text: string, format: string): boolean {
  return new RegExp(`^${format}$`).test(text);
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
