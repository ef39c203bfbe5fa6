/** One import of a file: `import`/`export … from`, `import()`, or an import that is erased (`import type`). */
export interface Import {
  readonly kind: 'static' | 'dynamic' | 'type';
  /** The specifier as written; undefined where `import()` is given anything but one literal. */
  readonly spec: string | undefined;
  readonly line: number;
}

/** A source file as the rules see it. */
export interface Source {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** `text` with comments, strings, template texts and regular expressions blanked; same length, same lines. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Reads one TypeScript file; no parser is needed for what the rules ask. */
export function scan(path: string, text: string): Source {
  const code = blank(text);
  return { path, text, code, imports: importsOf(text, code) };
}

/** The line (from 1) of an offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

// After one of these a slash begins a regular expression; after anything else it divides.
const beforeRegex =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|delete|throw|new|await|yield|else|do))$/;

/** Blanks everything that is not code, quotes excepted; what stands in `${…}` of a template is code. */
function blank(text: string): string {
  const out = text.split('');
  const wipe = (from: number, to: number) => {
    for (let i = from; i < to && i < out.length; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  // For each open template: the depth of braces inside its current `${`.
  const templates: number[] = [];
  let at = 0;
  // The end of the last thing that was code.
  let last = 0;
  const mayBeRegex = () => beforeRegex.test(out.slice(Math.max(0, last - 12), last).join(''));
  const templateText = () => {
    const start = at;
    while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) at += text[at] === '\\' ? 2 : 1;
    wipe(start, at);
    if (text[at] === '`') {
      at++;
    } else {
      templates.push(0);
      at += 2;
    }
  };
  while (at < text.length) {
    const char = text[at]!;
    const start = at;
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      wipe(start, at);
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 2;
      wipe(start, at);
    } else if (char === '/' && mayBeRegex()) {
      at = endOfRegex(text, at);
      wipe(start + 1, at - 1);
    } else if (char === "'" || char === '"') {
      at++;
      while (at < text.length && text[at] !== char && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
      wipe(start + 1, at);
      at++;
    } else if (char === '`') {
      at++;
      templateText();
    } else if (templates.length > 0 && char === '{') {
      templates[templates.length - 1]!++;
      at++;
    } else if (templates.length > 0 && char === '}') {
      at++;
      if (templates.at(-1) === 0) {
        templates.pop();
        templateText();
      } else {
        templates[templates.length - 1]!--;
      }
    } else {
      at++;
    }
    if (out[at - 1]?.trim()) last = at;
  }
  return out.join('');
}

/** The offset after the closing slash; a slash inside a class does not close. */
function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at + 1;
  }
  return start + 1;
}

const sideEffect = /(?<![.\w$])import\s*(?=['"])/g;
const from = /(?<![.\w$])(?:import|export)(?![\w$])(\s+type\b(?!\s+from\b|\s*,))?[\w$*{}\s,]*?[\s}*]from\s*(?=['"])/g;
const dynamic = /(?<![.\w$])(?:import|require)\s*\(\s*/g;

function importsOf(text: string, code: string): readonly Import[] {
  const found: (Import & { readonly at: number })[] = [];
  const literal = (at: number) => {
    const end = code.indexOf(code[at]!, at + 1);
    return { spec: text.slice(at + 1, end), end: end + 1 };
  };
  const add = (kind: Import['kind'], spec: string | undefined, at: number) =>
    found.push({ kind, spec, at, line: lineOf(text, at) });
  for (const { 0: match, index } of code.matchAll(sideEffect)) add('static', literal(index + match.length).spec, index);
  for (const { 0: match, 1: type, index } of code.matchAll(from)) {
    add(type === undefined ? 'static' : 'type', literal(index + match.length).spec, index);
  }
  for (const { 0: match, index } of code.matchAll(dynamic)) {
    const at = index + match.length;
    const value = /['"]/.test(code[at] ?? '') ? literal(at) : undefined;
    const kind = /\btypeof\s+$/.test(code.slice(0, index)) ? 'type' : 'dynamic';
    // Import attributes may follow a literal; anything else makes the specifier a computed one.
    add(kind, value && /^\s*[,)]/.test(code.slice(value.end)) ? value.spec : undefined, index);
  }
  return found.sort((a, b) => a.at - b.at);
}
