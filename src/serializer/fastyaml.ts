import { UsageError } from '../errors.ts';
import { loadYAMLReader } from './yamlreader.ts';

/**
 * Reads a kubeconfig-like file whose comments nobody needs: the first document as plain values, undefined when there is none.
 * JSON takes a path without any YAML library; errors are UsageErrors `FILE:LINE:COL: …`.
 */
export async function readYAML(text: string, file: string): Promise<unknown> {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (/^\s*\{/.test(source)) {
    try {
      return JSON.parse(source);
    } catch {
      // A flow mapping of YAML begins like JSON; the reader below decides and names the place.
    }
  }
  if (source.trim() === '') return undefined;
  const reader = await loadYAMLReader();
  const [first] = reader.documents(source, { file, duplicateKeys: 'last' });
  // No file that we read this way is a bare word: that is a wrong path or a truncated file.
  if (typeof first === 'string') throw new UsageError(`${file}:1:1: expected a YAML mapping`);
  return first ?? undefined;
}
