import { dirname, join } from 'node:path';
import { API_VERSION } from '../api/result.ts';
import { UsageError } from '../errors.ts';
import { suggest } from '../flags/suggest.ts';
import type { Path, Positioned } from '../serializer/positions.ts';
import { readText } from '../system/files.ts';
import type { Host } from '../system/host.ts';
import { refuseForeignFile } from '../system/ownership.ts';
import { expandPath } from '../system/paths.ts';
import { asMapping, type FieldFile } from './fields.ts';

/** Which file is read: the flag's, else the variable's (both must exist), else the one in ~/.kube (which need not). */
export interface FileChoice {
  readonly host: Host;
  readonly kind: string;
  readonly flag: { readonly name: string; readonly value: string | undefined };
  readonly variable: string;
  readonly defaultName: string;
}

/** A file of ours that was found, parsed and is of the right kind. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** The keys besides apiVersion and kind. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly document: Positioned;
}

/** Reads the chosen file; undefined when the default one is missing or empty. Everything wrong with it is a UsageError. */
export async function readConfigFile(choice: FileChoice): Promise<ConfigFile | undefined> {
  const { host, flag } = choice;
  const named = flag.value
    ? `${flag.name} ${flag.value}`
    : host.env[choice.variable]
      ? `${choice.variable}=${host.env[choice.variable]}`
      : undefined;
  const path = pathOf(choice);
  if (path === undefined) return undefined;
  // Both decide what is run and whom we believe: a mapping entry may name a kubeconfig, and that a program.
  await refuseForeignFile(path, host);
  const text = await readText(path).catch((error: NodeJS.ErrnoException): never => {
    throw new UsageError(`cannot read ${path}: ${error.code ?? error.message}`, { cause: error });
  });
  if (text === undefined && named !== undefined) throw new UsageError(`${named}: no such file`);
  return text === undefined ? undefined : await parseConfigFile(text, path, choice);
}

/** Parses a file of ours that is at hand as text; undefined when it is empty. Everything wrong with it is a UsageError. */
export async function parseConfigFile(
  text: string,
  path: string,
  { host, kind }: Pick<FileChoice, 'host' | 'kind'>,
): Promise<ConfigFile | undefined> {
  // Only here, so that a run without the file loads no YAML library.
  const { parseWithPositions } = await import('../serializer/positions.ts');
  const document = await parseWithPositions(text, path);
  if (document.value === undefined) return undefined;
  const file = fieldFile({ path, document, host, onWarning: () => undefined });
  const map = asMapping(document.value, [], file);
  expectWord(map, 'apiVersion', API_VERSION, file);
  expectWord(map, 'kind', kind, file);
  const { apiVersion: _version, kind: _kind, ...value } = map;
  return { path, value, document };
}

/** The door through which fields report: positions in front of every message. */
export function fieldFile(source: {
  readonly path: string;
  readonly document: Positioned;
  readonly host: Host;
  readonly onWarning: (message: string) => void;
  readonly onWritten?: (path: Path, raw: unknown, isDefault: boolean) => string | undefined;
}): FieldFile {
  const { path, document, host, onWarning } = source;
  const place = (at: { readonly line: number; readonly column: number }) => `${path}:${at.line}:${at.column}`;
  return {
    paths: { home: host.home, env: host.env, base: dirname(path) },
    fail: (at, message) => {
      throw new UsageError(`${place(document.at(at))}: ${[keyName(at), message].filter(Boolean).join(': ')}`);
    },
    textAt: (at) => document.textAt(at),
    unknownKey: (at, known, section) => {
      const close = suggest(String(at.at(-1)), known);
      const hint = close === undefined ? '' : ` (did you mean "${close}"?)`;
      const message = `${place(document.keyAt(at))}: unknown key ${JSON.stringify(keyName(at))}${hint}`;
      if (section === 'refuse') throw new UsageError(message);
      onWarning(message);
    },
    written: (at, raw, value, initial) => {
      const message = source.onWritten?.(at, raw, JSON.stringify(value) === JSON.stringify(initial));
      if (message !== undefined) onWarning(`${place(document.keyAt(at))}: ${message}`);
    },
  };
}

/** Where the chosen file is or would be, undefined without a home folder. */
export function pathOf(choice: FileChoice): string | undefined {
  const { host } = choice;
  const given = choice.flag.value || host.env[choice.variable];
  if (given) return expandPath(given, { home: host.home, env: host.env, base: host.cwd });
  return host.home === undefined ? undefined : join(host.home, '.kube', choice.defaultName);
}

function expectWord(map: Readonly<Record<string, unknown>>, key: string, word: string, file: FieldFile): void {
  if (map[key] === word) return;
  if (map[key] === undefined || map[key] === null) file.fail([], `${key} is missing: write "${key}: ${word}"`);
  file.fail([key], `${JSON.stringify(map[key])} is not "${word}"`);
}

/** `clusters[2].name`. */
function keyName(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`))
    .join('');
}
