import { checkLabelKey, checkLabelValue } from './labelsyntax.ts';

/** One requirement of a selector; the operators are those that the user wrote. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted, without duplicates; empty for the two operators of existence. */
  readonly values: readonly string[];
}

/** The operators of a label selector; `exists` and `!` stand for a bare key and `!key`. */
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | '>' | '<' | 'exists' | '!';

/** A selector that cannot be parsed; the message is kubectl's. */
export class SelectorProblem extends Error {}

const symbols: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(', 'in', 'notin', '']);

/** Cuts a selector into words and symbols; the last token is "". */
function tokens(text: string): string[] {
  const found: string[] = [];
  for (const [token] of text.matchAll(/==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g)) found.push(token);
  return [...found, ''];
}

/** Reads the requirements of one selector in the order written; throws SelectorProblem. */
export class SelectorParser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#peek() === '') return requirements;
    if (!this.#atKey())
      throw new SelectorProblem(`found '${this.#peek()}', expected: !, identifier, or 'end of string'`);
    for (;;) {
      requirements.push(this.#requirement());
      const token = this.#next();
      if (token === '') return requirements;
      if (token !== ',') throw new SelectorProblem(`found '${token}', expected: ',' or 'end of string'`);
      if (!this.#atKey()) throw new SelectorProblem(`found '${this.#peek()}', expected: identifier after ','`);
    }
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #next(): string {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #atKey(): boolean {
    return this.#peek() === '!' || isWord(this.#peek());
  }

  #requirement(): Requirement {
    const negated = this.#peek() === '!';
    if (negated) this.#at++;
    const key = this.#next();
    if (!isWord(key)) throw unparsable(`found '${key}', expected: identifier`);
    const wrong = checkLabelKey(key);
    if (wrong !== undefined) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${wrong}`);
    if (negated) return { key, operator: '!', values: [] };
    if (this.#peek() === '' || this.#peek() === ',') return { key, operator: 'exists', values: [] };
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()];
    const requirement = { key, operator, values: [...new Set(values)].sort() };
    checkValues(requirement);
    return requirement;
  }

  #operator(): Operator {
    const token = this.#next();
    if (['in', 'notin', '=', '==', '!=', '>', '<'].includes(token)) return token as Operator;
    throw unparsable(`found '${token}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  /** The one value after `=` and its like; nothing at all is the empty value. */
  #value(): string {
    if (this.#peek() === '' || this.#peek() === ',') return '';
    const token = this.#next();
    if (!isWord(token)) throw unparsable(`found '${token}', expected: identifier`);
    return token;
  }

  /** `(a,b)`; a place with nothing in it is the empty value. */
  #values(): string[] {
    const open = this.#next();
    if (open !== '(') throw unparsable(`found '${open}' expected: '('`);
    const first = this.#peek();
    if (first !== ')' && first !== ',' && !isWord(first)) {
      throw unparsable(`found '${first}', expected: ',', ')' or identifier`);
    }
    const values: string[] = [];
    for (;;) {
      values.push(isWord(this.#peek()) ? this.#next() : '');
      const token = this.#next();
      if (token === ')') return values;
      if (token === ',') {
        const next = this.#peek();
        if (next === ',' || next === ')' || isWord(next)) continue;
        throw unparsable(`found '${next}', expected: ',', or identifier`);
      }
      throw unparsable(`found '${token}', expected: ',' or ')'`);
    }
  }
}

/** `in` and `notin` are words too, wherever no operator is expected. */
function isWord(token: string): boolean {
  return token === 'in' || token === 'notin' || !symbols.has(token);
}

function unparsable(problem: string): SelectorProblem {
  return new SelectorProblem(`unable to parse requirement: ${problem}`);
}

function checkValues({ key, operator, values }: Requirement): void {
  const problems: string[] = [];
  const compares = operator === '>' || operator === '<';
  if (compares && !/^[+-]?[0-9]+$/.test(values[0]!)) {
    const value = JSON.stringify(values[0]);
    problems.push(`values[0]: Invalid value: ${value}: for 'Gt', 'Lt' operators, the value must be an integer`);
  }
  values.forEach((value, at) => {
    const wrong = checkLabelValue(value);
    if (wrong !== undefined) problems.push(`values[${at}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong}`);
  });
  if (problems.length > 0) throw unparsable(problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`);
}
