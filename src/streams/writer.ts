import type { Writer } from './iostreams.ts';

/** What is needed of a Node stream such as process.stdout. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writable?: boolean;
  readonly destroyed?: boolean;
  write(chunk: string | Uint8Array): boolean;
  on(event: 'drain' | 'close' | 'error', listener: (error?: Error) => void): unknown;
}

/**
 * A Writer over a Node stream: `write` waits for `drain` when the stream is full, EPIPE and close abort `closed`, and nothing
 * is ever thrown; what is written after the end is dropped.
 */
export function nodeWriter(stream: OutputStream): Writer {
  const closed = new AbortController();
  const state: { drained?: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined } = {};
  const release = () => {
    state.drained?.resolve();
    state.drained = undefined;
  };
  const end = (reason?: Error) => {
    if (!closed.signal.aborted) closed.abort(reason ?? new Error('the output was closed'));
    release();
  };
  stream.on('drain', release);
  stream.on('close', end);
  stream.on('error', end);

  return {
    closed: closed.signal,
    isTTY: stream.isTTY === true,
    get columns() {
      // Asked each time: the window may be resized. A pseudo terminal that nobody gave a size has none.
      return stream.isTTY === true ? stream.columns || undefined : undefined;
    },
    write(chunk) {
      if (closed.signal.aborted || chunk.length === 0) return;
      try {
        if (stream.write(chunk)) return;
      } catch (error) {
        end(error as Error);
        return;
      }
      state.drained ??= Promise.withResolvers<void>();
      return state.drained.promise;
    },
  };
}

/** A Writer that keeps everything, for tests and for documents that must be whole. */
export interface BufferWriter extends Writer {
  text(): string;
  /** Ends it as a reader that goes away would. */
  close(): void;
}

/** Makes a BufferWriter; `columns` makes it a terminal of that width. */
export function bufferWriter(options: { readonly columns?: number } = {}): BufferWriter {
  const chunks: Buffer[] = [];
  const closed = new AbortController();
  return {
    closed: closed.signal,
    isTTY: options.columns !== undefined,
    columns: options.columns,
    write(chunk) {
      if (!closed.signal.aborted) chunks.push(Buffer.from(chunk));
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
    close: () => closed.abort(new Error('the output was closed')),
  };
}
