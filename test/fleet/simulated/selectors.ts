/** Label and field selectors as the server reads them. */
import type { Item } from './item.ts';

/** Decides about one object. */
export type Match = (item: Item) => boolean;

/** A selector that cannot be read; the message is the server's. */
export class BadSelector extends Error {}

const operators = ['=', '==', '!=', 'in', 'notin', 'gt', 'lt', '>', '<'];

/** Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`. */
export function labelMatch(text: string): Match {
  const tokens = text.match(/==|!=|[=!,()<>]|[^\s=!,()<>]+/g) ?? [];
  const matches: Match[] = [];
  let at = 0;
  const take = () => tokens[at++] ?? '';
  const expected = (found: string, what: string) =>
    new BadSelector(`unable to parse requirement: found '${found}', expected: ${what}`);
  while (at < tokens.length) {
    matches.push(requirement());
    const separator = take();
    if (separator !== '' && separator !== ',') throw expected(separator, "',' or 'end of string'");
    if (separator === ',' && at === tokens.length) throw expected('', "identifier after ','");
  }
  return (item) => matches.every((match) => match(item));

  function requirement(): Match {
    const key = take();
    if (key === '!') {
      const absent = take();
      return ({ labels }) => !(absent in labels);
    }
    const next = tokens[at] ?? '';
    if (next === '' || next === ',') return ({ labels }) => key in labels;
    const operator = take();
    if (!operators.includes(operator)) throw expected(operator, 'in, notin, =, ==, !=, gt, lt');
    const set = operator === 'in' || operator === 'notin';
    const values = set ? list() : [tokens[at] === ',' ? '' : take()];
    const first = values[0] ?? '';
    switch (operator) {
      case '!=':
      case 'notin':
        return ({ labels }) => !values.includes(labels[key] ?? '\0');
      case 'gt':
      case '>':
        return ({ labels }) => key in labels && Number(labels[key]) > Number(first);
      case 'lt':
      case '<':
        return ({ labels }) => key in labels && Number(labels[key]) < Number(first);
      default:
        return ({ labels }) => key in labels && values.includes(labels[key] ?? '');
    }
  }

  function list(): string[] {
    const open = take();
    if (open !== '(') throw expected(open, "'('");
    const values: string[] = [];
    for (;;) {
      const value = take();
      if (value === ')') return values;
      if (value === '') throw expected('', "',', ')' or identifier");
      if (value !== ',') values.push(value);
    }
  }
}

/** Reads `metadata.name=x,status.phase!=Running`; `known` are the type's labels besides the two of metadata; undefined = it has never heard of any. */
export function fieldMatch(text: string, known: readonly string[] | undefined): Match {
  const terms = text.split(',').filter((term) => term !== '');
  const matches = terms.map((term): Match => {
    const found = /^([^=!]+)(!=|==|=)(.*)$/.exec(term);
    if (!found) throw new BadSelector(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = found;
    if (field !== 'metadata.name' && field !== 'metadata.namespace' && !known?.includes(field)) {
      const only = `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
      throw new BadSelector(known ? `field label not supported: ${field}` : only);
    }
    const read = (item: Item) => {
      if (field === 'metadata.name') return item.name;
      if (field === 'metadata.namespace') return item.namespace ?? '';
      return item.fields?.[field] ?? '';
    };
    return (item) => (read(item) === value) === (operator !== '!=');
  });
  return (item) => matches.every((match) => match(item));
}
