import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { builtins, emptyNames, forbidden, mayImport, openBuiltins, outside, packages } from './rooms.ts';
import { lineOf, type Source } from './scan.ts';

/** One place that breaks a rule, as `path:line: what`. */
export type Violation = string;

/** The first folder or file name below src/. */
export const roomOf = (path: string): string => path.split('/')[1]!.replace(/\.ts$/, '');

/** The package of a bare specifier: `@scope/name/deep` → `@scope/name`. */
export const packageOf = (spec: string): string =>
  spec
    .split('/')
    .slice(0, spec.startsWith('@') ? 2 : 1)
    .join('/');

/** The name of a built-in module without `node:`, undefined for anything else. */
export const builtinOf = (spec: string): string | undefined => {
  const name = packageOf(spec.replace(/^node:/, ''));
  return spec.startsWith('node:') || builtinModules.includes(name) ? name : undefined;
};

/** Whether `path` lies at `place` (below src/): `commands/help` is help.ts and help/. */
const isAt = (path: string, place: string): boolean =>
  path === `src/${place}` || path === `src/${place}.ts` || path.startsWith(`src/${place}/`);

const isAllowed = (path: string, places: readonly string[], erased: boolean): boolean =>
  places.some((place) => (place.endsWith(':types') ? erased && isAt(path, place.slice(0, -6)) : isAt(path, place)));

const target = (from: string, spec: string): string => posix.join(posix.dirname(from), spec);

/** Imports that go to a room, a package or a built-in module that the importer may not know. */
export function forbiddenImports(sources: readonly Source[]): readonly Violation[] {
  const rooms = new Set(sources.map(({ path }) => path));
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ kind, spec, line }) => {
      const complaint = complain(path, spec, kind === 'type', rooms);
      return complaint === undefined ? [] : [`${path}:${line}: ${complaint}`];
    }),
  );
}

function complain(
  path: string,
  spec: string | undefined,
  erased: boolean,
  known: ReadonlySet<string>,
): string | undefined {
  if (spec === undefined) return 'import() of something that is not one literal';
  if (spec.startsWith('.')) return complainRelative(path, spec, erased, known);
  const builtin = builtinOf(spec);
  if (builtin !== undefined) {
    if (openBuiltins.includes(builtin)) return undefined;
    return isAllowed(path, builtins[builtin] ?? [], erased) ? undefined : `node:${builtin} outside its fence`;
  }
  if (/^[/#]|^\w+:/.test(spec)) return `import of ${spec}, which is neither relative nor a package`;
  return isAllowed(path, packages[packageOf(spec)] ?? [], erased) ? undefined : `${packageOf(spec)} outside its fence`;
}

function complainRelative(path: string, spec: string, erased: boolean, known: ReadonlySet<string>): string | undefined {
  const to = target(path, spec);
  if (!to.startsWith('src/')) return outside[to]?.includes(path) ? undefined : `import of ${to}, which is outside src/`;
  if (!known.has(to)) return `import of ${to}, which is not there`;
  const [here, there] = [roomOf(path), roomOf(to)];
  if (here === there) return undefined;
  const row = mayImport[here];
  if (row === undefined) return `the room ${here} has no row in test/architecture/rooms.ts`;
  if (row.includes(there)) return undefined;
  if (row.includes(`${there}:types`)) return erased ? undefined : `${here} may import only types from ${there}`;
  return `${here} may not import ${there}`;
}

/** Circles between files, each once; `import()` opens no circle, an erased import does. */
export function circles(sources: readonly Source[]): readonly Violation[] {
  const edges = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.flatMap(({ kind, spec }) => (kind !== 'dynamic' && spec?.startsWith('.') ? [target(path, spec)] : [])),
    ]),
  );
  const done = new Set<string>();
  const found: Violation[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const seen = trail.indexOf(path);
    if (seen >= 0) {
      found.push(`circle: ${[...trail.slice(seen), path].join(' → ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

/** `process`, `console`, timers, the clock and the network outside the places that may use them. */
export function forbiddenNames(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text, code }) =>
    forbidden.flatMap(({ what, pattern, allowed }) =>
      isAllowed(path, allowed, false)
        ? []
        : [...code.matchAll(pattern)].map(
            ({ 0: match, index }) => `${path}:${lineOf(text, index)}: ${what} (${match.trim()})`,
          ),
    ),
  );
}

/** Barrels, empty names, files above 300 lines. */
export function badFiles(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text, code, imports }) => {
    const stem = posix.basename(path).replace(/\.ts$/, '');
    const words = path
      .replace(/\.ts$/, '')
      .split(/[/\-_.]/)
      .slice(1);
    const lines = text.replace(/\n$/, '').split('\n').length;
    const left = code.replace(
      /\bexport\s+(?:type\s+)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(['"])\s*\1\s*;?/g,
      '',
    );
    return [
      ...(stem === 'index' || (imports.length > 0 && left.trim() === '') ? [`${path}: a barrel`] : []),
      ...words.filter((word) => emptyNames.includes(word)).map((word) => `${path}: “${word}” says nothing`),
      ...(lines > 300 ? [`${path}: ${lines} lines, at most 300`] : []),
    ];
  });
}

/** `let` and `var` at the top of a file: state that nobody passed. */
export function moduleState(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text, code }) => {
    const found: Violation[] = [];
    let depth = 0;
    for (const { 0: token, index } of code.matchAll(/[{}()[\]]|(?<![.\w$])(?:let|var)(?=\s+[\w${[])/g)) {
      if ('{(['.includes(token)) depth++;
      else if ('})]'.includes(token)) depth--;
      else if (depth === 0) found.push(`${path}:${lineOf(text, index)}: ${token} at the top of a file`);
    }
    return found;
  });
}

/** Module mocks and tests that are switched off; `skipIf` is for the tests that need real clusters. */
export function testTricks(sources: readonly Source[]): readonly Violation[] {
  const tricks = [
    /\b(?:vi|jest)\s*\.\s*(?:mock|doMock|unmock|hoisted|importMock|stubGlobal)\b/g,
    /\b(?:test|it|describe|suite|bench)(?:\s*\.\s*\w+(?:\([^()]*\))?)*?\s*\.\s*(?:only|skip|todo|fails)\b/g,
    /(?<![.\w$])(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(/g,
  ];
  const conditional = /\.\s*(?:skipIf|runIf)\b/g;
  const needsClusters = /^test\/(?:e2e|fleet|fleet-sim)\//;
  return sources.flatMap(({ path, text, code }) =>
    [...tricks, ...(needsClusters.test(path) ? [] : [conditional])].flatMap((pattern) =>
      [...code.matchAll(pattern)].map(({ 0: match, index }) => `${path}:${lineOf(text, index)}: ${match}`),
    ),
  );
}

/** All rules by name; each takes scanned files and gives what breaks it. */
export const rules = { forbiddenImports, circles, forbiddenNames, badFiles, moduleState, testTricks };
