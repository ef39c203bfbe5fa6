import type { Bound, ListNode, Node } from './ast.ts';
import { unquote } from './unquote.ts';

/** A template that cannot be parsed; the message is kubectl's. */
export class SyntaxProblem extends Error {}

/** Parses a template into text and actions; throws SyntaxProblem. */
export function parseTemplate(text: string): Node[] {
  const nodes: Node[] = [];
  const input = new Input(text);
  while (!input.atEnd()) {
    const open = text.indexOf('{', input.at);
    const end = open < 0 ? text.length : open;
    if (end > input.at) nodes.push({ kind: 'text', text: text.slice(input.at, end) });
    input.at = end;
    if (open >= 0) {
      input.at = open + 1;
      nodes.push(parseAction(input));
    }
  }
  return nodes;
}

/** A position in a text. */
class Input {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }
  atEnd(): boolean {
    return this.at >= this.text.length;
  }
  peek(): string {
    return this.atEnd() ? '' : String.fromCodePoint(this.text.codePointAt(this.at)!);
  }
  next(): string {
    const char = this.peek();
    this.at += char.length;
    return char;
  }
  skip(prefix: string): boolean {
    if (!this.text.startsWith(prefix, this.at)) return false;
    this.at += prefix.length;
    return true;
  }
  /** Everything up to the first character that `stop` matches. */
  until(stop: RegExp): string {
    const start = this.at;
    while (!this.atEnd() && !stop.test(this.peek())) this.next();
    return this.text.slice(start, this.at);
  }
}

const terminator = /[ \t\r\n.,[\]$@{}]/;
const wordCharacter = /[_\p{L}\p{Nd}]/u;

function parseAction(input: Input): ListNode {
  const nodes: Node[] = [];
  for (;;) {
    if (input.skip('}')) return { kind: 'list', nodes };
    if (input.skip('[?(')) {
      nodes.push(parseFilter(input));
      continue;
    }
    if (input.skip('..')) {
      if (nodes.at(-1)?.kind === 'recursive') throw new SyntaxProblem('invalid multiple recursive descent');
      nodes.push({ kind: 'recursive' });
      if (wordCharacter.test(input.peek())) nodes.push(parseField(input));
      continue;
    }
    const start = input.at;
    const char = input.next();
    if (char === '' || char === '\r' || char === '\n') throw new SyntaxProblem('unclosed action');
    // `@` and `$` both mean the current object, which is where a chain starts anyway.
    if (char === ' ' || char === '@' || char === '$') continue;
    if (char === '[') nodes.push(...parseArray(input));
    else if (char === '"' || char === "'") nodes.push(parseQuote(input, char));
    else if (char === '.') nodes.push(parseField(input));
    else if (/[+\-\p{Nd}]/u.test(char)) {
      input.at = start;
      nodes.push(parseNumber(input));
    } else if (wordCharacter.test(char)) {
      input.at = start;
      nodes.push(parseIdentifier(input));
    } else throw new SyntaxProblem(`unrecognized character in action: ${describe(char)}`);
  }
}

/** An expression inside another one; a `}` in it ends it early, as in kubectl. */
function parseNested(expression: string): ListNode {
  return parseTemplate(`{${expression}}`)[0] as ListNode;
}

function parseIdentifier(input: Input): Node {
  const name = input.until(terminator);
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
  return { kind: 'identifier', name };
}

function parseField(input: Input): Node {
  const start = input.at;
  while (!input.atEnd() && !terminator.test(input.peek())) {
    if (input.next() === '\\') input.next();
  }
  const written = input.text.slice(start, input.at);
  return written === '*' ? { kind: 'wildcard' } : { kind: 'field', name: written.replaceAll('\\', '') };
}

function parseNumber(input: Input): Node {
  const start = input.at;
  if (/[+-]/.test(input.peek())) input.next();
  input.until(/[^.\p{Nd}]/u);
  const written = input.text.slice(start, input.at);
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(written)) throw new SyntaxProblem(`cannot parse number ${written}`);
  return { kind: 'literal', value: Number(written) };
}

function parseQuote(input: Input, quote: string): Node {
  const start = input.at;
  for (;;) {
    const char = input.next();
    if (char === '' || char === '\n') throw new SyntaxProblem('unterminated quoted string');
    if (char === quote && input.text[input.at - 2] !== '\\') break;
  }
  const inside = input.text.slice(start, input.at - 1);
  const text = unquote(inside, quote);
  if (text === undefined) {
    throw new SyntaxProblem(`unquote string ${quote}${inside}${quote} error invalid syntax`);
  }
  return { kind: 'text', text };
}

const slice = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/;

function parseArray(input: Input): readonly Node[] {
  const inside = input.until(/[\]\n]/);
  if (input.next() !== ']') throw new SyntaxProblem('unterminated array');
  const members = inside.split(',');
  if (members.length > 1) {
    return [{ kind: 'union', members: members.map((member) => parseNested(`[${member.replace(/^ +| +$/g, '')}]`)) }];
  }
  // ['a.b'] is .a.b in kubectl, not one key: a dot in a key is written \. here too.
  const key = /^'([^']*)'$/.exec(inside)?.[1];
  if (key !== undefined) return parseNested(`.${key}`).nodes;
  const parts = slice.exec(inside === '*' ? ':' : inside);
  if (parts === null) throw new SyntaxProblem(`invalid array index ${inside}`);
  const start = bound(parts[1] ?? '');
  const end = parts[2] === undefined ? { value: (start.value ?? 0) + 1, derived: true } : bound(parts[2].slice(1));
  return [{ kind: 'array', start, end, step: bound((parts[3] ?? ':').slice(1)) }];
}

function bound(written: string): Bound {
  if (written === '') return { value: undefined };
  const value = Number(written);
  if (!(Math.abs(value) < 2 ** 63)) throw new SyntaxProblem(`array index ${written} is not a number`);
  return { value };
}

function parseFilter(input: Input): Node {
  const start = input.at;
  let opened = '';
  let closed = false;
  for (;;) {
    const char = input.next();
    if (char === '' || char === '\n') throw new SyntaxProblem('unterminated filter');
    if (char === '"' || char === "'") {
      if (opened === '') opened = char;
      else if (char === opened && input.text[input.at - 2] !== '\\') closed = true;
    } else if (char === ')' && (opened !== '') === closed) break;
  }
  const inside = input.text.slice(start, input.at - 1);
  if (input.next() !== ']') throw new SyntaxProblem('unclosed array expect ]');
  const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)([^\n]+)$/.exec(inside) ?? [];
  if (left === undefined || operator === undefined || right === undefined) {
    return { kind: 'filter', left: parseNested(inside), operator: 'exists', right: { kind: 'list', nodes: [] } };
  }
  return { kind: 'filter', left: parseNested(left), operator, right: parseNested(right) };
}

/** A character as Go's %#U writes it: the code point, and itself where it can be seen. */
function describe(char: string): string {
  const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char) ? `U+${code} '${char}'` : `U+${code}`;
}
