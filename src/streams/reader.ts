import type { Reader } from './iostreams.ts';

/** What is needed of a Node stream such as process.stdin. */
export interface InputStream extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean;
}

/** A Reader over a Node stream; nothing is read before somebody asks. */
export function nodeReader(stream: InputStream): Reader {
  return {
    isTTY: stream.isTTY === true,
    async text() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
