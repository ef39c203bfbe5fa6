import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { bufferWriter, nodeWriter, type OutputStream } from '../../src/streams/writer.ts';

/** A stream that is full after every write until somebody drains it. */
class Pipe extends EventEmitter implements OutputStream {
  readonly chunks: (string | Uint8Array)[] = [];
  full = false;
  broken: Error | undefined;
  isTTY = false;
  columns = 80;
  write(chunk: string | Uint8Array): boolean {
    if (this.broken) throw this.broken;
    this.chunks.push(chunk);
    return !this.full;
  }
}

test('a free stream takes text at once, a full one makes us wait for drain', async () => {
  const pipe = new Pipe();
  const writer = nodeWriter(pipe);
  expect(writer.write('a')).toBeUndefined();
  pipe.full = true;
  const first = writer.write('b') as Promise<void>;
  const second = writer.write('c') as Promise<void>;
  let done = 0;
  void first.then(() => (done += 1));
  void second.then(() => (done += 1));
  await Promise.resolve();
  expect(done).toBe(0);
  pipe.emit('drain');
  await Promise.all([first, second]);
  expect(pipe.chunks).toEqual(['a', 'b', 'c']);
});

test.each(['error', 'close'] as const)(
  '%s ends it: waiters go on, later text is dropped, nothing is thrown',
  async (event) => {
    const pipe = new Pipe();
    const writer = nodeWriter(pipe);
    pipe.full = true;
    const waiting = writer.write('a');
    pipe.emit(event, event === 'error' ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : undefined);
    await waiting;
    expect(writer.closed.aborted).toBe(true);
    expect(writer.write('b')).toBeUndefined();
    expect(pipe.chunks).toEqual(['a']);
  },
);

test('a stream that throws is closed', () => {
  const pipe = new Pipe();
  const writer = nodeWriter(pipe);
  pipe.broken = new Error('write after end');
  expect(writer.write('a')).toBeUndefined();
  expect(writer.closed.aborted).toBe(true);
});

test('empty chunks are not written', () => {
  const pipe = new Pipe();
  void nodeWriter(pipe).write('');
  expect(pipe.chunks).toEqual([]);
});

test('columns follow the window and exist only on a terminal', () => {
  const pipe = new Pipe();
  expect(nodeWriter(pipe)).toMatchObject({ isTTY: false, columns: undefined });
  pipe.isTTY = true;
  const writer = nodeWriter(pipe);
  expect(writer.columns).toBe(80);
  pipe.columns = 100;
  expect(writer.columns).toBe(100);
});

test('bufferWriter keeps text and bytes until it is closed', () => {
  const writer = bufferWriter();
  void writer.write('é');
  void writer.write(Buffer.from('!'));
  writer.close();
  void writer.write('late');
  expect(writer.text()).toBe('é!');
  expect(writer.closed.aborted).toBe(true);
});
