import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { ClusterFailure } from '../errors.ts';

// Below this a round trip through the thread pool costs more than the decoding.
const inPlace = 256 * 1024;
const gunzip = promisify(zlib.gunzip) as (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>;

/**
 * The bytes behind `Content-Encoding`. The compressed bytes are decoded in one go once all are there, which saves
 * a stream and its chunks per answer. Throws ClusterFailure for corrupt data and for more than `limit` decoded bytes.
 */
export async function decodeBody(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  switch (encoding?.toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return bytes;
    case 'gzip':
    case 'x-gzip':
      // An answer without a body (204) may still name its encoding.
      return bytes.length === 0 ? bytes : gzipBody(bytes, limit);
    default:
      throw invalid('the server answered in an encoding nobody asked for');
  }
}

/** The failure of an answer that is larger than the limit. */
export function tooLarge(limit: number): ClusterFailure {
  const size = limit >= 1024 * 1024 ? `${Math.round(limit / 1024 / 1024)} MiB` : `${limit} bytes`;
  return invalid(`the answer is larger than ${size}, the limit for one answer`, 'ask for less at once (--chunk-size)');
}

async function gzipBody(bytes: Buffer, limit: number): Promise<Buffer> {
  // The last four bytes tell the decoded size: one buffer of that size and no joining of pieces. They may lie, so they are bounded.
  const told = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  const chunkSize = Math.max(1024, Math.min(told, limit, bytes.length * 1032) + 64);
  try {
    const options = { maxOutputLength: limit, chunkSize };
    return bytes.length <= inPlace ? zlib.gunzipSync(bytes, options) : await gunzip(bytes, options);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new ClusterFailure(
      { type: 'InvalidResponse', message: `the answer's gzip data are corrupt (${code})`, retriable: false },
      { cause: error },
    );
  }
}

function invalid(message: string, hint?: string): ClusterFailure {
  return new ClusterFailure({
    type: 'InvalidResponse',
    message,
    retriable: false,
    ...(hint !== undefined && { hint }),
  });
}
