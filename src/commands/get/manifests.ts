import { dirname, join } from 'node:path';
import type { AskedResource } from '../../api/request.ts';
import { CommandError, UsageError } from '../../errors.ts';
import { fileInfo, listDir, readText } from '../../system/files.ts';
import { expandPath } from '../../system/paths.ts';
import type { Invocation } from '../verb.ts';

const MANIFEST = /\.(json|ya?ml)$/;

/** The objects named in the files of `-f`: files, folders (their .json, .yaml, .yml) and `-` for standard input. */
export async function readManifestFiles(
  paths: readonly string[],
  recursive: boolean,
  { io, host, global }: Invocation,
): Promise<readonly AskedResource[]> {
  const asked: AskedResource[] = [];
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('standard input cannot be used for multiple arguments');
  for (const given of paths) {
    if (/^https?:\/\//.test(given))
      throw new UsageError(`-f ${given}: URLs are not supported yet; download the file first`);
    if (given === '-') {
      asked.push(...(await objectsIn(await io.in.text(), 'standard input')));
      continue;
    }
    const path = expandPath(given, { home: host.home, env: host.env, base: host.cwd });
    for (const file of await filesOf(path, given, recursive))
      asked.push(...(await objectsIn((await readable(readText(file), file)) ?? '', file)));
  }
  const wanted = global.values.namespace;
  for (const one of asked) {
    if (!wanted || one.kind !== 'object' || !one.namespace || one.namespace === wanted) continue;
    throw new CommandError(
      `the namespace from the provided object "${one.namespace}" does not match the namespace "${wanted}". You must pass '--namespace=${one.namespace}' to perform this operation.`,
    );
  }
  return asked;
}

async function filesOf(
  path: string,
  given: string,
  recursive: boolean,
  above: readonly string[] = [],
): Promise<readonly string[]> {
  const info = await readable(fileInfo(path), given);
  if (!info) throw new CommandError(`the path "${given}" does not exist`);
  if (info.isFile) return [path];
  const found: string[] = [];
  for (const name of (await listDir(path)) ?? []) {
    const below = join(path, name);
    const inner = await readable(fileInfo(below), below);
    // A link to a folder above would be walked for ever.
    if (!inner || inner.realPath === info.realPath || above.includes(inner.realPath)) continue;
    if (!inner.isFile && recursive) found.push(...(await filesOf(below, below, true, [...above, info.realPath])));
    else if (inner.isFile && MANIFEST.test(name)) found.push(below);
  }
  if (found.length === 0 && dirname(path) !== path && !recursive)
    throw new CommandError(`error reading [${given}]: recognized file extensions are [.json .yaml .yml]`);
  return found;
}

/** What the file system refuses is told with the file it is about. */
async function readable<T>(work: Promise<T>, path: string): Promise<T> {
  return await work.catch((error: NodeJS.ErrnoException): never => {
    throw new CommandError(`cannot read ${path}: ${error.code ?? error.message}`);
  });
}

async function objectsIn(text: string, file: string): Promise<readonly AskedResource[]> {
  const { parseYAMLDocuments } = await import('../../serializer/yaml.ts');
  const documents = await parseYAMLDocuments(text, file);
  return documents.flatMap(({ value, line }) => askedOf(value, `${file}:${line}`));
}

function askedOf(value: unknown, where: string): readonly AskedResource[] {
  if (value === null || value === undefined) return [];
  const object = value as {
    readonly apiVersion?: unknown;
    readonly kind?: unknown;
    readonly items?: unknown;
    readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
  };
  if (typeof object !== 'object' || typeof object.apiVersion !== 'string' || typeof object.kind !== 'string')
    throw new UsageError(`${where}: not a Kubernetes object: apiVersion and kind are needed`);
  if (object.kind.endsWith('List') && Array.isArray(object.items))
    return object.items.flatMap((item) => askedOf(item, where));
  const { name, namespace } = object.metadata ?? {};
  if (typeof name !== 'string' || name === '') throw new UsageError(`${where}: resource name may not be empty`);
  return [
    {
      kind: 'object',
      apiVersion: object.apiVersion,
      objectKind: object.kind,
      name,
      ...(typeof namespace === 'string' && namespace ? { namespace } : {}),
    },
  ];
}
