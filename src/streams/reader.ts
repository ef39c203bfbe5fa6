import { StringDecoder } from 'node:string_decoder';
import type { Reader, TerminalInput } from './iostreams.ts';

/** What is needed of a Node stream such as process.stdin. */
export interface InputStream extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean;
}

/** What is needed of one that is a terminal (node:tty's ReadStream). */
export interface TerminalStream extends InputStream {
  setRawMode(on: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: string, listener: (chunk: Uint8Array | string) => void): unknown;
  off(event: string, listener: (chunk: Uint8Array | string) => void): unknown;
}

/** A Reader over a Node stream; nothing is read before somebody asks. */
export function nodeReader(stream: InputStream): Reader {
  const state = { taken: false };
  return {
    isTTY: stream.isTTY === true,
    get taken() {
      return state.taken;
    },
    ...(stream.isTTY === true && 'setRawMode' in stream && { terminal: terminalInput(stream as TerminalStream) }),
    async text() {
      state.taken = true;
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

function terminalInput(stream: TerminalStream): TerminalInput {
  const decoder = new StringDecoder('utf8');
  const state = { rest: '', ended: false };
  return {
    raw: (on) => void stream.setRawMode(on),
    unread: (text) => {
      state.rest = text + state.rest;
    },
    async read(signal) {
      signal.throwIfAborted();
      if (state.rest !== '') {
        const { rest } = state;
        state.rest = '';
        return rest;
      }
      if (state.ended) return undefined;
      return await new Promise<string | undefined>((resolve, reject) => {
        const done = (settle: () => void) => {
          // Between two questions nothing is read: what is typed meanwhile may be for a child process.
          stream.pause();
          stream.off('data', onData);
          stream.off('end', onEnd);
          stream.off('close', onEnd);
          stream.off('error', onEnd);
          signal.removeEventListener('abort', onAbort);
          settle();
        };
        const onData = (chunk: Uint8Array | string) => {
          const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
          if (text !== '') done(() => resolve(text));
        };
        const onEnd = () => {
          state.ended = true;
          done(() => resolve(undefined));
        };
        const onAbort = () => done(() => reject(signal.reason));
        stream.on('data', onData);
        stream.on('end', onEnd);
        stream.on('close', onEnd);
        stream.on('error', onEnd);
        signal.addEventListener('abort', onAbort, { once: true });
        stream.resume();
      });
    },
  };
}
