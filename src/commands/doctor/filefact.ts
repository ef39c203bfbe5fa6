import { fileInfo } from '../../system/files.ts';

/** One file and what became of it. */
export interface FileFact {
  readonly role: 'config' | 'mapping' | 'kubeconfig' | 'providers' | 'known-clusters' | 'kuberc';
  /** Absolute. */
  readonly path: string;
  readonly state: 'read' | 'missing' | 'unusable';
  /** Permission bits in octal (`0600`), where it exists and they mean something. */
  readonly mode?: string;
}

/** Looks at a file; `problem` says why its content could not be taken. */
export async function factOf(role: FileFact['role'], path: string, problem: string | undefined): Promise<FileFact> {
  const info = await fileInfo(path).catch(() => undefined);
  const mode = info && { mode: info.mode.toString(8).padStart(4, '0') };
  return { role, path, state: problem === undefined ? (info ? 'read' : 'missing') : 'unusable', ...mode };
}
